package graph

import (
	"fmt"

	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// ConvTranspose2D is the transpose of the linear map that a Conv2D with the same
// weight and settings is, plus a bias: torch.nn.ConvTranspose2d, and the gradient
// of a convolution with respect to its input.
// Input [N, H, W, I], result [N, H', W', O] with
// H' = (H−1)·Stride − Top − Bottom + Dilation·(KH−1) + 1 + OutputPadding[0], and W'
// alike.
//
// Without Weight the kernels are the second input, [I, KH, KW, O/Groups], and the
// biases, where there are any, the third, [O].
type ConvTranspose2D struct {
	Weight        *weights.Tensor // [I, O/Groups, KH, KW], stored [I, KH, KW, O/Groups]
	Bias          *weights.Tensor // [O], or nil
	Stride        int
	Pad           Padding // rows and columns that the transpose is cut by on each side
	OutputPadding [2]int  // rows below and columns to the right that it keeps all the same
	Groups        int     // divides I and O; 0 means 1
	Dilation      int     // pixels from tap to tap; 0 means 1
}

func (ConvTranspose2D) Kind() string { return "conv_transpose2d" }

func (op ConvTranspose2D) Params() []*weights.Tensor { return present(op.Weight, op.Bias) }

// Normal is op with Groups and Dilation at least 1.
func (op ConvTranspose2D) Normal() ConvTranspose2D {
	op.Groups, op.Dilation = max(1, op.Groups), max(1, op.Dilation)
	return op
}

func (op ConvTranspose2D) Infer(in []tensor.Shape) (tensor.Shape, error) {
	op = op.Normal()
	w, err := kernels(op.Weight, op.Bias, in)
	if err != nil {
		return nil, err
	}
	x, o := in[0], w[1]*op.Groups
	if w[0] != x[3] || w[0]%op.Groups != 0 {
		return nil, fmt.Errorf("weight has shape %v, the input has %d channels in %d groups", w, x[3], op.Groups)
	}
	if err := biasShape(in, 1, op.Bias, o); err != nil {
		return nil, err
	}
	if op.Stride < 1 {
		return nil, fmt.Errorf("stride %d, expected at least 1", op.Stride)
	}
	for _, extra := range op.OutputPadding {
		if extra < 0 || extra >= max(op.Stride, op.Dilation) {
			return nil, fmt.Errorf("output padding %v, expected less than the stride %d or the dilation %d", op.OutputPadding, op.Stride, op.Dilation)
		}
	}
	height, width := op.extents(x, w)
	if height < 1 || width < 1 {
		return nil, fmt.Errorf("the padding %v leaves nothing of input %v", op.Pad, x)
	}
	return tensor.Shape{x[0], height, width, o}, nil
}

// extents are the height and width of the result.
func (op ConvTranspose2D) extents(x, w tensor.Shape) (height, width int) {
	height = (x[1]-1)*op.Stride - op.Pad.Top - op.Pad.Bottom + op.Dilation*(w[2]-1) + 1 + op.OutputPadding[0]
	width = (x[2]-1)*op.Stride - op.Pad.Left - op.Pad.Right + op.Dilation*(w[3]-1) + 1 + op.OutputPadding[1]
	return height, width
}

// VJP implements Differentiable.
func (op ConvTranspose2D) VJP(b *Builder, n Node, grad ID, want []bool) []ID {
	op = op.Normal()
	out := make([]ID, len(n.In))
	w := op.KernelShape(b.shapes(n.In))
	if w == nil {
		return out
	}
	forward := op.forward()
	if want[0] {
		out[0] = b.Apply(n.Label+".grad", forward, append([]ID{grad}, n.In[1:min(2, len(n.In))]...)...)
	}
	if len(n.In) > 1 && want[1] {
		// The convolution takes the place of the transpose: grad is its input.
		out[1] = b.Apply(n.Label+".weight.grad", weightGradOf(forward, w), grad, n.In[0])
	}
	if len(n.In) > 2 && want[2] {
		out[2] = b.Apply(n.Label+".bias.grad", ChannelSum{}, grad)
	}
	return out
}

// forward is the convolution that op transposes, from op's result to op's input.
func (op ConvTranspose2D) forward() Conv2D {
	pad := op.Pad
	pad.Bottom -= op.OutputPadding[0] // rows that no kernel reaches
	pad.Right -= op.OutputPadding[1]
	return Conv2D{Weight: op.Weight, Stride: op.Stride, Pad: pad, Groups: op.Groups, Dilation: op.Dilation}
}

// KernelShape is the shape of the kernels in PyTorch's order, [I, O/Groups, KH, KW];
// in has the shapes of the node's inputs.
func (op ConvTranspose2D) KernelShape(in []tensor.Shape) tensor.Shape {
	w, _ := kernels(op.Weight, op.Bias, in)
	return w
}
