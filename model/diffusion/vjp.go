package diffusion

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// Differentiable is a Predictor whose prediction can be differentiated with respect
// to the pictures: what classifier guidance (Dhariwal & Nichol 2021,
// arXiv:2105.05233, §4) and likelihoods by the trace estimator of Hutchinson (Song et
// al. 2021, arXiv:2011.13456, §4.3) need.
type Differentiable interface {
	Predictor
	// VJP answers as Predict does and gives vᵀ·∂Pred/∂xs besides. v and the gradient
	// have n pictures, NCHW. A learned variance is not differentiated. The slices may
	// be reused by the next call.
	VJP(ctx context.Context, xs []float32, t []float64, cond Cond, v []float32) (Output, []float32, error)
}

// ErrNoGradient says that a predictor has no gradient.
var ErrNoGradient = errors.New("this network gives no gradient")

// VJP implements Differentiable where the guided predictor does; the error is
// ErrNoGradient where it does not. With ε̂ = (1−s)·ε_u + s·ε_c the gradient is that of
// s·v through the conditional half of the batch and of (1−s)·v through the other.
func (g *Guided) VJP(ctx context.Context, xs []float32, t []float64, cond Cond, v []float32) (Output, []float32, error) {
	inner, ok := g.Predictor.(Differentiable)
	if !ok {
		return Output{}, nil, ErrNoGradient
	}
	if len(v) != len(xs) {
		return Output{}, nil, fmt.Errorf("a cotangent of %d values for pictures of %d", len(v), len(xs))
	}
	n := len(t)
	conditions := g.twice.of(cond)
	switch {
	case g.Scale == 1 || !cond.conditional():
		return inner.VJP(ctx, xs, t, cond, v)
	case g.Scale == 0:
		return inner.VJP(ctx, xs, t, conditions.from(n), v)
	}
	both := make([]float32, 2*len(v))
	for i, value := range v {
		both[i] = float32(g.Scale * float64(value))
		both[len(v)+i] = float32((1 - g.Scale) * float64(value))
	}
	out, grad, err := inner.VJP(ctx, slices.Concat(xs, xs), slices.Concat(t, t), conditions, both)
	if err != nil {
		return Output{}, nil, err
	}
	pred, sum := make([]float32, len(xs)), make([]float32, len(xs))
	Combine(pred, out.Pred[len(xs):], out.Pred[:len(xs)], 1-g.Scale, g.Scale)
	Combine(sum, grad[len(xs):], grad[:len(xs)], 1, 1)
	guided := Output{Pred: pred}
	if out.Variance != nil {
		guided.Variance = out.Variance[:len(xs)]
	}
	return guided, sum, nil
}
