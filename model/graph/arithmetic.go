package graph

import (
	"fmt"
	"slices"

	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// Sub is a − b, value by value, for equal shapes.
type Sub struct{}

func (Sub) Kind() string                                  { return "sub" }
func (Sub) Params() []*weights.Tensor                     { return nil }
func (Sub) Infer(in []tensor.Shape) (tensor.Shape, error) { return inferPair(in) }

// VJP implements Differentiable.
func (Sub) VJP(b *Builder, n Node, grad ID, want []bool) []ID {
	out := []ID{grad, grad}
	if want[1] {
		out[1] = b.Apply(n.Label+".grad", Affine{Factor: -1}, grad)
	}
	return out
}

// Div is a/b, value by value, for equal shapes.
type Div struct{}

func (Div) Kind() string                                  { return "div" }
func (Div) Params() []*weights.Tensor                     { return nil }
func (Div) Infer(in []tensor.Shape) (tensor.Shape, error) { return inferPair(in) }

// VJP implements Differentiable: g/b and −(g/b)·y.
func (Div) VJP(b *Builder, n Node, grad ID, want []bool) []ID {
	label := n.Label + ".grad"
	out := []ID{b.Apply(label, Div{}, grad, n.In[1]), 0}
	if want[1] {
		out[1] = b.Apply(label, Affine{Factor: -1}, b.Apply(label, Mul{}, out[0], n.Out))
	}
	return out
}

// MulChannel multiplies by one value per picture and channel: x [N, ..., C]·s [N, C].
type MulChannel struct{}

func (MulChannel) Kind() string              { return "mul_channel" }
func (MulChannel) Params() []*weights.Tensor { return nil }
func (MulChannel) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 2); err != nil {
		return nil, err
	}
	x, last := in[0], len(in[0])-1
	if last < 1 || !in[1].Equal(tensor.Shape{x[0], x[last]}) {
		return nil, fmt.Errorf("shapes %v and %v, expected [N, ..., C] and [N, C]", x, in[1])
	}
	return x, nil
}

// VJP implements Differentiable.
func (MulChannel) VJP(b *Builder, n Node, grad ID, want []bool) []ID {
	out, label := make([]ID, 2), n.Label+".grad"
	if want[0] {
		out[0] = b.Apply(label, MulChannel{}, grad, n.In[1])
	}
	if want[1] {
		out[1] = b.Apply(label, ChannelSum{PerPicture: true}, b.Apply(label, Mul{}, grad, n.In[0]))
	}
	return out
}

// MulPicture multiplies by one value per picture: x [N, ...]·s [N]. It is the
// preconditioning by a noise level: c_skip, c_out, 1/σ (Karras et al. 2022,
// arXiv:2206.00364, eq. 7).
type MulPicture struct{}

func (MulPicture) Kind() string              { return "mul_picture" }
func (MulPicture) Params() []*weights.Tensor { return nil }
func (MulPicture) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 2); err != nil {
		return nil, err
	}
	if x := in[0]; len(x) < 1 || !in[1].Equal(x[:1]) {
		return nil, fmt.Errorf("shapes %v and %v, expected [N, ...] and [N]", x, in[1])
	}
	return in[0], nil
}

// VJP implements Differentiable.
func (MulPicture) VJP(b *Builder, n Node, grad ID, want []bool) []ID {
	out, label := make([]ID, 2), n.Label+".grad"
	if want[0] {
		out[0] = b.Apply(label, MulPicture{}, grad, n.In[1])
	}
	if want[1] {
		products := b.Apply(label, Mul{}, grad, n.In[0])
		sum := b.Apply(label, Sum{From: 1, To: len(b.Shape(products))}, products)
		out[1] = b.Apply(label, Reshape{slices.Clone(b.Shape(n.In[1]))}, sum)
	}
	return out
}
