package graph

import (
	"fmt"
	"math"

	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// InstanceNormPlus is NCSN's InstanceNorm++ (Song & Ermon 2019, arXiv:1907.05600,
// appendix A). With x̂ the channel of a picture normalised over its pixels and m
// the channel's mean, it is
//
//	γ·(x̂ + α·(m − mean(m))/√(variance(m) + Eps)) + β
//
// The mean and the variance of m are over the picture's channels, and the variance
// is the unbiased one, divided by C−1, while that of x̂ is divided by H·W: so has
// ConditionalInstanceNorm2dPlus of the authors' code, where Eps is 1e-5.
//
// Input and result [N, H, W, C], C ≥ 2. γ, α and β are parameters, or all of them a
// second input, one after another as that code's embedding of the noise level has
// them: [N, 3C], [N, 2C] without β, or one row for all pictures.
type InstanceNormPlus struct {
	Gamma, Alpha *weights.Tensor // [C] each, or nil
	Beta         *weights.Tensor // [C], or nil
	Eps          float64
}

func (InstanceNormPlus) Kind() string { return "instance_norm_plus" }

func (op InstanceNormPlus) Params() []*weights.Tensor { return present(op.Gamma, op.Alpha, op.Beta) }

func (op InstanceNormPlus) Infer(in []tensor.Shape) (tensor.Shape, error) {
	parameters := op.Gamma != nil && op.Alpha != nil
	if parameters != (len(in) == 1) || len(in) < 1 || len(in) > 2 || op.Beta != nil && !parameters {
		return nil, fmt.Errorf("expected x with γ and α as parameters, or x and a second input that has them")
	}
	x := in[0]
	if err := rank(x, 4); err != nil {
		return nil, err
	}
	n, c := x[0], x[3]
	if c < 2 {
		return nil, fmt.Errorf("a single channel has no variance of means")
	}
	for _, v := range []struct {
		name string
		t    *weights.Tensor
	}{{"gamma", op.Gamma}, {"alpha", op.Alpha}, {"beta", op.Beta}} {
		if err := vector(v.name, v.t, c); err != nil {
			return nil, err
		}
	}
	if len(in) == 2 {
		s := in[1]
		if len(s) != 2 || s[0] != n && s[0] != 1 || s[1] != 2*c && s[1] != 3*c {
			return nil, fmt.Errorf("second input has shape %v, expected [%d, %d] or [%d, %d]", s, n, 3*c, n, 2*c)
		}
	}
	return x, nil
}

// VJP implements Differentiable.
func (op InstanceNormPlus) VJP(b *Builder, n Node, grad ID, want []bool) []ID {
	label := n.Label + ".grad"
	apply := func(op Op, in ...ID) ID { return b.Apply(label, op, in...) }
	shape := b.Shape(n.In[0])
	if shape == nil {
		return make([]ID, len(n.In))
	}
	batch, pixels, c := shape[0], shape[1]*shape[2], shape[3]
	rows := tensor.Shape{batch, c}
	gamma, alpha := op.coefficients(b, n, rows)
	sum := apply(ChannelSum{PerPicture: true}, grad)

	// u = (m − mean(m))/√(unbiased variance + Eps) is k times a LayerNorm, whose
	// variance is k² times the unbiased one.
	k := math.Sqrt(float64(c-1) / float64(c))
	norm := LayerNorm{Eps: op.Eps * k * k}
	means := apply(Reshape{rows}, b.Mean(label, n.In[0], 1, 3))
	unit := apply(norm, means)
	u := apply(Affine{Factor: k}, unit)

	out := make([]ID, len(n.In))
	if want[0] {
		within := apply(GroupNormGrad{Groups: c, Eps: op.Eps}, n.In[0], apply(MulChannel{}, grad, gamma))
		toUnit := apply(Affine{Factor: k / float64(pixels)}, apply(Mul{}, sum, apply(Mul{}, gamma, alpha)))
		between := norm.VJP(b, Node{label, norm, []ID{means}, unit}, toUnit, []bool{true})[0]
		out[0] = apply(AddChannel{}, within, between)
	}
	if len(n.In) == 2 && want[1] {
		normalised := apply(GroupNorm{Groups: c, Eps: op.Eps}, n.In[0])
		toGamma := apply(Add{},
			apply(ChannelSum{PerPicture: true}, apply(Mul{}, grad, normalised)),
			apply(Mul{}, apply(Mul{}, alpha, u), sum))
		toAlpha := apply(Mul{}, apply(Mul{}, gamma, u), sum)
		out[1] = apply(Concat{}, toGamma, toAlpha)
		if b.channels(n.In[1]) == 3*c {
			out[1] = apply(Concat{}, out[1], sum)
		}
		if one := b.Shape(n.In[1]); b.err == nil && one[0] < batch {
			out[1] = apply(Sum{0, 1}, out[1])
		}
	}
	return out
}

// coefficients returns γ and α as values of shape rows, [N, C].
func (op InstanceNormPlus) coefficients(b *Builder, n Node, rows tensor.Shape) (gamma, alpha ID) {
	label, c := n.Label+".grad", rows[1]
	if len(n.In) == 1 {
		one := tensor.Shape{1, c}
		gamma = b.Apply(label, Parameter{op.Gamma, one})
		alpha = b.Apply(label, Parameter{op.Alpha, one})
	} else {
		gamma = b.Apply(label, Slice{0, c}, n.In[1])
		alpha = b.Apply(label, Slice{c, 2 * c}, n.In[1])
	}
	if s := b.Shape(gamma); s != nil && s[0] < rows[0] {
		gamma = b.Apply(label, Broadcast{rows}, gamma)
		alpha = b.Apply(label, Broadcast{rows}, alpha)
	}
	return gamma, alpha
}
