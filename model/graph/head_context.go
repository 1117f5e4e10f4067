package graph

import (
	"fmt"

	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// HeadContext sums the outer products of the features of a and b over the
// positions, within each head:
//
//	y[n, h·D+d, e] = Σ_p a[n, p, h·D+d]·b[n, p, h·D+e],  D = C/Heads.
//
// Inputs a and b [N, ..., C]; result [N, C, D]. It is the context of linear
// attention (Shen et al. 2018, arXiv:1812.01243, eq. 5).
type HeadContext struct{ Heads int }

func (HeadContext) Kind() string              { return "head_context" }
func (HeadContext) Params() []*weights.Tensor { return nil }
func (op HeadContext) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := alike(in); err != nil {
		return nil, err
	}
	x := in[0]
	if err := sequence(x); err != nil {
		return nil, err
	}
	c := x[len(x)-1]
	if op.Heads < 1 || c%op.Heads != 0 {
		return nil, fmt.Errorf("%d heads do not divide %d channels", op.Heads, c)
	}
	return tensor.Shape{x[0], c, c / op.Heads}, nil
}

// VJP implements Differentiable.
func (op HeadContext) VJP(b *Builder, n Node, grad ID, want []bool) []ID {
	out := make([]ID, 2)
	if want[0] {
		out[0] = b.Apply(n.Label+".grad", HeadApply{Transposed: true}, n.In[1], grad)
	}
	if want[1] {
		out[1] = b.Apply(n.Label+".grad", HeadApply{}, n.In[0], grad)
	}
	return out
}

// HeadApply multiplies the features of each head by that head's matrix:
//
//	y[n, p, h·D+e] = Σ_d x[n, p, h·D+d]·m[n, h·D+d, e]
//
// or, Transposed, y[n, p, h·D+d] = Σ_e x[n, p, h·D+e]·m[n, h·D+d, e].
// Inputs x [N, ..., C] and m [N, C, D], of C/D heads; the result has x's shape.
type HeadApply struct{ Transposed bool }

func (HeadApply) Kind() string              { return "head_apply" }
func (HeadApply) Params() []*weights.Tensor { return nil }
func (HeadApply) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 2); err != nil {
		return nil, err
	}
	x, m := in[0], in[1]
	if err := sequence(x); err != nil {
		return nil, err
	}
	c := x[len(x)-1]
	if len(m) != 3 || m[0] != x[0] || m[1] != c || c%m[2] != 0 {
		return nil, fmt.Errorf("matrices %v do not fit %v: expected [%d, %d, features of a head]", m, x, x[0], c)
	}
	return x, nil
}

// VJP implements Differentiable.
func (op HeadApply) VJP(b *Builder, n Node, grad ID, want []bool) []ID {
	out := make([]ID, 2)
	if want[0] {
		out[0] = b.Apply(n.Label+".grad", HeadApply{Transposed: !op.Transposed}, grad, n.In[1])
	}
	if want[1] {
		m := b.Shape(n.In[1])
		if m == nil { // after an error
			return out
		}
		context := HeadContext{Heads: m[1] / m[2]}
		if op.Transposed {
			out[1] = b.Apply(n.Label+".grad", context, grad, n.In[0])
		} else {
			out[1] = b.Apply(n.Label+".grad", context, n.In[0], grad)
		}
	}
	return out
}

// LinearAttention appends attention whose cost grows with the number of positions
// and not with its square (Shen et al. 2018, arXiv:1812.01243): softmax of q over
// the features of each head, softmax of k over the positions, and
// y = scale·q·(kᵀ·v), as in lucidrains' denoising-diffusion-pytorch and The
// Annotated Diffusion Model. q, k, v and the result [N, ..., C].
func (b *Builder) LinearAttention(label string, heads int, scale float64, q, k, v ID) ID {
	q = b.Apply(label, Softmax{Groups: heads}, q)
	k = b.Apply(label, SoftmaxPositions{}, k)
	y := b.Apply(label, HeadApply{}, q, b.Apply(label, HeadContext{Heads: heads}, k, v))
	return b.Apply(label, Affine{Factor: scale}, y)
}
