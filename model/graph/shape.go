package graph

import (
	"fmt"
	"slices"

	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// Upsample repeats every pixel twice in both directions (nearest neighbour).
// Input [N, H, W, C], result [N, 2H, 2W, C].
type Upsample struct{}

func (Upsample) Kind() string              { return "upsample" }
func (Upsample) Params() []*weights.Tensor { return nil }
func (Upsample) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 1); err != nil {
		return nil, err
	}
	if err := rank(in[0], 4); err != nil {
		return nil, err
	}
	x := in[0]
	return tensor.Shape{x[0], 2 * x[1], 2 * x[2], x[3]}, nil
}

// VJP implements Differentiable.
func (Upsample) VJP(b *Builder, n Node, grad ID, _ []bool) []ID {
	return []ID{b.Apply(n.Label+".grad", SumPool{}, grad)}
}

// SumPool is the sum of every 2×2 pixels: Upsample transposed.
// Input [N, 2H, 2W, C], result [N, H, W, C].
type SumPool struct{}

func (SumPool) Kind() string              { return "sum_pool" }
func (SumPool) Params() []*weights.Tensor { return nil }
func (SumPool) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 1); err != nil {
		return nil, err
	}
	if err := rank(in[0], 4); err != nil {
		return nil, err
	}
	x := in[0]
	if x[1]%2 != 0 || x[2]%2 != 0 {
		return nil, fmt.Errorf("input has shape %v, expected even height and width", x)
	}
	return tensor.Shape{x[0], x[1] / 2, x[2] / 2, x[3]}, nil
}

// VJP implements Differentiable.
func (SumPool) VJP(b *Builder, n Node, grad ID, _ []bool) []ID {
	return []ID{b.Apply(n.Label+".grad", Upsample{}, grad)}
}

// Concat joins two values along the channels: [..., A] and [..., B] give [..., A+B].
type Concat struct{}

func (Concat) Kind() string              { return "concat" }
func (Concat) Params() []*weights.Tensor { return nil }
func (Concat) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 2); err != nil {
		return nil, err
	}
	a, b := in[0], in[1]
	last := len(a) - 1
	if last < 1 || len(b) != len(a) || !a[:last].Equal(b[:last]) {
		return nil, fmt.Errorf("shapes %v and %v differ before the channels", a, b)
	}
	out := slices.Clone(a)
	out[last] += b[last]
	return out, nil
}

// VJP implements Differentiable.
func (Concat) VJP(b *Builder, n Node, grad ID, want []bool) []ID {
	out := make([]ID, 2)
	first, from := b.channels(n.In[0]), 0
	for i, to := range []int{first, b.channels(n.Out)} {
		if want[i] {
			out[i] = b.Apply(n.Label+".grad", Slice{From: from, To: to}, grad)
		}
		from = to
	}
	return out
}

// Slice takes channels From … To−1: [..., C] gives [..., To−From].
type Slice struct{ From, To int }

func (Slice) Kind() string              { return "slice" }
func (Slice) Params() []*weights.Tensor { return nil }
func (op Slice) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 1); err != nil {
		return nil, err
	}
	last := len(in[0]) - 1
	if last < 0 || op.From < 0 || op.From >= op.To || op.To > in[0][last] {
		return nil, fmt.Errorf("there are no channels %d … %d in shape %v", op.From, op.To-1, in[0])
	}
	out := slices.Clone(in[0])
	out[last] = op.To - op.From
	return out, nil
}

// VJP implements Differentiable: the gradient between zeros.
func (op Slice) VJP(b *Builder, n Node, grad ID, _ []bool) []ID {
	label := n.Label + ".grad"
	zeros := func(channels int) ID {
		shape := slices.Clone(b.Shape(n.In[0]))
		shape[len(shape)-1] = channels
		return b.Fill(label, 0, shape...)
	}
	if op.From > 0 {
		grad = b.Apply(label, Concat{}, zeros(op.From), grad)
	}
	if rest := b.channels(n.In[0]) - op.To; rest > 0 {
		grad = b.Apply(label, Concat{}, grad, zeros(rest))
	}
	return []ID{grad}
}
