package graph

import (
	"fmt"
	"slices"

	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// Sum adds up over the axes From … To−1, whose extents become 1: over space with
// {1, 3}, over the last of three axes with {2, 3}.
type Sum struct{ From, To int }

func (Sum) Kind() string              { return "sum" }
func (Sum) Params() []*weights.Tensor { return nil }
func (op Sum) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 1); err != nil {
		return nil, err
	}
	if op.From < 0 || op.From > op.To || op.To > len(in[0]) {
		return nil, fmt.Errorf("there are no axes %d … %d in shape %v", op.From, op.To-1, in[0])
	}
	out := slices.Clone(in[0])
	for axis := op.From; axis < op.To; axis++ {
		out[axis] = 1
	}
	return out, nil
}

// VJP implements Differentiable.
func (op Sum) VJP(b *Builder, n Node, grad ID, _ []bool) []ID {
	return []ID{b.Apply(n.Label+".grad", Broadcast{slices.Clone(b.Shape(n.In[0]))}, grad)}
}

// Mean appends the mean over the axes from … to−1, whose extents become 1: a Sum
// and its division.
func (b *Builder) Mean(label string, x ID, from, to int) ID {
	sum := b.Apply(label, Sum{from, to}, x)
	if b.err != nil {
		return 0
	}
	count := b.Shape(x).Elems() / b.Shape(sum).Elems()
	return b.Apply(label, Affine{Factor: 1 / float64(count)}, sum)
}

// Broadcast repeats a value along the axes in which it has extent 1 until it has
// Shape, which has as many extents. A vector per picture becomes [N, 1, 1, C] by a
// Reshape first.
type Broadcast struct{ Shape tensor.Shape }

func (Broadcast) Kind() string              { return "broadcast" }
func (Broadcast) Params() []*weights.Tensor { return nil }
func (op Broadcast) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 1); err != nil {
		return nil, err
	}
	x := in[0]
	fits := len(x) == len(op.Shape)
	for i := 0; fits && i < len(x); i++ {
		fits = x[i] == op.Shape[i] || x[i] == 1 && op.Shape[i] > 0
	}
	if !fits {
		return nil, fmt.Errorf("shape %v does not broadcast to %v", x, op.Shape)
	}
	return op.Shape, nil
}

// VJP implements Differentiable: a Sum over each run of repeated axes.
func (op Broadcast) VJP(b *Builder, n Node, grad ID, _ []bool) []ID {
	x := b.Shape(n.In[0])
	for from := 0; from < len(x); from++ {
		to := from
		for to < len(x) && x[to] != op.Shape[to] {
			to++
		}
		if to > from {
			grad = b.Apply(n.Label+".grad", Sum{from, to}, grad)
			from = to
		}
	}
	return []ID{grad}
}

// Reshape reads the same values, in row-major order, with other extents.
type Reshape struct{ Shape tensor.Shape }

func (Reshape) Kind() string              { return "reshape" }
func (Reshape) Params() []*weights.Tensor { return nil }
func (op Reshape) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 1); err != nil {
		return nil, err
	}
	for _, d := range op.Shape {
		if d < 1 {
			return nil, fmt.Errorf("shape %v has an extent that is not positive", op.Shape)
		}
	}
	if in[0].Elems() != op.Shape.Elems() {
		return nil, fmt.Errorf("shape %v has %d values, %v has %d", in[0], in[0].Elems(), op.Shape, op.Shape.Elems())
	}
	return op.Shape, nil
}

// VJP implements Differentiable.
func (op Reshape) VJP(b *Builder, n Node, grad ID, _ []bool) []ID {
	return []ID{b.Apply(n.Label+".grad", Reshape{slices.Clone(b.Shape(n.In[0]))}, grad)}
}
