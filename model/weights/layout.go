package weights

import (
	"fmt"

	"unnoise/model/tensor"
)

// OIHWToOHWI writes the stored order of a convolution weight into dst, given
// PyTorch's in src. src: [O, I, KH, KW]; dst: [O, KH, KW, I]; the slices must not
// overlap.
func OIHWToOHWI(dst, src []float32, o, i, kh, kw int) {
	tensor.NCHWToNHWC(dst, src, o, i, kh, kw)
}

// OHWIToOIHW writes PyTorch's order of a convolution weight into dst, given the
// stored one in src. src: [O, KH, KW, I]; dst: [O, I, KH, KW]; the slices must not
// overlap.
func OHWIToOIHW(dst, src []float32, o, i, kh, kw int) {
	tensor.NHWCToNCHW(dst, src, o, i, kh, kw)
}

// FromTorch returns values, in PyTorch's order, stored as type t. Values of four
// extents are a convolution's, OIHW, and are stored OHWI; a grouped convolution's are
// [O, I/groups, KH, KW] and a transposed one's [I, O/groups, KH, KW], stored in the same
// order of extents, so that blocks run along a row of the first. It returns an error that
// names the tensor where the shape does not have that many values or where t cannot
// hold it.
func FromTorch(name string, t Type, shape tensor.Shape, values []float32) (*Tensor, error) {
	out := &Tensor{Name: name, Type: t, Shape: shape}
	if shape.Elems() != len(values) {
		return nil, fmt.Errorf("tensor %q: %d values, shape %v needs %d", name, len(values), shape, shape.Elems())
	}
	if len(shape) == 4 {
		stored := make([]float32, len(values))
		OIHWToOHWI(stored, values, shape[0], shape[1], shape[2], shape[3])
		values = stored
	}
	var err error
	if out.Data, err = Quantize(values, out.Cols(), t); err != nil {
		return nil, fmt.Errorf("tensor %q: %w", name, err)
	}
	return out, nil
}

// Torch expands all values in PyTorch's order (OIHW for convolutions).
func (t *Tensor) Torch() []float32 {
	values := t.Float32()
	if len(t.Shape) != 4 {
		return values
	}
	out := make([]float32, len(values))
	OHWIToOIHW(out, values, t.Shape[0], t.Shape[1], t.Shape[2], t.Shape[3])
	return out
}
