package sde

import (
	"context"
	"fmt"

	"unnoise/model/diffusion"
)

var (
	_ Differentiable = (*Exact)(nil)
	_ Divergent      = (*Exact)(nil)
)

// Exact is the score of a mixture diffused by an SDE: what a network could learn at best.
// It knows no classes. An Exact is used by one goroutine at a time.
type Exact struct {
	Data *Mixture
	SDE  SDE

	time   float64
	now    *Mixture // at time
	shares []float64
	point  []float64
	score  []float64
}

// NewExact returns the score of a mixture under an SDE.
func NewExact(data *Mixture, s SDE) *Exact { return &Exact{Data: data, SDE: s} }

// At is the mixture at time t, for its density. The result holds for good.
func (e *Exact) At(t float64) *Mixture { return e.Data.At(e.SDE.Marginal(t)) }

// Score implements Score.
func (e *Exact) Score(ctx context.Context, xs []float32, t []float64, _ diffusion.Cond, dst []float32) error {
	return e.each(ctx, xs, t, dst, func(int) {})
}

// Divergence implements Divergent.
func (e *Exact) Divergence(ctx context.Context, xs []float32, t []float64, _ diffusion.Cond, dst []float32, div []float64) error {
	if len(div) != len(t) {
		return fmt.Errorf("room for %d divergences of %d points", len(div), len(t))
	}
	return e.each(ctx, xs, t, dst, func(i int) { div[i] = e.divergence() })
}

// divergence is that of the score at point: the trace of the Hessian of log Σ w·N, which
// is Σ r_k·(−D/v_k + |d_k|²) − |s|² with d_k = −(x−μ_k)/v_k.
func (e *Exact) divergence() float64 {
	var sum float64
	for k, c := range e.now.components {
		if e.shares[k] == 0 {
			continue
		}
		variance := c.Std * c.Std
		var square float64
		for j, mean := range c.Mean {
			d := (e.point[j] - mean) / variance
			square += d * d
		}
		sum += e.shares[k] * (square - float64(len(c.Mean))/variance)
	}
	for _, v := range e.score {
		sum -= v * v
	}
	return sum
}

// VJP implements Differentiable: v times the Hessian, which is Σ r_k·(−I/v_k + d_k·d_kᵀ)
// − s·sᵀ.
func (e *Exact) VJP(ctx context.Context, xs []float32, t []float64, _ diffusion.Cond, v, dst, grad []float32) error {
	if len(v) != len(xs) || len(grad) != len(xs) {
		return fmt.Errorf("a cotangent of %d values and room for a gradient of %d for points of %d", len(v), len(grad), len(xs))
	}
	dim := e.Data.dim
	product := make([]float64, dim)
	return e.each(ctx, xs, t, dst, func(i int) {
		row := v[i*dim : (i+1)*dim]
		clear(product)
		for k, c := range e.now.components {
			share := e.shares[k]
			if share == 0 {
				continue
			}
			variance := c.Std * c.Std
			var along float64 // d_k·v
			for j, mean := range c.Mean {
				along -= (e.point[j] - mean) / variance * float64(row[j])
			}
			for j, mean := range c.Mean {
				product[j] -= share * (float64(row[j]) + along*(e.point[j]-mean)) / variance
			}
		}
		var along float64 // s·v
		for j, s := range e.score {
			along += s * float64(row[j])
		}
		for j, s := range e.score {
			grad[i*dim+j] = float32(product[j] - along*s)
		}
	})
}

// each writes the scores and calls also after each point, while shares, point and score
// are its.
func (e *Exact) each(ctx context.Context, xs []float32, t []float64, dst []float32, also func(i int)) error {
	dim := e.Data.dim
	if len(xs) != len(t)*dim || len(dst) != len(xs) {
		return fmt.Errorf("%d values and room for %d are not %d points of %d", len(xs), len(dst), len(t), dim)
	}
	if e.point == nil {
		e.point, e.score = make([]float64, dim), make([]float64, dim)
		e.shares = make([]float64, len(e.Data.components))
	}
	for i := range t {
		if i%pause == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if e.now == nil || t[i] != e.time {
			e.now, e.time = e.At(t[i]), t[i]
		}
		for j := range dim {
			e.point[j] = float64(xs[i*dim+j])
		}
		e.scoreAtPoint()
		for j, s := range e.score {
			dst[i*dim+j] = float32(s)
		}
		also(i)
	}
	return ctx.Err()
}

// pause is after how many points the context is looked at.
const pause = 256

func (e *Exact) scoreAtPoint() {
	e.now.Shares(e.point, e.shares)
	clear(e.score)
	for k, c := range e.now.components {
		if e.shares[k] == 0 {
			continue
		}
		for j, mean := range c.Mean {
			e.score[j] -= e.shares[k] * (e.point[j] - mean) / (c.Std * c.Std)
		}
	}
}
