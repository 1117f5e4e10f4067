package message

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"reflect"
	"strconv"
)

// Message is one of the pointer types of this package.
type Message interface{ kind() string }

func (*Open) kind() string       { return "open" }
func (*Load) kind() string       { return "load" }
func (*Run) kind() string        { return "run" }
func (*Cancel) kind() string     { return "cancel" }
func (*LoseDevice) kind() string { return "lose-device" }
func (*Tune) kind() string       { return "tune" }
func (*StopTuning) kind() string { return "stop-tuning" }

func (*Listening) kind() string  { return "listening" }
func (*Ready) kind() string      { return "ready" }
func (*Progress) kind() string   { return "progress" }
func (*Loaded) kind() string     { return "loaded" }
func (*Estimate) kind() string   { return "estimate" }
func (*Step) kind() string       { return "step" }
func (*Done) kind() string       { return "done" }
func (*Cancelled) kind() string  { return "cancelled" }
func (*Error) kind() string      { return "error" }
func (*DeviceLost) kind() string { return "device-lost" }
func (*Rebuilt) kind() string    { return "rebuilt" }
func (*Tuned) kind() string      { return "tuned" }
func (*Adapted) kind() string    { return "adapted" }

// all has one of each, in the order of the version's fingerprint.
var all = []Message{
	&Open{}, &Load{}, &Run{}, &Cancel{}, &LoseDevice{}, &Tune{}, &StopTuning{}, &Measure{},
	&Listening{}, &Ready{}, &Progress{}, &Loaded{}, &Estimate{}, &Step{}, &Done{}, &Cancelled{},
	&Error{}, &DeviceLost{}, &Rebuilt{}, &Tuned{}, &Adapted{},
	&Measuring{}, &Measured{},
}

// Version is the fingerprint of all messages: their kinds and their fields'
// names and types, down to the structs within.
var Version = fingerprint()

// VersionError says that the other side was built from other messages.
type VersionError struct{ Got string }

func (e *VersionError) Error() string {
	return fmt.Sprintf("the page and its engine are of different versions (%s and %s)", Version, e.Got)
}

// Packed is a message as it crosses: the small part as JSON, the rest as floats.
type Packed struct {
	Version, Kind string
	Body          []byte
	Floats        [][]float32 // the float slices, in the order of the fields
}

// Pack encodes a message. The floats are not copied.
func Pack(m Message) (Packed, error) {
	value := reflect.ValueOf(m).Elem()
	p := Packed{Version: Version, Kind: m.kind()}
	small := reflect.New(value.Type()).Elem()
	small.Set(value)
	lengths := []int{}
	for i := range floatFields(value.Type()) {
		floats := value.Field(i).Interface().([]float32)
		p.Floats = append(p.Floats, floats)
		lengths = append(lengths, len(floats))
		small.Field(i).SetZero()
	}
	var err error
	p.Body, err = json.Marshal(envelope{Message: small.Interface(), Lengths: lengths})
	if err != nil {
		return Packed{}, fmt.Errorf("encoding a %q message: %w", p.Kind, err)
	}
	return p, nil
}

// Unpack decodes what Pack made, with floats holding all float slices one after
// another. It returns a VersionError for another version, and an error for an
// unknown kind or floats that are too few or too many. The message's slices
// share floats' memory.
func Unpack(version, kind string, body []byte, floats []float32) (Message, error) {
	if version != Version {
		return nil, &VersionError{version}
	}
	for _, prototype := range all {
		if prototype.kind() != kind {
			continue
		}
		value := reflect.New(reflect.TypeOf(prototype).Elem())
		if err := decode(value, body, floats); err != nil {
			return nil, fmt.Errorf("decoding a %q message: %w", kind, err)
		}
		return value.Interface().(Message), nil
	}
	return nil, fmt.Errorf("there is no message of kind %q", kind)
}

// envelope is the body.
type envelope struct {
	Message any
	Lengths []int // of the float slices
}

func decode(value reflect.Value, body []byte, floats []float32) error {
	e := envelope{Message: value.Interface()}
	if err := json.Unmarshal(body, &e); err != nil {
		return err
	}
	k, from := 0, 0
	for i := range floatFields(value.Elem().Type()) {
		if k >= len(e.Lengths) || e.Lengths[k] < 0 || e.Lengths[k] > len(floats)-from {
			return fmt.Errorf("lengths %v for %d floats", e.Lengths, len(floats))
		}
		to := from + e.Lengths[k]
		if to > from {
			value.Elem().Field(i).Set(reflect.ValueOf(floats[from:to:to]))
		}
		k, from = k+1, to
	}
	if k != len(e.Lengths) || from != len(floats) {
		return fmt.Errorf("lengths %v for %d floats", e.Lengths, len(floats))
	}
	return nil
}

// floatFields yields the indices of the fields that travel as floats.
func floatFields(t reflect.Type) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for i := range t.NumField() {
			if t.Field(i).Type == reflect.TypeFor[[]float32]() && !yield(i) {
				return
			}
		}
	}
}

func fingerprint() string {
	h := fnv.New64a()
	for _, m := range all {
		fmt.Fprintf(h, "%s:", m.kind())
		describe(h, reflect.TypeOf(m).Elem())
	}
	return strconv.FormatUint(h.Sum64(), 36)
}

// describe writes a type down to its last field.
func describe(w interface{ Write([]byte) (int, error) }, t reflect.Type) {
	switch t.Kind() {
	case reflect.Struct:
		fmt.Fprint(w, "{")
		for i := range t.NumField() {
			f := t.Field(i)
			fmt.Fprintf(w, "%s %q ", f.Name, f.Tag)
			describe(w, f.Type)
		}
		fmt.Fprint(w, "}")
	case reflect.Slice, reflect.Pointer, reflect.Array:
		fmt.Fprint(w, t.Kind(), " ")
		describe(w, t.Elem())
	default:
		fmt.Fprint(w, t.Kind(), ";")
	}
}
