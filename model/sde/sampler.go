package sde

import (
	"context"
	"fmt"
	"math"

	"unnoise/model/diffusion"
)

// Sampler is predictor–corrector sampling: arXiv:2011.13456, algorithm 1, in the form of
// the code, whose corrector comes first in every step. N steps visit the times evenly from
// T to Eps.
type Sampler struct {
	SDE            SDE
	Predictor      Predictor
	Corrector      Corrector
	CorrectorSteps int     // n of each step; not read without a corrector
	SNR            float64 // r of the corrector
	N              int
	Eps            float64 // the last time; 0 is the SDE's
	Flow           bool    // the predictor follows the probability-flow ODE
	// Noisy keeps the noise of the last update: the code's denoise = False.
	Noisy bool
	// Constraint holds what is known of the pictures; nil for none.
	Constraint Constraint
}

// Constraint replaces a part of x_t that is known, after every update: what §5 and
// appendix I of the paper call conditional sampling without training.
type Constraint interface {
	// Start is what a run starts from, in place of the prior's x. x: [N, elems].
	Start(x []float32) error
	// Apply is called after the corrector and after the predictor, at the step's time t,
	// with noise of its own. x, mean, z: [N, elems].
	Apply(s SDE, t float64, x, mean, z []float32)
}

// Stage is how far a step of a sampler is.
type Stage int

// The stages.
const (
	Begun     Stage = iota // before the step; a run can start here
	Corrected              // after the corrector, where there is one
	Done                   // the result, after the last step
)

// Step is a moment of a run. Its slices may be overwritten after yield has returned.
type Step struct {
	I     int // index of the step; N when Done
	Stage Stage
	Time  float64   // t of the step; the last one's when Done
	X     []float32 // [N, elems]
	// StepSize is the corrector's last one when Corrected, 0 otherwise.
	StepSize float64
	NFE      int // evaluations of the score since this run began or went on
}

// Start is where a run begins or goes on: x before step I.
type Start struct {
	I int
	X []float32
}

// Draws is how many times a step draws noise: once an update and once a constraint.
func (s *Sampler) Draws() int {
	draws := s.corrections() + 1
	if s.Constraint != nil {
		draws += 2
	}
	return draws
}

func (s *Sampler) corrections() int {
	if s.Corrector == NoCorrector {
		return 0
	}
	return s.CorrectorSteps
}

// NFE is how often a whole run evaluates the score.
func (s *Sampler) NFE() int {
	each := s.corrections()
	if s.Predictor != NoPredictor {
		each++
	}
	return s.N * each
}

// Time is that of step i.
func (s *Sampler) Time(i int) float64 { return linspace(s.SDE.T(), s.eps(), s.N, i) }

func (s *Sampler) eps() float64 {
	if s.Eps == 0 {
		return s.SDE.Eps()
	}
	return s.Eps
}

// Check says what is wrong with the settings, or returns nil.
func (s *Sampler) Check() error {
	if err := s.Corrector.check(); err != nil {
		return err
	}
	switch {
	case s.N < 1:
		return fmt.Errorf("%d steps; there must be at least 1", s.N)
	case !(s.eps() > 0 && s.eps() < s.SDE.T()):
		return fmt.Errorf("the last time is %g; it must be above 0 and below %g", s.Eps, s.SDE.T())
	case s.Corrector != NoCorrector && s.CorrectorSteps < 1:
		return fmt.Errorf("%d steps of the corrector; there must be at least 1", s.CorrectorSteps)
	case s.Corrector != NoCorrector && !(s.SNR > 0 && s.SNR < 10):
		return fmt.Errorf("the corrector's signal-to-noise ratio is %g; it must be above 0 and below 10", s.SNR)
	case s.Corrector == NoCorrector && s.Predictor == NoPredictor:
		return fmt.Errorf("neither a predictor nor a corrector: nothing would move")
	case s.Corrector != NoCorrector && s.N < MinSteps(s.SDE):
		return fmt.Errorf("%d steps of the %s SDE with a corrector; it needs at least %d", s.N, s.SDE.Name(), MinSteps(s.SDE))
	}
	_, err := s.Predictor.Update(s.SDE, s.SDE.T(), s.N, s.Flow)
	return err
}

// Prior turns standard normal numbers into the start of a run. z: [N, elems], which
// becomes Start.X.
func (s *Sampler) Prior(z []float32) (Start, error) {
	for i, v := range z {
		z[i] = float32(s.SDE.PriorStd() * float64(v))
	}
	if s.Constraint != nil {
		if err := s.Constraint.Start(z); err != nil {
			return Start{}, err
		}
	}
	return Start{X: z}, nil
}

