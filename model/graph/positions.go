package graph

import (
	"fmt"

	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// ConcatPositions joins two values along their positions, the extents between N and
// C: [N, ..., C] of A and [N, ..., C] of B positions give [N, A+B, C]. So further
// keys come before those of a picture (GLIDE; Nichol et al. 2021, arXiv:2112.10741,
// §2.4).
type ConcatPositions struct{}

func (ConcatPositions) Kind() string              { return "concat_positions" }
func (ConcatPositions) Params() []*weights.Tensor { return nil }
func (ConcatPositions) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 2); err != nil {
		return nil, err
	}
	a, b := in[0], in[1]
	for _, x := range in {
		if err := sequence(x); err != nil {
			return nil, err
		}
	}
	if a[0] != b[0] || a[len(a)-1] != b[len(b)-1] {
		return nil, fmt.Errorf("shapes %v and %v differ in pictures or channels", a, b)
	}
	return tensor.Shape{a[0], positions(a) + positions(b), a[len(a)-1]}, nil
}

// VJP implements Differentiable.
func (ConcatPositions) VJP(b *Builder, n Node, grad ID, want []bool) []ID {
	out := make([]ID, 2)
	from := 0
	for i := range out {
		shape := b.Shape(n.In[i])
		if shape == nil { // after an error
			return out
		}
		to := from + positions(shape)
		if want[i] {
			out[i] = b.Apply(n.Label+".grad", SlicePositions{From: from, To: to, Shape: shape}, grad)
		}
		from = to
	}
	return out
}

// SlicePositions takes positions From … To−1 of [N, ..., C] and gives [N, To−From, C],
// or Shape with as many values.
type SlicePositions struct {
	From, To int
	Shape    tensor.Shape // nil: [N, To−From, C]
}

func (SlicePositions) Kind() string              { return "slice_positions" }
func (SlicePositions) Params() []*weights.Tensor { return nil }
func (op SlicePositions) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 1); err != nil {
		return nil, err
	}
	x := in[0]
	if err := sequence(x); err != nil {
		return nil, err
	}
	if op.From < 0 || op.From >= op.To || op.To > positions(x) {
		return nil, fmt.Errorf("there are no positions %d … %d in shape %v", op.From, op.To-1, x)
	}
	out := tensor.Shape{x[0], op.To - op.From, x[len(x)-1]}
	if op.Shape == nil {
		return out, nil
	}
	if s := op.Shape; len(s) < 3 || s[0] != out[0] || s[len(s)-1] != out[2] || s.Elems() != out.Elems() {
		return nil, fmt.Errorf("%v cannot be seen as %v", out, s)
	}
	return op.Shape, nil
}

// VJP implements Differentiable: the gradient between zeros.
func (op SlicePositions) VJP(b *Builder, n Node, grad ID, _ []bool) []ID {
	x := b.Shape(n.In[0])
	if x == nil { // after an error
		return make([]ID, 1)
	}
	label := n.Label + ".grad"
	zeros := func(count int) ID { return b.Fill(label, 0, x[0], count, x[len(x)-1]) }
	if op.From > 0 {
		grad = b.Apply(label, ConcatPositions{}, zeros(op.From), grad)
	}
	if rest := positions(x) - op.To; rest > 0 {
		grad = b.Apply(label, ConcatPositions{}, grad, zeros(rest))
	}
	return []ID{b.Apply(label, SlicePositions{From: 0, To: positions(x), Shape: x}, grad)}
}

// positions counts those of [N, ..., C].
func positions(x tensor.Shape) int { return x.Elems() / x[0] / x[len(x)-1] }
