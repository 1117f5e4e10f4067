package graph

import (
	"fmt"

	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// Conv2D correlates a picture with a bank of kernels, as torch.nn.Conv2d does.
// Input [N, H, W, I], result [N, H', W', O] with
// H' = ⌊(H + Top + Bottom − KH)/Stride⌋ + 1, and W' alike.
type Conv2D struct {
	Weight *weights.Tensor // [O, I, KH, KW], stored OHWI
	Bias   *weights.Tensor // [O], or nil
	Stride int
	Pad    Padding
}

// Padding is the number of zero rows and columns added on each side.
type Padding struct{ Top, Bottom, Left, Right int }

// Same pads by n on every side.
func Same(n int) Padding { return Padding{n, n, n, n} }

func (Conv2D) Kind() string { return "conv2d" }

func (op Conv2D) Params() []*weights.Tensor { return present(op.Weight, op.Bias) }

func (op Conv2D) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 1); err != nil {
		return nil, err
	}
	x, w := in[0], op.Weight.Shape
	if err := rank(x, 4); err != nil {
		return nil, err
	}
	if len(w) != 4 || w[1] != x[3] {
		return nil, fmt.Errorf("weight %q has shape %v, the input has %d channels", op.Weight.Name, w, x[3])
	}
	if err := vector("bias", op.Bias, w[0]); err != nil {
		return nil, err
	}
	if op.Stride < 1 {
		return nil, fmt.Errorf("stride %d, expected at least 1", op.Stride)
	}
	spanH := x[1] + op.Pad.Top + op.Pad.Bottom - w[2]
	spanW := x[2] + op.Pad.Left + op.Pad.Right - w[3]
	if spanH < 0 || spanW < 0 {
		return nil, fmt.Errorf("input %v is smaller than the kernel %d×%d", x, w[2], w[3])
	}
	return tensor.Shape{x[0], spanH/op.Stride + 1, spanW/op.Stride + 1, w[0]}, nil
}