// Run carries the steps from start.I on out, N = len(cond.Class) pictures, and yields
// every one; the result is the X of the last, which is Done. noise gives draw i·Draws()+j
// for draw j of step i; the code's order. start is not changed. An error of yield ends the
// run and is returned; so is ctx's. A run goes on from the X of a Step that is Begun.
func (s *Sampler) Run(ctx context.Context, score Score, start Start, cond diffusion.Cond, noise diffusion.Noise, yield func(Step) error) error {
	n := len(cond.Class)
	if n == 0 || len(start.X) == 0 || len(start.X)%n != 0 {
		return fmt.Errorf("%d values are not %d pictures of equal size", len(start.X), n)
	}
	if start.I < 0 || start.I > s.N {
		return fmt.Errorf("step %d of a run of %d steps", start.I, s.N)
	}
	if err := s.Check(); err != nil {
		return err
	}
	r := newRunning(s, score, start.X, cond, noise, yield)
	for i := start.I; i < s.N; i++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := r.step(ctx, i); err != nil {
			return fmt.Errorf("step %d (t = %.4g): %w", i, s.Time(i), err)
		}
	}
	if !s.Noisy && start.I < s.N {
		copy(r.x, r.mean)
	}
	return yield(Step{I: s.N, Stage: Done, Time: s.Time(s.N - 1), X: r.x, NFE: r.nfe})
}

// running is the state between two steps.
type running struct {
	*Sampler
	score          Score
	cond           diffusion.Cond
	noise          diffusion.Noise
	yield          func(Step) error
	x, mean, s, z  []float32
	times          []float64
	nfe, draw, now int // now: the step
}

func newRunning(s *Sampler, score Score, x []float32, cond diffusion.Cond, noise diffusion.Noise, yield func(Step) error) *running {
	values := func() []float32 { return make([]float32, len(x)) }
	r := &running{Sampler: s, score: score, cond: cond, noise: noise, yield: yield,
		x: values(), mean: values(), s: values(), z: values(), times: make([]float64, len(cond.Class))}
	copy(r.x, x)
	return r
}

func (r *running) step(ctx context.Context, i int) error {
	t := r.Time(i)
	for k := range r.times {
		r.times[k] = t
	}
	r.now, r.draw = i, 0
	if err := r.yield(Step{I: i, Time: t, X: r.x, NFE: r.nfe}); err != nil {
		return err
	}
	size, err := r.correct(ctx, t)
	if err != nil {
		return err
	}
	r.constrain(t)
	if r.Corrector != NoCorrector {
		if err := r.yield(Step{I: i, Stage: Corrected, Time: t, X: r.x, StepSize: size, NFE: r.nfe}); err != nil {
			return err
		}
	}
	if err := r.predict(ctx, t); err != nil {
		return err
	}
	r.constrain(t)
	return nil
}

// correct takes the corrector's steps and returns the size of the last.
func (r *running) correct(ctx context.Context, t float64) (size float64, err error) {
	for range r.corrections() {
		if err := r.evaluate(ctx); err != nil {
			return 0, err
		}
		r.next()
		size = r.Corrector.StepSize(r.SDE, t, r.N, r.SNR, r.s, r.z, len(r.x)/len(r.times))
		Update{1, size, math.Sqrt(2 * size)}.apply(r.x, r.mean, r.x, r.s, r.z)
	}
	return size, nil
}

func (r *running) predict(ctx context.Context, t float64) error {
	u, err := r.Predictor.Update(r.SDE, t, r.N, r.Flow)
	if err != nil {
		return err
	}
	if r.Predictor == NoPredictor {
		// The code's empty predictor returns x as its own mean.
		copy(r.mean, r.x)
		r.draw++
		return nil
	}
	if err := r.evaluate(ctx); err != nil {
		return err
	}
	if u.StdDev != 0 {
		r.next()
	} else {
		r.draw++
	}
	u.apply(r.x, r.mean, r.x, r.s, r.z)
	return nil
}

func (r *running) constrain(t float64) {
	if r.Constraint == nil {
		return
	}
	r.next()
	r.Constraint.Apply(r.SDE, t, r.x, r.mean, r.z)
}

func (r *running) evaluate(ctx context.Context) error {
	r.nfe++
	return r.score.Score(ctx, r.x, r.times, r.cond, r.s)
}

// next draws the step's next noise into z.
func (r *running) next() {
	r.noise(r.now*r.Draws()+r.draw, r.z)
	r.draw++
}
