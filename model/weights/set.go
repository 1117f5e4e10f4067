package weights

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"unnoise/model/tensor"
)

// Set is a model's configuration and its tensors by name.
type Set struct {
	// Config is the model's config.json as diffusers writes it.
	Config json.RawMessage
	// Scheduler is the scheduler_config.json the model was trained with, as
	// diffusers writes it; nil where the file has none.
	Scheduler json.RawMessage
	// Meta has the other text of the file for people to read, under GGUF's keys
	// ("general.name", "general.license", …).
	Meta    map[string]string
	tensors map[string]*Tensor
	asked   map[string]bool // what Get has found, where a Noting set keeps account
}

// NewSet returns a set without tensors.
func NewSet(config json.RawMessage) *Set {
	return &Set{Config: config, Meta: map[string]string{}, tensors: map[string]*Tensor{}}
}

// Add puts t into the set. It returns an error that names the tensor where the
// name is taken or the number of bytes does not match the shape and type.
func (s *Set) Add(t *Tensor) error {
	if _, taken := s.tensors[t.Name]; taken {
		return fmt.Errorf("tensor %q appears twice", t.Name)
	}
	if err := t.check(); err != nil {
		return err
	}
	s.tensors[t.Name] = t
	return nil
}

// Get returns the tensor of that name, or an error that names it and the shape
// found where it is missing or has another shape.
func (s *Set) Get(name string, shape tensor.Shape) (*Tensor, error) {
	t, ok := s.tensors[name]
	if !ok {
		return nil, fmt.Errorf("tensor %q is missing", name)
	}
	if !t.Shape.Equal(shape) {
		return nil, fmt.Errorf("tensor %q has shape %v, expected %v", name, t.Shape, shape)
	}
	if s.asked != nil {
		s.asked[name] = true
	}
	return t, nil
}

// Noting returns a set of the same config and tensors that notes which of them Get finds,
// for one goroutine at a time.
func (s *Set) Noting() *Set {
	noting := *s
	noting.asked = map[string]bool{}
	return &noting
}

// Unread returns the names that Get has not found so far, in alphabetical order: of a
// Noting set of which a network was built, the tensors that the network does not read.
func (s *Set) Unread() []string {
	return slices.DeleteFunc(s.Names(), func(name string) bool { return s.asked[name] })
}

// Remove takes the tensor of that name out of the set.
func (s *Set) Remove(name string) { delete(s.tensors, name) }

// Lookup returns the tensor of that name, whatever its shape, or nil.
func (s *Set) Lookup(name string) *Tensor { return s.tensors[name] }

// Names returns the names of all tensors in alphabetical order.
func (s *Set) Names() []string { return slices.Sorted(maps.Keys(s.tensors)) }

// Len is the number of tensors.
func (s *Set) Len() int { return len(s.tensors) }
