package weights

import (
	"fmt"
	"math"
	"strings"

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

// ParseType returns the type of that name, in either case, or an error that
// lists the names there are.
func ParseType(name string) (Type, error) {
	for _, t := range []Type{F32, F16, Q8_0, Q4_0} {
		if strings.EqualFold(name, t.String()) {
			return t, nil
		}
	}
	return 0, fmt.Errorf("unknown type %q: use f32, f16, q8_0 or q4_0", name)
}

// Tensor is one stored tensor. Its bytes stay as they were in the file.
type Tensor struct {
	Name  string
	Type  Type
	Shape tensor.Shape // PyTorch's shape: [O, I, KH, KW], [O, I], [C], …
	Data  []byte       // RowBytes(Type, Cols()) bytes for each of Rows() rows; see Joined
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
	return t.Shape[1:].Elems()
}

// Joined reports whether blocks run across the ends of rows, because 32 does not
// divide them: all values are one long row then.
func (t *Tensor) Joined() bool {
	return (t.Type == Q8_0 || t.Type == Q4_0) && len(t.Shape) > 1 && t.Cols()%BlockElems != 0
}

// Float32 expands all values, in stored order (OHWI for convolutions).
func (t *Tensor) Float32() []float32 {
	out := make([]float32, t.Shape.Elems())
	Dequantize(out, t.Data, t.Type)
	return out
}

// ExpandRow expands row r, 0 ≤ r < Rows(), into dst, which has Cols() values.
// It panics where r or the length of dst is wrong, and where the rows are joined.
func (t *Tensor) ExpandRow(dst []float32, r int) {
	if t.Joined() {
		panic(fmt.Sprintf("weights: ExpandRow of %q, whose blocks run across its rows", t.Name))
	}
	if len(dst) != t.Cols() {
		panic(fmt.Sprintf("weights: ExpandRow of %q into %d values, its rows have %d", t.Name, len(dst), t.Cols()))
	}
	rowBytes := len(t.Data) / t.Rows()
	Dequantize(dst, t.Data[r*rowBytes:(r+1)*rowBytes], t.Type)
}

// check returns an error that names t where an extent is not positive, the
// product of the extents overflows, blocks do not divide a row, or the number of
// bytes is not what shape and type need.
func (t *Tensor) check() error {
	elems := 1
	for _, d := range t.Shape {
		if d < 1 {
			return fmt.Errorf("tensor %q: shape %v has an extent below 1", t.Name, t.Shape)
		}
		if elems > math.MaxInt/4/d { // 4: bytes of the widest type
			return fmt.Errorf("tensor %q: shape %v has more values than memory can address", t.Name, t.Shape)
		}
		elems *= d
	}
	rows, cols := t.Rows(), t.Cols()
	if t.Joined() && elems%BlockElems == 0 {
		rows, cols = 1, elems
	}
	rowBytes, err := RowBytes(t.Type, cols)
	if err != nil {
		return fmt.Errorf("tensor %q: %w", t.Name, err)
	}
	if want := rowBytes * rows; want != len(t.Data) {
		return fmt.Errorf("tensor %q: %d bytes, shape %v of %v needs %d", t.Name, len(t.Data), t.Shape, t.Type, want)
	}
	return nil
}
