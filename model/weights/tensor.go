package weights

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"unnoise/model/tensor"
)

// Type says how values are stored. The numbers are GGUF's own (ggml_type).
type Type uint32

const (
	F32  Type = 0 // IEEE 754 binary32
	F16  Type = 1 // IEEE 754 binary16
	Q4_0 Type = 2 // blocks of 32: one f16 scale, 32 signed 4-bit values
	Q8_0 Type = 8 // blocks of 32: one f16 scale, 32 signed 8-bit values
)

// BlockElems is the number of values in one Q4_0 or Q8_0 block.
const BlockElems = 32

// String is the type's name in GGUF tools.
func (t Type) String() string {
	switch t {
	case F32:
		return "F32"
	case F16:
		return "F16"
	case Q4_0:
		return "Q4_0"
	case Q8_0:
		return "Q8_0"
	}
	return fmt.Sprintf("type %d", uint32(t))
}

// Tensor is one stored tensor. Its bytes stay as they were in the file.
type Tensor struct {
	Name  string
	Type  Type
	Shape tensor.Shape // PyTorch's shape: [O, I, KH, KW], [O, I], [C], …
	Data  []byte       // RowBytes(Type, Cols()) bytes for each of Rows() rows
}

// Rows is the number of stored rows: the first extent, or 1 for a vector or scalar.
func (t *Tensor) Rows() int {
	if len(t.Shape) < 2 {
		return 1
	}
	return t.Shape[0]
}

// Cols is the number of values in a stored row.
func (t *Tensor) Cols() int {
	if len(t.Shape) < 2 {
		return t.Shape.Elems()
	}
	return tensor.Shape(t.Shape[1:]).Elems()
}

// Set is a model's configuration and its tensors by name.
type Set struct {
	// Config is the model's config.json as diffusers writes it.
	Config json.RawMessage
	// Meta has the other metadata of the file, for people to read.
	Meta    map[string]string
	tensors map[string]*Tensor
}

// NewSet returns a set without tensors.
func NewSet(config json.RawMessage) *Set {
	return &Set{Config: config, Meta: map[string]string{}, tensors: map[string]*Tensor{}}
}

// Add puts t into the set. It returns an error where the name is taken or the
// number of bytes does not match the shape and type.
func (s *Set) Add(t *Tensor) error {
	if _, taken := s.tensors[t.Name]; taken {
		return fmt.Errorf("tensor %q appears twice", t.Name)
	}
	rowBytes, err := RowBytes(t.Type, t.Cols())
	if err != nil {
		return fmt.Errorf("tensor %q: %w", t.Name, err)
	}
	if want := rowBytes * t.Rows(); want != len(t.Data) {
		return fmt.Errorf("tensor %q: %d bytes, shape %v of %v needs %d", t.Name, len(t.Data), t.Shape, t.Type, want)
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
	return t, nil
}

// Lookup returns the tensor of that name, whatever its shape, or nil.
func (s *Set) Lookup(name string) *Tensor { return s.tensors[name] }

// Names returns the names of all tensors in alphabetical order.
func (s *Set) Names() []string { return slices.Sorted(maps.Keys(s.tensors)) }
