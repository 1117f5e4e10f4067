package exhibit

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// State is the chosen values of an exhibit's controls. It is complete and checked,
// so that reading a value cannot fail: asking for a control that the exhibit lacks is
// the exhibit's mistake and panics.
type State struct {
	exhibit *Exhibit
	values  map[string]string
}

// NewState returns the state with these values, and the defaults for all others.
// The error names the control and what was expected.
func NewState(e *Exhibit, values map[string]string) (State, error) {
	s := State{e, map[string]string{}}
	for _, c := range e.Controls {
		if c.Kind != Button {
			s.values[c.ID] = c.Default
		}
	}
	for id, value := range values {
		c := e.control(id)
		if c == nil || c.Kind == Button {
			return State{}, fmt.Errorf("%s has no control %q; it has %s", e.ID, id, strings.Join(e.controlIDs(), ", "))
		}
		if err := c.Parse(value); err != nil {
			return State{}, err
		}
		s.values[id] = value
	}
	return s, nil
}

func (e *Exhibit) control(id string) *Control {
	for i := range e.Controls {
		if e.Controls[i].ID == id {
			return &e.Controls[i]
		}
	}
	return nil
}

func (e *Exhibit) controlIDs() []string {
	var ids []string
	for _, c := range e.Controls {
		if c.Kind != Button {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

// With returns the state with another value for one control.
func (s State) With(id, value string) (State, error) {
	values := map[string]string{}
	for k, v := range s.values {
		values[k] = v
	}
	values[id] = value
	return NewState(s.exhibit, values)
}

// Exhibit is what the state is of.
func (s State) Exhibit() *Exhibit { return s.exhibit }

// Values is the value of every control.
func (s State) Values() map[string]string {
	values := map[string]string{}
	for k, v := range s.values {
		values[k] = v
	}
	return values
}

// Text is a control's value as it is written in a link.
func (s State) Text(id string) string {
	value, ok := s.values[id]
	if !ok {
		panic(fmt.Sprintf("exhibit %q has no control %q", s.exhibit.ID, id))
	}
	return value
}

// On reports whether a Toggle is on.
func (s State) On(id string) bool { return s.Text(id) == "on" }

// Float is the value of a Range or Number.
func (s State) Float(id string) float64 {
	v, err := strconv.ParseFloat(s.Text(id), 64)
	if err != nil {
		panic(fmt.Sprintf("control %q has no number: %v", id, err))
	}
	return v
}

// Int is the value of a Number, or of a Choice or Range whose values are whole.
func (s State) Int(id string) int { return int(s.Float(id)) }

// Seed is the value of a Seed.
func (s State) Seed(id string) uint64 {
	v, err := strconv.ParseUint(s.Text(id), 10, 64)
	if err != nil {
		panic(fmt.Sprintf("control %q has no seed: %v", id, err))
	}
	return v
}

// Points are the points of a Drawing, N × (x, y).
func (s State) Points(id string) []float32 {
	xy, err := DecodePoints(s.Text(id))
	if err != nil {
		panic(err)
	}
	return xy
}

// Mask is the cells of a Mask, row by row.
func (s State) Mask(id string) []bool {
	c := s.exhibit.control(id)
	on, err := DecodeMask(s.Text(id), int(c.Min), int(c.Max))
	if err != nil {
		panic(err)
	}
	return on
}

// Shown reports whether a control matters in this state.
func (s State) Shown(c Control) bool {
	return c.When.Control == "" || slices.Contains(c.When.Values, s.Text(c.When.Control))
}

// Encode writes the state as the part of a link after "#": the exhibit's id and what
// differs from its defaults, in the order of the controls.
func (s State) Encode() string { return s.EncodeSaid(nil) }

// EncodeSaid is Encode with what somebody has said although it is the default, where a slow
// device would take another value for unsaid: the link then means the same everywhere.
func (s State) EncodeSaid(said map[string]bool) string {
	var parts []string
	for _, c := range s.exhibit.Controls {
		value, ok := s.values[c.ID]
		if ok && (value != c.Default || said[c.ID] && c.Modest != "" && c.Modest != value) {
			parts = append(parts, c.ID+"="+url.QueryEscape(value))
		}
	}
	if len(parts) == 0 {
		return s.exhibit.ID
	}
	return s.exhibit.ID + "?" + strings.Join(parts, "&")
}

// Decode reads a link's part after "#". find returns the exhibit of an id, or nil.
// What cannot be read keeps its default: problems says what, one sentence each. A
// state without an exhibit is returned only where the id is unknown.
func Decode(hash string, find func(id string) *Exhibit) (s State, problems []string) {
	id, query, _ := strings.Cut(hash, "?")
	e := find(id)
	if e == nil {
		return State{}, []string{fmt.Sprintf("There is no exhibit %q.", id)}
	}
	s, _ = NewState(e, nil)
	for part := range strings.SplitSeq(query, "&") {
		if part == "" {
			continue
		}
		key, escaped, _ := strings.Cut(part, "=")
		value, err := url.QueryUnescape(escaped)
		if err == nil {
			var next State
			if next, err = s.With(key, value); err == nil {
				s = next
				continue
			}
		}
		problems = append(problems, fmt.Sprintf("The link's %s was left out: %v.", key, err))
	}
	return s, problems
}
