package sde

import (
	"context"
	"fmt"
	"math"

	"unnoise/model/diffusion"
)

// Flow is the probability-flow ODE of N pictures together: arXiv:2011.13456, eq. 13,
//
//	dx/dt = f(x,t) − ½g(t)²·s(x,t)
//
// whose x_t has the same marginals as the SDE's. As in the code, all pictures take the same
// steps, and the score sees float32.
type Flow struct {
	SDE            SDE
	Score          Score
	Cond           diffusion.Cond // N of them
	RelTol, AbsTol float64        // of RK45; 0 is Tolerance

	xs, score []float32
	times     []float64
}

// Tolerance is the code's rtol and atol.
const Tolerance = 1e-5

// solver is RK45 with the flow's tolerances.
func (f *Flow) solver(field func(ctx context.Context, t float64, y, dst []float64) error) RK45 {
	r := RK45{Field: field, RelTol: f.RelTol, AbsTol: f.AbsTol}
	if r.RelTol == 0 {
		r.RelTol = Tolerance
	}
	if r.AbsTol == 0 {
		r.AbsTol = Tolerance
	}
	return r
}

// Field writes dx/dt into dst. y, dst: [N, elems].
func (f *Flow) Field(ctx context.Context, t float64, y, dst []float64) error {
	f.take(t, y)
	if err := f.Score.Score(ctx, f.xs, f.times, f.Cond, f.score); err != nil {
		return err
	}
	f.drift(t, y, dst)
	return nil
}

// take makes y what the score is asked about.
func (f *Flow) take(t float64, y []float64) {
	if len(f.xs) != len(y) || len(f.times) != len(f.Cond.Class) {
		f.xs, f.score = make([]float32, len(y)), make([]float32, len(y))
		f.times = make([]float64, len(f.Cond.Class))
	}
	for i, v := range y {
		f.xs[i] = float32(v)
	}
	for k := range f.times {
		f.times[k] = t
	}
}

func (f *Flow) drift(t float64, y, dst []float64) {
	a, g := f.SDE.Drift(t), f.SDE.Diffusion(t)
	for i, v := range y {
		dst[i] = a*v - g*g/2*float64(f.score[i])
	}
}

// Run follows the flow from xs at time from to time to, which may lie before or after, and
// yields every accepted step: with Visit at times of one's choice. xs: [N, elems].
func (f *Flow) Run(ctx context.Context, xs []float32, from, to float64, yield func(*ODEStep) error) (ODEState, error) {
	return f.Resume(ctx, ODEState{T: from, Y: wide(xs)}, to, yield)
}

// Resume goes on from a step's ODEState.
func (f *Flow) Resume(ctx context.Context, state ODEState, to float64, yield func(*ODEStep) error) (ODEState, error) {
	if n := len(f.Cond.Class); n == 0 || len(state.Y) == 0 || len(state.Y)%n != 0 {
		return ODEState{}, fmt.Errorf("%d values are not %d pictures of equal size", len(state.Y), n)
	}
	if err := checkTime(f.SDE, state.T); err != nil {
		return ODEState{}, err
	}
	if err := checkTime(f.SDE, to); err != nil {
		return ODEState{}, err
	}
	return f.solver(f.Field).Solve(ctx, state, to, yield)
}

// Encode follows data to their latents at T, and Decode latents to data at eps. Both
// return [N, elems] and how often the score was evaluated. yield may be nil.
func (f *Flow) Encode(ctx context.Context, xs []float32, eps float64, yield func(*ODEStep) error) ([]float32, int, error) {
	return f.through(ctx, xs, eps, f.SDE.T(), yield)
}

// Decode is described at Encode.
func (f *Flow) Decode(ctx context.Context, latents []float32, eps float64, yield func(*ODEStep) error) ([]float32, int, error) {
	return f.through(ctx, latents, f.SDE.T(), eps, yield)
}

func (f *Flow) through(ctx context.Context, xs []float32, from, to float64, yield func(*ODEStep) error) ([]float32, int, error) {
	if yield == nil {
		yield = ignore
	}
	end, err := f.Run(ctx, xs, from, to, yield)
	if err != nil {
		return nil, 0, err
	}
	return narrow(end.Y), end.NFE, nil
}

// Denoise is the step after the ODE that the code can be told to take: the mean of the
// reverse-diffusion predictor at eps, of steps steps in all. xs: [N, elems], which it
// changes.
func (f *Flow) Denoise(ctx context.Context, xs []float32, eps float64, steps int) error {
	u, err := ReverseDiffusion.Update(f.SDE, eps, steps, false)
	if err != nil {
		return err
	}
	f.take(eps, wide(xs))
	if err := f.Score.Score(ctx, f.xs, f.times, f.Cond, f.score); err != nil {
		return err
	}
	u.StdDev = 0
	u.apply(xs, xs, f.xs, f.score, nil)
	return nil
}

func ignore(*ODEStep) error { return nil }

// checkTime is an error unless an SDE has a marginal at t.
func checkTime(s SDE, t float64) error {
	if !(t > 0 && t <= s.T()) {
		return fmt.Errorf("t = %g; it must be above 0 and at most %g", t, s.T())
	}
	return nil
}

func wide(values []float32) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = float64(v)
	}
	return out
}

func narrow(values []float64) []float32 {
	out := make([]float32, len(values))
	for i, v := range values {
		out[i] = float32(v)
	}
	return out
}

// PriorLogDensity is the logarithm of the prior's density at z, one picture.
func PriorLogDensity(s SDE, z []float64) float64 {
	var square float64
	for _, v := range z {
		square += v * v
	}
	variance := s.PriorStd() * s.PriorStd()
	return -.5 * (float64(len(z))*math.Log(2*math.Pi*variance) + square/variance)
}
