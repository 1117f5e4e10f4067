package wire

import (
	"encoding/json"
	"fmt"
	"reflect"
)

// Message is a pointer to a struct that JSON can carry, float slices aside. Its
// floats may be in structs, slices and pointers within, but not in maps.
type Message interface{ Kind() string }

// Protocol is the messages that two programs have agreed on.
type Protocol struct {
	// Version is the fingerprint of all messages: their kinds and their fields'
	// names and types, down to the structs within.
	Version string
	types   map[string]reflect.Type
}

// NewProtocol returns the protocol of these messages, one of each.
func NewProtocol(all ...Message) *Protocol {
	p := &Protocol{Version: fingerprint(all), types: map[string]reflect.Type{}}
	for _, m := range all {
		p.types[m.Kind()] = reflect.TypeOf(m).Elem()
	}
	return p
}

// VersionError says that the other side was built from other messages.
type VersionError struct{ Want, Got string }

func (e *VersionError) Error() string {
	return fmt.Sprintf("the page and its engine are of different versions (%s and %s)", e.Want, e.Got)
}

// Packed is a message as it crosses: the small part as JSON, the rest as floats.
type Packed struct {
	Version, Kind string
	Body          []byte
	Floats        [][]float32 // the float slices, in the order of the fields
}

// envelope is the body.
type envelope struct {
	Message any
	Lengths []int // of the float slices; −1 for nil
}

// Pack encodes a message. The floats are not copied.
func (p *Protocol) Pack(m Message) (Packed, error) {
	packed := Packed{Version: p.Version, Kind: m.Kind()}
	small := without(reflect.ValueOf(m).Elem(), &packed.Floats)
	lengths := make([]int, len(packed.Floats))
	for i, floats := range packed.Floats {
		lengths[i] = len(floats)
		if floats == nil {
			lengths[i] = -1
		}
	}
	var err error
	packed.Body, err = json.Marshal(envelope{Message: small.Interface(), Lengths: lengths})
	if err != nil {
		return Packed{}, fmt.Errorf("encoding a %q message: %w", packed.Kind, err)
	}
	return packed, nil
}

// Unpack decodes what Pack made, with floats holding all float slices one after
// another. It returns a VersionError for another version, and an error for an
// unknown kind or floats that are too few or too many. The message's slices
// share floats' memory.
func (p *Protocol) Unpack(version, kind string, body []byte, floats []float32) (Message, error) {
	if version != p.Version {
		return nil, &VersionError{p.Version, version}
	}
	known, ok := p.types[kind]
	if !ok {
		return nil, fmt.Errorf("there is no message of kind %q", kind)
	}
	value := reflect.New(known)
	e := envelope{Message: value.Interface()}
	if err := json.Unmarshal(body, &e); err != nil {
		return nil, fmt.Errorf("decoding a %q message: %w", kind, err)
	}
	rest := remainder{e.Lengths, floats}
	if !rest.into(value.Elem()) || len(rest.lengths) > 0 || len(rest.floats) > 0 {
		return nil, fmt.Errorf("decoding a %q message: lengths %v for %d floats", kind, e.Lengths, len(floats))
	}
	return value.Interface().(Message), nil
}
