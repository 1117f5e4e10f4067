package graph

import (
	"fmt"
	"slices"

	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// Linear is y = x·Wᵀ + b over the innermost extent. Input [..., I], result [..., O].
//
// Without a Weight the weight is the second input, [O, I], and the bias, where there
// is one, the third, [O].
type Linear struct {
	Weight *weights.Tensor // [O, I]
	Bias   *weights.Tensor // [O], or nil
	// Transposed makes it y = x·W + b, of the same weight: input [..., O], result
	// [..., I], bias [I].
	Transposed bool
}

func (Linear) Kind() string { return "linear" }

func (op Linear) Params() []*weights.Tensor { return present(op.Weight, op.Bias) }

func (op Linear) Infer(in []tensor.Shape) (tensor.Shape, error) {
	w, err := weightShape(in, 1, op.Weight, op.Bias)
	if err != nil {
		return nil, err
	}
	x, last := in[0], len(in[0])-1
	if last < 1 {
		return nil, fmt.Errorf("input has shape %v, expected at least 2 extents", x)
	}
	if len(w) != 2 {
		return nil, fmt.Errorf("weight has shape %v, expected 2 extents", w)
	}
	from, to := w[1], w[0]
	if op.Transposed {
		from, to = to, from
	}
	if from != x[last] {
		return nil, fmt.Errorf("weight has shape %v, the input has %d channels", w, x[last])
	}
	if err := biasShape(in, 1, op.Bias, to); err != nil {
		return nil, err
	}
	out := slices.Clone(x)
	out[last] = to
	return out, nil
}

// VJP implements Differentiable. The gradient with respect to x reads the same
// weight transposed.
func (op Linear) VJP(b *Builder, n Node, grad ID, want []bool) []ID {
	out := make([]ID, len(n.In))
	if want[0] {
		transposed := Linear{Weight: op.Weight, Transposed: !op.Transposed}
		out[0] = b.Apply(n.Label+".grad", transposed, append([]ID{grad}, n.In[1:min(2, len(n.In))]...)...)
	}
	if len(n.In) > 1 && want[1] {
		label := n.Label + ".weight.grad"
		x, g := b.rows(label, n.In[0]), b.rows(label, grad)
		if op.Transposed {
			x, g = g, x
		}
		out[1] = b.Apply(label, MatMul{TransposeA: true}, g, x)
	}
	if len(n.In) > 2 && want[2] {
		out[2] = b.Apply(n.Label+".bias.grad", ChannelSum{}, grad)
	}
	return out
}

// rows sees a value as a matrix whose rows are vectors of channels.
func (b *Builder) rows(label string, id ID) ID {
	s := b.Shape(id)
	if len(s) <= 2 {
		return id
	}
	c := s[len(s)-1]
	return b.Apply(label, Reshape{tensor.Shape{s.Elems() / c, c}}, id)
}
