package graph

import (
	"fmt"

	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// VJP implements Differentiable. The probabilities are computed again and not kept:
// they are the one value of a network that grows with the square of its pixels.
func (op Attention) VJP(b *Builder, n Node, grad ID, want []bool) []ID {
	out := make([]ID, 3)
	for part := range out {
		if want[part] {
			of := AttentionGrad{Heads: op.Heads, Scale: op.Scale, Of: AttentionInput(part)}
			out[part] = b.Apply(n.Label+".grad", of, n.In[0], n.In[1], n.In[2], grad)
		}
	}
	return out
}

// AttentionInput names one of the inputs of Attention.
type AttentionInput int

// The inputs of Attention in their order.
const (
	Queries AttentionInput = iota
	Keys
	Values
)

// AttentionGrad is the gradient of Attention with respect to one of its inputs.
// With p = softmax(Scale·q·kᵀ) and ds = p·(g·vᵀ − Σ_keys p·(g·vᵀ)), in each head:
//
//	Queries: Scale·ds·k    Keys: Scale·dsᵀ·q    Values: pᵀ·g
//
// Inputs q, k, v as Attention has them and g of q's shape; the result has the shape
// of that input.
type AttentionGrad struct {
	Heads int
	Scale float64
	Of    AttentionInput
}

func (AttentionGrad) Kind() string              { return "attention_grad" }
func (AttentionGrad) Params() []*weights.Tensor { return nil }
func (op AttentionGrad) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 4); err != nil {
		return nil, err
	}
	if _, err := (Attention{Heads: op.Heads, Scale: op.Scale}).Infer(in[:3]); err != nil {
		return nil, err
	}
	if !in[3].Equal(in[0]) {
		return nil, fmt.Errorf("gradient %v and q %v differ", in[3], in[0])
	}
	if op.Of < Queries || op.Of > Values {
		return nil, fmt.Errorf("attention has no input %d", op.Of)
	}
	return in[op.Of], nil
}
