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
	Before []float32 // x̂_0 of the step before; nil where the update does not read it
	// Variance is the network's where it learns one, in the layout of Xt:
	// Update.LogVariance reads it. nil otherwise.
	Variance []float32
}

// Start is where a run begins: x_t of step I.
type Start struct {
	I  int
	Xt []float32 // N pictures
	// Before is x̂_0 of step I − 1 where the update of step I reads it, as a
	// Step of the interrupted run has it.
	Before []float32
}

// Noise writes the standard normal numbers of step i into dst, N pictures.
type Noise func(i int, dst []float32)

// Sample carries out updates[start.I:] on start.Xt, N = len(cond.Class) pictures,
// and yields every step, x_0 at last. start is not changed.
//
// The slices of a yielded step may be overwritten once yield has returned. An
// error of yield ends the run and is returned; so is ctx's, which is looked at
// between steps.
func Sample(ctx context.Context, p Predictor, updates []Update, start Start, cond Cond, noise Noise, yield func(Step) error) error {
	if err := checkStart(start, updates, len(cond.Class)); err != nil {
		return err
	}
	s := newSampling(p, start, cond)
	for i := start.I; i < len(updates); i++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := s.step(ctx, i, updates[i], noise, yield); err != nil {
			return err
		}
	}
	return yield(Step{I: len(updates), Update: Final(), Xt: s.xt})
}

func checkStart(start Start, updates []Update, n int) error {
	if n == 0 || len(start.Xt)%n != 0 {
		return fmt.Errorf("%d values are not %d pictures of equal size", len(start.Xt), n)
	}
	if start.I < 0 || start.I > len(updates) {
		return fmt.Errorf("step %d of a run of %d steps", start.I, len(updates))
	}
	if start.I < len(updates) && updates[start.I].OfX0Before != 0 && len(start.Before) != len(start.Xt) {
		return fmt.Errorf("step %d reads the x̂_0 of the step before, which has %d values and not %d: start there or earlier", start.I, len(start.Before), len(start.Xt))
	}
	return nil
}

// sampling is the state between two steps.
type sampling struct {
	predictor Predictor
	cond      Cond
	xt        []float32
	before    []float32 // x̂_0 of the step before
	x0        []float32 // x̂_0 of this step
	z         []float32
	line      []float32 // where a step leads that is corrected
	times     []float64
}

func newSampling(p Predictor, start Start, cond Cond) *sampling {
	values := func(from []float32) []float32 {
		out := make([]float32, len(start.Xt))
		copy(out, from)
		return out
	}
	return &sampling{
		predictor: p, cond: cond,
		xt: values(start.Xt), before: values(start.Before), x0: values(nil), z: values(nil), line: values(nil),
		times: make([]float64, len(cond.Class)),
	}
}

// step yields step i and carries it out.
func (s *sampling) step(ctx context.Context, i int, u Update, noise Noise, yield func(Step) error) error {
	out, err := s.predict(ctx, s.xt, u.Time)
	if err == nil && u.Learned && len(out.Variance) != len(s.xt) {
		err = fmt.Errorf("the network was to say the variance of %d values, it said %d", len(s.xt), len(out.Variance))
	}
	if err != nil {
		return fmt.Errorf("step %d (t = %d): %w", i, u.T, err)
	}
	now := Step{I: i, Update: u, Xt: s.xt, Pred: out.Pred, Variance: out.Variance}
	if u.OfX0Before != 0 {
		now.Before = s.before
	}
	if err := yield(now); err != nil {
		return err
	}
	if u.StdDev != 0 {
		noise(i, s.z)
	}
	u.X0Hat(s.x0, s.xt, out.Pred)
	in := Inputs{Xt: s.xt, Pred: out.Pred, Variance: out.Variance, Before: s.before, Z: s.z}
	if u.Correction == nil {
		u.Apply(s.xt, in)
	} else {
		u.Apply(s.line, in)
		if err := ctx.Err(); err != nil {
			return err
		}
		if out, err = s.predict(ctx, s.line, u.TimePrev); err != nil {
			return fmt.Errorf("step %d (second evaluation, t = %d): %w", i, u.TPrev, err)
		}
		u.Correct(s.xt, s.xt, s.x0, s.line, out.Pred)
	}
	s.before, s.x0 = s.x0, s.before
	return nil
}

// predict asks the network about all pictures at one time.
func (s *sampling) predict(ctx context.Context, xs []float32, time float64) (Output, error) {
	for k := range s.times {
		s.times[k] = time
	}
	out, err := s.predictor.Predict(ctx, xs, s.times, s.cond)
	if err != nil {
		return Output{}, err
	}
	if len(out.Pred) != len(xs) {
		return Output{}, fmt.Errorf("the network returned %d values, expected %d", len(out.Pred), len(xs))
	}
	return out, nil
}

// Evaluations is how often a run of these updates asks the network (NFE, the
// number of function evaluations), guidance not counted.
func Evaluations(updates []Update) int {
	n := len(updates)
	for _, u := range updates {
		if u.Correction != nil {
			n++
		}
	}
	return n
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
