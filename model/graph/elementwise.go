package graph

import (
	"fmt"

	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// SiLU is x·sigmoid(x) (Elfwing et al. 2018, arXiv:1702.03118). Any shape.
type SiLU struct{}

func (SiLU) Kind() string              { return "silu" }
func (SiLU) Params() []*weights.Tensor { return nil }
func (SiLU) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 1); err != nil {
		return nil, err
	}
	return in[0], nil
}

// VJP implements Differentiable.
func (SiLU) VJP(b *Builder, n Node, grad ID, _ []bool) []ID {
	return []ID{b.Apply(n.Label+".grad", SiLUGrad{}, n.In[0], grad)}
}

// SiLUGrad is g·σ(x)·(1 + x·(1 − σ(x))), SiLU's gradient with respect to x where g
// is that with respect to its result. Inputs x and g of one shape.
type SiLUGrad struct{}

func (SiLUGrad) Kind() string              { return "silu_grad" }
func (SiLUGrad) Params() []*weights.Tensor { return nil }
func (SiLUGrad) Infer(in []tensor.Shape) (tensor.Shape, error) {
	return inferPair(in)
}

// Add is a + b for equal shapes.
type Add struct{}

func (Add) Kind() string              { return "add" }
func (Add) Params() []*weights.Tensor { return nil }
func (Add) Infer(in []tensor.Shape) (tensor.Shape, error) {
	return inferPair(in)
}

// VJP implements Differentiable.
func (Add) VJP(_ *Builder, _ Node, grad ID, _ []bool) []ID { return []ID{grad, grad} }

// Mul is a·b, value by value, for equal shapes.
type Mul struct{}

func (Mul) Kind() string              { return "mul" }
func (Mul) Params() []*weights.Tensor { return nil }
func (Mul) Infer(in []tensor.Shape) (tensor.Shape, error) {
	return inferPair(in)
}

// VJP implements Differentiable.
func (Mul) VJP(b *Builder, n Node, grad ID, want []bool) []ID {
	out := make([]ID, 2)
	for i := range out {
		if want[i] {
			out[i] = b.Apply(n.Label+".grad", Mul{}, grad, n.In[1-i])
		}
	}
	return out
}

func inferPair(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 2); err != nil {
		return nil, err
	}
	if !in[0].Equal(in[1]) {
		return nil, fmt.Errorf("shapes %v and %v differ", in[0], in[1])
	}
	return in[0], nil
}

// AddChannel adds one value per picture and channel: x [N, H, W, C] + b [N, C].
type AddChannel struct{}

func (AddChannel) Kind() string              { return "add_channel" }
func (AddChannel) Params() []*weights.Tensor { return nil }
func (AddChannel) Infer(in []tensor.Shape) (tensor.Shape, error) {
	return inferChannel(in, 1)
}

// VJP implements Differentiable.
func (AddChannel) VJP(b *Builder, n Node, grad ID, want []bool) []ID {
	out := []ID{grad, grad}
	if want[1] {
		out[1] = b.Apply(n.Label+".grad", ChannelSum{PerPicture: true}, grad)
	}
	return out
}

// ScaleShift is x·(1 + scale) + shift with one scale and shift per picture and
// channel (AdaGN; Dhariwal & Nichol 2021, arXiv:2105.05233, §3.1).
// x [N, H, W, C]; the second input [N, 2C] has the scales before the shifts.
type ScaleShift struct {
	NoShift bool // x·(1 + scale); the shifts are not read
}

func (ScaleShift) Kind() string              { return "scale_shift" }
func (ScaleShift) Params() []*weights.Tensor { return nil }
func (ScaleShift) Infer(in []tensor.Shape) (tensor.Shape, error) {
	return inferChannel(in, 2)
}

// VJP implements Differentiable.
func (ScaleShift) VJP(b *Builder, n Node, grad ID, want []bool) []ID {
	out := make([]ID, 2)
	label := n.Label + ".grad"
	if want[0] {
		out[0] = b.Apply(label, ScaleShift{NoShift: true}, grad, n.In[1])
	}
	if want[1] {
		sum := ChannelSum{PerPicture: true}
		scale := b.Apply(label, sum, b.Apply(label, Mul{}, grad, n.In[0]))
		out[1] = b.Apply(label, Concat{}, scale, b.Apply(label, sum, grad))
	}
	return out
}

func inferChannel(in []tensor.Shape, perChannel int) (tensor.Shape, error) {
	if err := arity(in, 2); err != nil {
		return nil, err
	}
	if err := rank(in[0], 4); err != nil {
		return nil, err
	}
	if want := (tensor.Shape{in[0][0], perChannel * in[0][3]}); !in[1].Equal(want) {
		return nil, fmt.Errorf("second input has shape %v, expected %v", in[1], want)
	}
	return in[0], nil
}

// Affine is Factor·x + Offset. Any shape.
type Affine struct{ Factor, Offset float64 }

func (Affine) Kind() string              { return "affine" }
func (Affine) Params() []*weights.Tensor { return nil }
func (Affine) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 1); err != nil {
		return nil, err
	}
	return in[0], nil
}

// VJP implements Differentiable.
func (op Affine) VJP(b *Builder, n Node, grad ID, _ []bool) []ID {
	return []ID{b.Apply(n.Label+".grad", Affine{Factor: op.Factor}, grad)}
}
