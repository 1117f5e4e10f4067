package graph

import (
	"fmt"

	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// Conv2DWeightGrad is the gradient of a Conv2D with respect to its weight.
// Inputs x [N, H, W, I], which the convolution reads, and g [N, H', W', O], the
// gradient with respect to its result; the result is [O, KH, KW, I/Groups]:
//
//	dw[o,u,v,i] = Σ_{n,h,w} g[n,h,w,o]·x[n, h·Stride+u·Dilation−Top, w·Stride+v·Dilation−Left, i]
//
// where i counts the channels of o's group. A pixel outside x is zero.
type Conv2DWeightGrad struct {
	KernelH, KernelW int
	Stride           int
	Pad              Padding
	Groups           int // divides I and O; 0 means 1
	Dilation         int // pixels from tap to tap; 0 means 1
}

// weightGradOf is the weight gradient of a convolution with kernels of shape w,
// [O, I/Groups, KH, KW].
func weightGradOf(op Conv2D, w tensor.Shape) Conv2DWeightGrad {
	return Conv2DWeightGrad{w[2], w[3], op.Stride, op.Pad, op.Groups, op.Dilation}
}

func (Conv2DWeightGrad) Kind() string              { return "conv2d_weight_grad" }
func (Conv2DWeightGrad) Params() []*weights.Tensor { return nil }

// Normal is op with Groups and Dilation at least 1.
func (op Conv2DWeightGrad) Normal() Conv2DWeightGrad {
	op.Groups, op.Dilation = max(1, op.Groups), max(1, op.Dilation)
	return op
}

func (op Conv2DWeightGrad) Infer(in []tensor.Shape) (tensor.Shape, error) {
	op = op.Normal()
	if err := arity(in, 2); err != nil {
		return nil, err
	}
	x, g := in[0], in[1]
	for _, s := range in {
		if err := rank(s, 4); err != nil {
			return nil, err
		}
	}
	if x[3]%op.Groups != 0 {
		return nil, fmt.Errorf("%d groups do not divide %d channels", op.Groups, x[3])
	}
	w := tensor.Shape{g[3], op.KernelH, op.KernelW, x[3] / op.Groups}
	y, err := op.forward().Infer([]tensor.Shape{x, w})
	if err != nil {
		return nil, err
	}
	if !g.Equal(y) {
		return nil, fmt.Errorf("the gradient has shape %v, the convolution's result %v", g, y)
	}
	return w, nil
}

// forward is the convolution, with its weight as an input.
func (op Conv2DWeightGrad) forward() Conv2D {
	return Conv2D{Stride: op.Stride, Pad: op.Pad, Groups: op.Groups, Dilation: op.Dilation}
}

// VJP implements Differentiable: the result is linear in x and in g.
func (op Conv2DWeightGrad) VJP(b *Builder, n Node, grad ID, want []bool) []ID {
	out := make([]ID, 2)
	if want[0] {
		// As for a convolution with the weight grad, of which g came back.
		as := Node{Label: n.Label, In: []ID{n.In[0], grad}, Out: n.In[1]}
		out[0] = op.forward().VJP(b, as, n.In[1], []bool{true, false})[0]
	}
	if want[1] {
		out[1] = b.Apply(n.Label+".grad", op.forward(), n.In[0], grad)
	}
	return out
}
