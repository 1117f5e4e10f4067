package diffusion

import (
	"context"
	"fmt"
)

// Step is a moment of a trajectory.
type Step struct {
	I      int       // sampler index; len(updates) for x_0
	Update Update    // what is done with it; Final for x_0
	Xt     []float32 // N pictures before the update
	Pred   []float32 // the network's answer, guidance included; nil for x_0
}

// Noise writes the standard normal numbers of step i into dst, N pictures.
type Noise func(i int, dst []float32)

// Sample carries out updates[first:] on x and yields every step, x_0 at last.
//
// x is x_t of step first, N = len(cond.Class) pictures; it is not changed. The
// slices of a yielded step may be overwritten once yield has returned. An error
// of yield ends the run and is returned; so is ctx's, which is looked at between
// steps.
func Sample(ctx context.Context, p Predictor, updates []Update, first int, x []float32, cond Cond, noise Noise, yield func(Step) error) error {
	n := len(cond.Class)
	if n == 0 || len(x)%n != 0 {
		return fmt.Errorf("%d values are not %d pictures of equal size", len(x), n)
	}
	if first < 0 || first > len(updates) {
		return fmt.Errorf("step %d of a run of %d steps", first, len(updates))
	}
	xt := append([]float32(nil), x...)
	z := make([]float32, len(x))
	ts := make([]float64, n)
	for i := first; i < len(updates); i++ {
		u := updates[i]
		for k := range ts {
			ts[k] = float64(u.T)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		out, err := p.Predict(ctx, xt, ts, cond)
		if err != nil {
			return fmt.Errorf("step %d (t = %d): %w", i, u.T, err)
		}
		if len(out.Pred) != len(xt) {
			return fmt.Errorf("step %d (t = %d): the network returned %d values, expected %d", i, u.T, len(out.Pred), len(xt))
		}
		if err := yield(Step{I: i, Update: u, Xt: xt, Pred: out.Pred}); err != nil {
			return err
		}
		if u.StdDev != 0 {
			noise(i, z)
		}
		u.Apply(xt, xt, out.Pred, z)
	}
	return yield(Step{I: len(updates), Update: Final(), Xt: xt})
}

// X0Hat writes x̂_0, the picture as the network sees it at this step, into dst,
// N pictures.
func (s Step) X0Hat(dst []float32) {
	if s.Pred == nil {
		copy(dst, s.Xt)
		return
	}
	s.Update.X0Hat(dst, s.Xt, s.Pred)
}

// Eps writes ε̂, the noise as the network sees it at this step, into dst, N
// pictures. There is none in x_0: dst becomes 0.
func (s Step) Eps(dst []float32) {
	if s.Pred == nil {
		clear(dst)
		return
	}
	s.Update.Eps(dst, s.Xt, s.Pred)
}
