package graph

import (
	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// LayerNorm normalises the channels of every position to mean 0 and variance 1, then
// scales and shifts each channel (Ba et al. 2016, arXiv:1607.06450). Input and
// result [..., C]. Without a Weight the inputs after the first, where there are
// some, are the weight and the bias, [C] each.
type LayerNorm struct {
	Weight, Bias *weights.Tensor // [C] each, or nil
	Eps          float64         // added to the variance
}

func (LayerNorm) Kind() string { return "layer_norm" }

func (op LayerNorm) Params() []*weights.Tensor { return present(op.Weight, op.Bias) }

func (op LayerNorm) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := normalised(in, op.Weight, op.Bias); err != nil {
		return nil, err
	}
	return in[0], nil
}

// VJP implements Differentiable. A position is a picture of one pixel whose channels
// are one group.
func (op LayerNorm) VJP(b *Builder, n Node, grad ID, want []bool) []ID {
	out, label := make([]ID, len(n.In)), n.Label+".grad"
	if want[0] {
		pixels := Reshape{tensor.Shape{1, 1, 1, 1}}
		if shape := b.Shape(n.In[0]); shape != nil {
			c := shape[len(shape)-1]
			pixels = Reshape{tensor.Shape{shape.Elems() / c, 1, 1, c}}
		}
		inputs := []ID{b.Apply(label, pixels, n.In[0]), b.Apply(label, pixels, grad)}
		if len(n.In) > 1 {
			inputs = append(inputs, n.In[1])
		}
		of := GroupNormGrad{Weight: op.Weight, Groups: 1, Eps: op.Eps}
		out[0] = b.Apply(label, Reshape{b.Shape(n.In[0])}, b.Apply(label, of, inputs...))
	}
	vectorGradients(b, n, LayerNorm{Eps: op.Eps}, grad, want, out)
	return out
}
