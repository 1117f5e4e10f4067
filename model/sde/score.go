package sde

import (
	"context"

	"unnoise/model/diffusion"
)

// Score is ∇ log p_t(x), known exactly or learned.
type Score interface {
	// Score writes s(x,t) of N = len(t) pictures into dst. xs, dst: [N, elems]; t: SDE
	// time of each; cond one entry per picture, as for diffusion.Predictor. dst may not
	// alias xs. The error is ctx's where it was cancelled.
	Score(ctx context.Context, xs []float32, t []float64, cond diffusion.Cond, dst []float32) error
}

// Differentiable is a Score with a gradient.
type Differentiable interface {
	Score
	// VJP writes s into dst, as Score does, and vᵀ·∂s/∂x into grad. v, grad: [N, elems].
	VJP(ctx context.Context, xs []float32, t []float64, cond diffusion.Cond, v, dst, grad []float32) error
}

// Divergent is a Score whose divergence is known exactly.
type Divergent interface {
	Score
	// Divergence writes s into dst, as Score does, and Σ ∂s_i/∂x_i of each picture into
	// div, [N].
	Divergence(ctx context.Context, xs []float32, t []float64, cond diffusion.Cond, dst []float32, div []float64) error
}

// ErrNoGradient says that a score gives no gradient.
var ErrNoGradient = diffusion.ErrNoGradient
