package tensor

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Shape lists the extents of an array, outermost first. A scalar has no extents.
type Shape []int

// Elems returns the number of values: the product of the extents, 1 for a scalar.
func (s Shape) Elems() int {
	n := 1
	for _, d := range s {
		n *= d
	}
	return n
}

// Equal reports whether s and o have the same extents.
func (s Shape) Equal(o Shape) bool { return slices.Equal(s, o) }

// String writes a shape as PyTorch prints it, for example [1, 32, 32, 64].
func (s Shape) String() string {
	parts := make([]string, len(s))
	for i, d := range s {
		parts[i] = strconv.Itoa(d)
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// Tensor is a dense array in row-major order.
type Tensor struct {
	Shape Shape
	Data  []float32 // Shape.Elems() values
}

// New returns a tensor of zeros.
func New(shape ...int) *Tensor {
	s := Shape(slices.Clone(shape))
	return &Tensor{Shape: s, Data: make([]float32, s.Elems())}
}

// From wraps data without copying. It returns an error where the number of
// values is not the shape's.
func From(data []float32, shape ...int) (*Tensor, error) {
	s := Shape(slices.Clone(shape))
	if s.Elems() != len(data) {
		return nil, fmt.Errorf("tensor: %d values for shape %v, which needs %d", len(data), s, s.Elems())
	}
	return &Tensor{Shape: s, Data: data}, nil
}

// NCHWToNHWC writes the channels-last order of src into dst.
// src: [N, C, H, W]; dst: [N, H, W, C]; the slices must not overlap.
func NCHWToNHWC(dst, src []float32, n, c, h, w int) {
	hw := h * w
	for i := range n {
		for ch := range c {
			plane := src[(i*c+ch)*hw : (i*c+ch+1)*hw]
			out := dst[i*c*hw+ch : (i+1)*c*hw]
			for p, v := range plane {
				out[p*c] = v
			}
		}
	}
}

// NHWCToNCHW writes the channels-first order of src into dst.
// src: [N, H, W, C]; dst: [N, C, H, W]; the slices must not overlap.
func NHWCToNCHW(dst, src []float32, n, c, h, w int) {
	hw := h * w
	for i := range n {
		for ch := range c {
			in := src[i*c*hw+ch : (i+1)*c*hw]
			plane := dst[(i*c+ch)*hw : (i*c+ch+1)*hw]
			for p := range plane {
				plane[p] = in[p*c]
			}
		}
	}
}
