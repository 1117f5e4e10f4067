package graph

import (
	"fmt"

	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// RBF is a layer of Gaussian radial basis functions, φₖ = exp(−‖x − cₖ‖²/(2σₖ²)).
// Normalised, each is divided by the sum of all (Moody & Darken 1989, Neural
// Computation 1(2)): the hidden layer of the swiss-roll network of
// Sohl-Dickstein et al. 2015 (arXiv:1503.03585, appendix D.1.1).
// Inputs x [N, D], centres c [K, D] and widths σ [K]; result [N, K].
type RBF struct{ Normalised bool }

func (RBF) Kind() string              { return "rbf" }
func (RBF) Params() []*weights.Tensor { return nil }
func (RBF) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 3); err != nil {
		return nil, err
	}
	x, c, s := in[0], in[1], in[2]
	if len(x) != 2 || len(c) != 2 || x[1] != c[1] || !s.Equal(c[:1]) {
		return nil, fmt.Errorf("shapes %v, %v and %v, expected [N, D], [K, D] and [K]", x, c, s)
	}
	return tensor.Shape{x[0], c[0]}, nil
}

// VJP implements Differentiable. With h the gradient with respect to the exponents
// and s = h/σ²: Σₖ s·(c − x) for x, Σₙ s·(x − c) for the centres, Σₙ s·‖x − c‖²/σ
// for the widths.
func (op RBF) VJP(b *Builder, n Node, grad ID, want []bool) []ID {
	out, label := make([]ID, 3), n.Label+".grad"
	apply := func(op Op, in ...ID) ID { return b.Apply(label, op, in...) }
	x, c := b.Shape(n.In[0]), b.Shape(n.In[1])
	if x == nil || c == nil {
		return out
	}
	rows, dim, count := x[0], x[1], c[0]
	table, cube := tensor.Shape{rows, count}, tensor.Shape{rows, count, dim}

	h := apply(Mul{}, grad, n.Out)
	if op.Normalised {
		h = apply(SoftmaxGrad{}, n.Out, grad)
	}
	squares := apply(Reshape{tensor.Shape{1, count}}, apply(Unary{Func: Square}, n.In[2]))
	s := apply(Div{}, h, apply(Broadcast{table}, squares))
	apart := apply(Sub{},
		apply(Broadcast{cube}, apply(Reshape{tensor.Shape{rows, 1, dim}}, n.In[0])),
		apply(Broadcast{cube}, apply(Reshape{tensor.Shape{1, count, dim}}, n.In[1])))
	pull := apply(Mul{}, apart, apply(Broadcast{cube}, apply(Reshape{tensor.Shape{rows, count, 1}}, s)))
	if want[0] {
		out[0] = apply(Affine{Factor: -1}, apply(Reshape{x}, apply(Sum{1, 2}, pull)))
	}
	if want[1] {
		out[1] = apply(Reshape{c}, apply(Sum{0, 1}, pull))
	}
	if want[2] {
		byRow := apply(Reshape{table}, apply(Sum{2, 3}, apply(Mul{}, pull, apart)))
		out[2] = apply(Div{}, apply(ChannelSum{}, byRow), n.In[2])
	}
	return out
}
