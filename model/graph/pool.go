package graph

import (
	"fmt"

	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// Window is the square of pixels that pooling goes over a picture with, as
// torch.nn.AvgPool2d and MaxPool2d do without ceil_mode:
// H' = ⌊(H + 2·Pad − Size)/Stride⌋ + 1.
type Window struct {
	Size, Stride int
	Pad          int // at most half of Size
}

func (w Window) infer(x tensor.Shape) (tensor.Shape, error) {
	if err := rank(x, 4); err != nil {
		return nil, err
	}
	if w.Size < 1 || w.Stride < 1 {
		return nil, fmt.Errorf("window %d of stride %d, expected at least 1", w.Size, w.Stride)
	}
	if w.Pad < 0 || 2*w.Pad > w.Size {
		return nil, fmt.Errorf("padding %d, expected at most half of the window %d", w.Pad, w.Size)
	}
	spanH, spanW := x[1]+2*w.Pad-w.Size, x[2]+2*w.Pad-w.Size
	if spanH < 0 || spanW < 0 {
		return nil, fmt.Errorf("input %v is smaller than the window %d", x, w.Size)
	}
	return tensor.Shape{x[0], spanH/w.Stride + 1, spanW/w.Stride + 1, x[3]}, nil
}

// AvgPool2D is the mean of each window; the zeros of the padding count.
// Input [N, H, W, C], result [N, H', W', C].
type AvgPool2D struct{ Window }

func (AvgPool2D) Kind() string              { return "avg_pool2d" }
func (AvgPool2D) Params() []*weights.Tensor { return nil }
func (op AvgPool2D) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 1); err != nil {
		return nil, err
	}
	return op.infer(in[0])
}

// VJP implements Differentiable.
func (op AvgPool2D) VJP(b *Builder, n Node, grad ID, _ []bool) []ID {
	x := b.Shape(n.In[0])
	return []ID{b.Apply(n.Label+".grad", AvgPool2DGrad{op.Window, x[1], x[2]}, grad)}
}

// AvgPool2DGrad is AvgPool2D transposed: the gradient with respect to a picture of
// Height × Width. Input [N, H', W', C], result [N, Height, Width, C].
type AvgPool2DGrad struct {
	Window
	Height, Width int
}

func (AvgPool2DGrad) Kind() string              { return "avg_pool2d_grad" }
func (AvgPool2DGrad) Params() []*weights.Tensor { return nil }
func (op AvgPool2DGrad) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 1); err != nil {
		return nil, err
	}
	return op.inferGrad(in[0], op.Height, op.Width)
}

// VJP implements Differentiable.
func (op AvgPool2DGrad) VJP(b *Builder, n Node, grad ID, _ []bool) []ID {
	return []ID{b.Apply(n.Label+".grad", AvgPool2D{op.Window}, grad)}
}

// inferGrad is the shape of a picture of height × width whose pooling has shape y.
func (w Window) inferGrad(y tensor.Shape, height, width int) (tensor.Shape, error) {
	if err := rank(y, 4); err != nil {
		return nil, err
	}
	x := tensor.Shape{y[0], height, width, y[3]}
	pooled, err := w.infer(x)
	if err != nil {
		return nil, err
	}
	if !pooled.Equal(y) {
		return nil, fmt.Errorf("the gradient has shape %v, the pooled picture %v", y, pooled)
	}
	return x, nil
}

// MaxPool2D is the largest value of each window; the padding is below every value.
// Input [N, H, W, C], result [N, H', W', C].
type MaxPool2D struct{ Window }

func (MaxPool2D) Kind() string              { return "max_pool2d" }
func (MaxPool2D) Params() []*weights.Tensor { return nil }
func (op MaxPool2D) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 1); err != nil {
		return nil, err
	}
	return op.infer(in[0])
}

// VJP implements Differentiable.
func (op MaxPool2D) VJP(b *Builder, n Node, grad ID, _ []bool) []ID {
	return []ID{b.Apply(n.Label+".grad", MaxPool2DGrad{op.Window}, n.In[0], grad)}
}

// MaxPool2DGrad is the gradient of MaxPool2D: each window's gradient goes to its
// largest value, of equal ones to the first in reading order. Inputs x [N, H, W, C]
// and g [N, H', W', C]; the result has x's shape.
type MaxPool2DGrad struct{ Window }

func (MaxPool2DGrad) Kind() string              { return "max_pool2d_grad" }
func (MaxPool2DGrad) Params() []*weights.Tensor { return nil }
func (op MaxPool2DGrad) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 2); err != nil {
		return nil, err
	}
	if err := rank(in[0], 4); err != nil {
		return nil, err
	}
	return op.inferGrad(in[1], in[0][1], in[0][2])
}
