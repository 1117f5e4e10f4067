package graph

import (
	"fmt"

	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// Conv2D correlates a picture with a bank of kernels, as torch.nn.Conv2d does.
// Input [N, H, W, I], result [N, H', W', O] with
// H' = ⌊(H + Top + Bottom − Dilation·(KH−1) − 1)/Stride⌋ + 1, and W' alike.
//
// Channel o of the result sees the I/Groups channels of group ⌊o·Groups/O⌋.
//
// Without Weight the kernels are the second input, [O, KH, KW, I/Groups], and the
// biases, where there are any, the third, [O].
type Conv2D struct {
	Weight   *weights.Tensor // [O, I/Groups, KH, KW], stored OHWI
	Bias     *weights.Tensor // [O], or nil
	Stride   int
	Pad      Padding
	Groups   int // divides I and O; 0 means 1
	Dilation int // pixels from tap to tap; 0 means 1
}

// Padding is the number of zero rows and columns added on each side; a negative
// number takes rows or columns away.
type Padding struct{ Top, Bottom, Left, Right int }

// Same pads by n on every side.
func Same(n int) Padding { return Padding{n, n, n, n} }

func (Conv2D) Kind() string { return "conv2d" }

func (op Conv2D) Params() []*weights.Tensor { return present(op.Weight, op.Bias) }

// Normal is op with Groups and Dilation at least 1.
func (op Conv2D) Normal() Conv2D {
	op.Groups, op.Dilation = max(1, op.Groups), max(1, op.Dilation)
	return op
}

func (op Conv2D) Infer(in []tensor.Shape) (tensor.Shape, error) {
	op = op.Normal()
	w, err := kernels(op.Weight, op.Bias, in)
	if err != nil {
		return nil, err
	}
	x, o := in[0], w[0]
	if w[1]*op.Groups != x[3] || o%op.Groups != 0 {
		return nil, fmt.Errorf("weight has shape %v, the input has %d channels in %d groups", w, x[3], op.Groups)
	}
	if err := biasShape(in, 1, op.Bias, o); err != nil {
		return nil, err
	}
	if op.Stride < 1 {
		return nil, fmt.Errorf("stride %d, expected at least 1", op.Stride)
	}
	spanH := x[1] + op.Pad.Top + op.Pad.Bottom - op.Dilation*(w[2]-1) - 1
	spanW := x[2] + op.Pad.Left + op.Pad.Right - op.Dilation*(w[3]-1) - 1
	if spanH < 0 || spanW < 0 {
		return nil, fmt.Errorf("input %v is smaller than the kernel %d×%d", x, w[2], w[3])
	}
	return tensor.Shape{x[0], spanH/op.Stride + 1, spanW/op.Stride + 1, o}, nil
}

// VJP implements Differentiable.
func (op Conv2D) VJP(b *Builder, n Node, grad ID, want []bool) []ID {
	op = op.Normal()
	out := make([]ID, len(n.In))
	w := op.KernelShape(b.shapes(n.In))
	if w == nil {
		return out
	}
	if want[0] {
		transposed := ConvTranspose2D{
			Weight: op.Weight, Stride: op.Stride, Pad: op.Pad, Groups: op.Groups, Dilation: op.Dilation,
		}
		x, y := b.Shape(n.In[0]), b.Shape(n.Out)
		height, width := transposed.extents(y, w)
		transposed.OutputPadding = [2]int{x[1] - height, x[2] - width}
		out[0] = b.Apply(n.Label+".grad", transposed, append([]ID{grad}, n.In[1:min(2, len(n.In))]...)...)
	}
	if len(n.In) > 1 && want[1] {
		out[1] = b.Apply(n.Label+".weight.grad", weightGradOf(op, w), n.In[0], grad)
	}
	if len(n.In) > 2 && want[2] {
		out[2] = b.Apply(n.Label+".bias.grad", ChannelSum{}, grad)
	}
	return out
}

// KernelShape is the shape of the kernels in PyTorch's order, [O, I/Groups, KH, KW];
// in has the shapes of the node's inputs.
func (op Conv2D) KernelShape(in []tensor.Shape) tensor.Shape {
	w, _ := kernels(op.Weight, op.Bias, in)
	return w
}

// kernels returns the shape of a bank of kernels in PyTorch's order: that of the
// tensor, or that of the second input, which is stored [first, KH, KW, second]. It
// checks the number of inputs and their extents, but not the channels.
func kernels(weight, bias *weights.Tensor, in []tensor.Shape) (tensor.Shape, error) {
	w, err := weightShape(in, 1, weight, bias)
	if err != nil {
		return nil, err
	}
	if err := rank(in[0], 4); err != nil {
		return nil, err
	}
	if len(w) != 4 {
		return nil, fmt.Errorf("weight has shape %v, expected 4 extents", w)
	}
	if weight == nil {
		w = tensor.Shape{w[0], w[3], w[1], w[2]}
	}
	return w, nil
}

// shapes are the shapes of values, nil after an error.
func (b *Builder) shapes(ids []ID) []tensor.Shape {
	if b.err != nil {
		return nil
	}
	return b.graph.shapes(ids)
}
