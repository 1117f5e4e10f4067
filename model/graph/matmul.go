package graph

import (
	"fmt"
	"slices"

	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// MatMul is a product of matrices, for each index of the leading extents, which are
// the same in both. Inputs [..., M, K], or [..., K, M] with TransposeA, and
// [..., K, N], or [..., N, K] with TransposeB; result [..., M, N].
type MatMul struct{ TransposeA, TransposeB bool }

func (MatMul) Kind() string              { return "matmul" }
func (MatMul) Params() []*weights.Tensor { return nil }
func (op MatMul) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 2); err != nil {
		return nil, err
	}
	a, b, lead := in[0], in[1], len(in[0])-2
	if lead < 0 || len(b) != len(a) || !a[:lead].Equal(b[:lead]) {
		return nil, fmt.Errorf("shapes %v and %v are not matrices side by side", a, b)
	}
	m, k := a[lead], a[lead+1]
	if op.TransposeA {
		m, k = k, m
	}
	k2, n := b[lead], b[lead+1]
	if op.TransposeB {
		k2, n = n, k2
	}
	if k != k2 {
		return nil, fmt.Errorf("the product sums over %d values of %v and %d of %v", k, a, k2, b)
	}
	return append(slices.Clone(a[:lead]), m, n), nil
}

// VJP implements Differentiable. With g the gradient of A·B they are g·Bᵀ and Aᵀ·g;
// where an operand is read transposed, its gradient is written transposed.
func (op MatMul) VJP(b *Builder, n Node, grad ID, want []bool) []ID {
	x, y, label := n.In[0], n.In[1], n.Label+".grad"
	out := make([]ID, 2)
	if want[0] {
		if op.TransposeA {
			out[0] = b.Apply(label, MatMul{op.TransposeB, true}, y, grad)
		} else {
			out[0] = b.Apply(label, MatMul{false, !op.TransposeB}, grad, y)
		}
	}
	if want[1] {
		if op.TransposeB {
			out[1] = b.Apply(label, MatMul{true, op.TransposeA}, grad, x)
		} else {
			out[1] = b.Apply(label, MatMul{!op.TransposeA, false}, x, grad)
		}
	}
	return out
}
