package graph

import (
	"fmt"

	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// Softmax is exp(x)/Σ exp(x) over the innermost extent, or over each of Groups
// equal parts of it: with Groups heads, over the features of each head.
// Any shape [..., C], which the result has too.
type Softmax struct {
	Groups int // divides C; 0 is 1
}

func (Softmax) Kind() string              { return "softmax" }
func (Softmax) Params() []*weights.Tensor { return nil }
func (op Softmax) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 1); err != nil {
		return nil, err
	}
	return in[0], divides(op.Groups, in[0])
}

// VJP implements Differentiable.
func (op Softmax) VJP(b *Builder, n Node, grad ID, _ []bool) []ID {
	return []ID{b.Apply(n.Label+".grad", SoftmaxGrad(op), n.Out, grad)}
}

// SoftmaxGrad is y·(g − Σ y·g), the gradient with respect to x of y = Softmax(x),
// the sum over the same values as the softmax's.
// Inputs y and g, of one shape.
type SoftmaxGrad struct {
	Groups int // as Softmax has it
}

func (SoftmaxGrad) Kind() string              { return "softmax_grad" }
func (SoftmaxGrad) Params() []*weights.Tensor { return nil }
func (op SoftmaxGrad) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := alike(in); err != nil {
		return nil, err
	}
	return in[0], divides(op.Groups, in[0])
}

// LogSoftmax is x − log Σ exp(x) over the innermost extent. Any shape.
type LogSoftmax struct{}

func (LogSoftmax) Kind() string              { return "log_softmax" }
func (LogSoftmax) Params() []*weights.Tensor { return nil }
func (LogSoftmax) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 1); err != nil {
		return nil, err
	}
	return in[0], divides(1, in[0])
}

// VJP implements Differentiable.
func (LogSoftmax) VJP(b *Builder, n Node, grad ID, _ []bool) []ID {
	return []ID{b.Apply(n.Label+".grad", LogSoftmaxGrad{}, n.Out, grad)}
}

// LogSoftmaxGrad is g − exp(y)·Σ g, the gradient with respect to x of
// y = LogSoftmax(x). Inputs y and g, of one shape.
type LogSoftmaxGrad struct{}

func (LogSoftmaxGrad) Kind() string              { return "log_softmax_grad" }
func (LogSoftmaxGrad) Params() []*weights.Tensor { return nil }
func (LogSoftmaxGrad) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := alike(in); err != nil {
		return nil, err
	}
	return in[0], divides(1, in[0])
}

// SoftmaxPositions is exp(x)/Σ exp(x) for each picture and channel over the
// positions, the extents between N and C. Input and result [N, ..., C].
type SoftmaxPositions struct{}

func (SoftmaxPositions) Kind() string              { return "softmax_positions" }
func (SoftmaxPositions) Params() []*weights.Tensor { return nil }
func (SoftmaxPositions) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 1); err != nil {
		return nil, err
	}
	return in[0], sequence(in[0])
}

// VJP implements Differentiable.
func (SoftmaxPositions) VJP(b *Builder, n Node, grad ID, _ []bool) []ID {
	return []ID{b.Apply(n.Label+".grad", SoftmaxPositionsGrad{}, n.Out, grad)}
}

// SoftmaxPositionsGrad is y·(g − Σ y·g), the sum over the positions: the gradient
// with respect to x of y = SoftmaxPositions(x). Inputs y and g, of one shape.
type SoftmaxPositionsGrad struct{}

func (SoftmaxPositionsGrad) Kind() string              { return "softmax_positions_grad" }
func (SoftmaxPositionsGrad) Params() []*weights.Tensor { return nil }
func (SoftmaxPositionsGrad) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := alike(in); err != nil {
		return nil, err
	}
	return in[0], sequence(in[0])
}

// alike checks two inputs of one shape.
func alike(in []tensor.Shape) error {
	if err := arity(in, 2); err != nil {
		return err
	}
	if !in[0].Equal(in[1]) {
		return fmt.Errorf("shapes %v and %v differ", in[0], in[1])
	}
	return nil
}

// divides checks that the innermost extent has that many equal parts; 0 is 1.
func divides(parts int, x tensor.Shape) error {
	if len(x) == 0 {
		return fmt.Errorf("a single number has no innermost extent")
	}
	if parts < 0 || x[len(x)-1]%max(1, parts) != 0 {
		return fmt.Errorf("%d parts do not divide %d channels", parts, x[len(x)-1])
	}
	return nil
}

// sequence checks a shape [N, ..., C] with positions in between.
func sequence(x tensor.Shape) error {
	if len(x) < 3 {
		return fmt.Errorf("shape %v needs at least 3 extents: pictures, positions, channels", x)
	}
	return nil
}
