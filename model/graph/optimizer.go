package graph

import (
	"fmt"
	"slices"

	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// AdamOptions are torch.optim's, but for the learning rate, which is a value.
type AdamOptions struct {
	Beta1, Beta2 float64 // decay of the averages of gradients and of their squares: 0.9, 0.999
	Eps          float64 // added to the square root of the latter: 1e-8
	WeightDecay  float64
}

// DefaultAdam is torch.optim.Adam's defaults, without weight decay.
var DefaultAdam = AdamOptions{Beta1: 0.9, Beta2: 0.999, Eps: 1e-8}

// Adam appends a step of Adam (Kingma & Ba 2015, arXiv:1412.6980, algorithm 1) as
// torch.optim.Adam takes it, weight decay being L2 regularisation, for each state of
// params with its gradient in grads. rate is the learning rate, of shape [1]: an
// input where it follows a schedule, else a Fill.
//
// It carries the parameters over, and states of its own, label.exp_avg.<parameter>,
// label.exp_avg_sq.<parameter>, label.correction1 and label.correction2: 1 − β₁ᵗ and
// 1 − β₂ᵗ.
func Adam(b *Builder, label string, opts AdamOptions, rate ID, params, grads []ID) {
	if opts.WeightDecay != 0 {
		grads = slices.Clone(grads)
		for i, param := range params {
			decay := b.Apply(label+".decay", Affine{Factor: opts.WeightDecay}, param)
			grads[i] = b.Apply(label+".decay", Add{}, grads[i], decay)
		}
	}
	opts.WeightDecay = 0
	adam(b, label, opts, rate, params, grads)
}

// AdamW is Adam with decoupled weight decay (Loshchilov & Hutter 2019,
// arXiv:1711.05101, algorithm 2, with the learning rate as the schedule multiplier),
// as torch.optim.AdamW takes it.
func AdamW(b *Builder, label string, opts AdamOptions, rate ID, params, grads []ID) {
	adam(b, label, opts, rate, params, grads)
}

func adam(b *Builder, label string, opts AdamOptions, rate ID, params, grads []ID) {
	// 1 − βᵗ is the average of t ones, which needs no power of a number close to 1.
	one := b.Fill(label+".one", 1, 1)
	correction := func(name string, beta float64) ID {
		state := b.ZeroState(label+"."+name, 1)
		next := b.Apply(label+"."+name, MovingAverage{Decay: beta}, state, one)
		b.Carry(state, next)
		return next
	}
	correction1, correction2 := correction("correction1", opts.Beta1), correction("correction2", opts.Beta2)
	for i, param := range params {
		average := func(name string, op MovingAverage) ID {
			name = label + "." + name + "." + b.label(param)
			state := b.ZeroState(name, b.Shape(param)...)
			next := b.Apply(name, op, state, grads[i])
			b.Carry(state, next)
			return next
		}
		m := average("exp_avg", MovingAverage{Decay: opts.Beta1})
		v := average("exp_avg_sq", MovingAverage{Decay: opts.Beta2, Square: true})
		step := AdamStep{Eps: opts.Eps, Decay: opts.WeightDecay}
		b.Carry(param, b.Apply(label+"."+b.label(param), step, param, m, v, correction1, correction2, rate))
	}
}

// SGD appends a step of gradient descent, as torch.optim.SGD without momentum, for
// each state of params with its gradient in grads, and carries the parameters over.
func SGD(b *Builder, label string, rate ID, params, grads []ID) {
	for i, param := range params {
		b.Carry(param, b.Apply(label+"."+b.label(param), SGDStep{}, param, grads[i], rate))
	}
}

// MovingAverage is a + (1 − Decay)·(x − a), or x² for x. Inputs a and x of one shape.
type MovingAverage struct {
	Decay  float64
	Square bool
}

func (MovingAverage) Kind() string                                  { return "moving_average" }
func (MovingAverage) Params() []*weights.Tensor                     { return nil }
func (MovingAverage) Infer(in []tensor.Shape) (tensor.Shape, error) { return inferPair(in) }

// AdamStep is p·(1 − r·Decay) − r·(m/c₁)/(√(v/c₂) + Eps).
// Inputs p, m and v of one shape, then c₁, c₂ and r, [1] each.
type AdamStep struct{ Eps, Decay float64 }

func (AdamStep) Kind() string              { return "adam_step" }
func (AdamStep) Params() []*weights.Tensor { return nil }
func (AdamStep) Infer(in []tensor.Shape) (tensor.Shape, error) {
	return inferStep(in, 3, 3)
}

// SGDStep is p − r·g. Inputs p and g of one shape, then r, [1].
type SGDStep struct{}

func (SGDStep) Kind() string              { return "sgd_step" }
func (SGDStep) Params() []*weights.Tensor { return nil }
func (SGDStep) Infer(in []tensor.Shape) (tensor.Shape, error) {
	return inferStep(in, 2, 1)
}

// inferStep checks inputs of one shape before scalars.
func inferStep(in []tensor.Shape, same, scalars int) (tensor.Shape, error) {
	if err := arity(in, same+scalars); err != nil {
		return nil, err
	}
	for i, s := range in[1:] {
		want := in[0]
		if i+1 >= same {
			want = tensor.Shape{1}
		}
		if !s.Equal(want) {
			return nil, fmt.Errorf("input %d has shape %v, expected %v", i+1, s, want)
		}
	}
	return in[0], nil
}
