package run

import (
	"context"
	"fmt"

	"unnoise/model/diffusion"
	"unnoise/model/graph"
	"unnoise/model/tensor"
)

var _ diffusion.Differentiable = (*Network)(nil)

// WithGradient returns a network's graph with its backward pass: a further input
// "cotangent", in the output's shape, and a further output "gradient", that of
// cotangentᵀ·output with respect to the first input, in its shape. The error names an
// operation that has no gradient.
func WithGradient(forward *graph.Graph) (*graph.Graph, error) {
	b := graph.Extend(forward)
	y := forward.Outputs[0].Value
	v := b.Input("cotangent", forward.Shape(y)...)
	b.Output("gradient", b.Gradient(y, v, forward.Inputs[0].Value)[0])
	return b.Build()
}

// VJP implements diffusion.Differentiable; the error is diffusion.ErrNoGradient where
// CompileVJP is nil.
func (n *Network) VJP(ctx context.Context, xs []float32, t []float64, cond diffusion.Cond, v []float32) (diffusion.Output, []float32, error) {
	if n.CompileVJP == nil {
		return diffusion.Output{}, nil, diffusion.ErrNoGradient
	}
	if len(v) != len(xs) {
		return diffusion.Output{}, nil, fmt.Errorf("a cotangent of %d values for pictures of %d", len(v), len(xs))
	}
	grad := room(&n.gradient, len(xs))
	out, err := n.answer(ctx, xs, t, cond, v, grad)
	if err != nil {
		return diffusion.Output{}, nil, err
	}
	return out, grad, nil
}

// setCotangent writes v, of the prediction, into dst, of the program's output: zeros
// for the variance where it has both. v: [batch, C, H, W]; dst: [batch, H, W, C or 2C].
func (n *Network) setCotangent(dst, v []float32, batch int) {
	c, h, w := n.info.Channels, n.info.Height, n.info.Width
	if !n.info.LearnedVariance {
		tensor.NCHWToNHWC(dst, v, batch, c, h, w)
		return
	}
	clear(dst)
	for i, value := range v {
		picture, channel, pixel := i/(c*h*w), i/(h*w)%c, i%(h*w)
		dst[(picture*h*w+pixel)*2*c+channel] = value
	}
}
