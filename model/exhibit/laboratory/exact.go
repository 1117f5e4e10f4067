package laboratory

import (
	"context"
	"math"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
	"unnoise/model/figure"
	"unnoise/model/plane"
	"unnoise/model/rng"
)

// measured is how many points the energy distance compares.
const measured = 500

// exact is one run of Exact.
type exact struct {
	state  exhibit.State
	data   *data
	n      int // particles
	marked int
	levels []diffusion.Level // the noisiest first, x_0 last
	net    *plane.Predictor
	cond   diffusion.Cond
	sde    []diffusion.Update
	ode    []diffusion.Update

	// The points at every level, in the order of the timeline: towards noise from x_0
	// on, and back.
	forward, flow  [][]float32 // flow is by the ODE; nil where it is not run forwards
	backSDE, backO [][]float32
	reference      [2][]float32 // x_0 and ε of points to compare with

	floor, ofSDE, ofODE curve
	backgrounds         map[diffusion.Level]background
	emit                func(exhibit.Frame)
}

// curve is a distance over t.
type curve struct{ t, value []float32 }

func (c *curve) add(t, value float64) {
	c.t, c.value = append(c.t, float32(t)), append(c.value, float32(value))
}

// read is how the samplers read the exact network: it answers E[x_0|x_t], from which
// nothing is lost where ᾱ is tiny.
var read = diffusion.Parametrisation{Predict: diffusion.PredictX0}

func runExact(ctx context.Context, _ *exhibit.Env, s exhibit.State, emit func(exhibit.Frame)) error {
	d, err := choose(s)
	if err != nil {
		return err
	}
	if d == nil {
		emit(exhibit.Frame{Total: 1, Label: "nothing yet", Figures: map[string]figure.Figure{"data": square(dataHalf)},
			Words: "The panel of the data is empty: draw some points on it."})
		return nil
	}
	r := &exact{state: s, data: d, n: s.Int("particles"), marked: s.Int("marked"), emit: emit, backgrounds: map[diffusion.Level]background{}}
	if err := r.prepare(); err != nil {
		return err
	}
	if err := r.runForward(ctx); err != nil {
		return err
	}
	return r.runBack(ctx)
}

func (r *exact) prepare() error {
	s := r.state
	trained, err := diffusion.ScheduleByName(s.Text("schedule"), timesteps)
	if err != nil {
		return err
	}
	if steps := s.Int("steps"); s.Text("spacing") == "karras" {
		r.levels, err = trained.KarrasLevels(timesteps-1, steps)
	} else {
		r.levels, err = trained.EvenLevels(steps)
	}
	if err != nil {
		return err
	}
	r.net = &plane.Predictor{Data: r.data.Mixture, Schedule: trained, Target: read.Predict}
	r.cond = diffusion.Cond{Class: make([]int, r.n)}
	r.sde = diffusion.EulerAncestralUpdates(r.levels, read, s.Float("eta"))
	if s.Text("sde") == "maruyama" {
		r.sde = diffusion.EulerMaruyamaUpdates(r.levels, read)
	}
	r.ode = solver(s.Text("ode"), r.levels)
	r.reference[0] = r.data.Sample(r.random("reference"), measured)
	r.reference[1] = r.normal("reference noise", measured)
	return nil
}

// solver solves the ODE between levels, in either direction.
func solver(name string, levels []diffusion.Level) []diffusion.Update {
	switch name {
	case "heun":
		return diffusion.HeunUpdates(levels, read)
	case "dpmpp-2m":
		return diffusion.DPMSolverPP2MUpdates(levels, read)
	}
	return diffusion.EulerUpdates(levels, read)
}

func (r *exact) random(purpose string) *rng.Generator {
	return rng.ForName(r.state.Seed("seed"), "laboratory."+purpose)
}

// normal draws n points of a standard normal distribution.
func (r *exact) normal(purpose string, n int) []float32 {
	z := make([]float32, 2*n)
	r.random(purpose).Normal(z)
	return z
}

// steps is how many there are in either direction.
func (r *exact) steps() int { return len(r.levels) - 1 }

// runForward noises the data, level by level, and shows every moment.
func (r *exact) runForward(ctx context.Context) error {
	x := r.data.Sample(r.random("data"), r.n)
	r.forward = append(r.forward, x)
	if r.state.Text("start") == "own" {
		if err := r.runFlow(ctx, x); err != nil {
			return err
		}
	}
	g := r.random("forward")
	z := make([]float32, len(x))
	for i := range r.steps() + 1 {
		if err := ctx.Err(); err != nil {
			return err
		}
		level := r.levels[r.steps()-i]
		if i > 0 {
			// q(x_t|x_s) of the levels' own chain: √(ᾱ_t/ᾱ_s)·x_s + √(1 − ᾱ_t/ᾱ_s)·ε.
			g.Normal(z)
			next := make([]float32, len(x))
			diffusion.QSample(next, r.forward[i-1], z, level.AlphaBar/r.levels[r.steps()-i+1].AlphaBar)
			r.forward = append(r.forward, next)
		}
		r.show(i, level, false)
	}
	return nil
}

// runFlow carries x_0 to noise by the ODE.
func (r *exact) runFlow(ctx context.Context, x0 []float32) error {
	up := make([]diffusion.Level, 0, r.steps())
	for i := r.steps() - 1; i >= 0; i-- {
		up = append(up, r.levels[i])
	}
	start := make([]float32, len(x0))
	for i, v := range x0 {
		start[i] = float32(math.Sqrt(up[0].AlphaBar) * float64(v))
	}
	r.flow = append(r.flow, x0)
	return diffusion.Sample(ctx, r.net, solver(r.state.Text("ode"), up), diffusion.Start{Xt: start}, r.cond, nil, func(s diffusion.Step) error {
		r.flow = append(r.flow, append([]float32(nil), s.Xt...))
		return nil
	})
}

// runBack carries noise to data by both processes, side by side.
func (r *exact) runBack(ctx context.Context) error {
	end := r.forward[r.steps()]
	ends := [2][]float32{end, end}
	switch r.state.Text("start") {
	case "fresh":
		ends[0] = r.normal("fresh", r.n)
		ends[1] = ends[0]
	case "own":
		ends[1] = r.flow[r.steps()]
	}
	g := r.random("reverse")
	noise := func(_ int, z []float32) { g.Normal(z) }
	stochastic := walker{net: r.net, updates: r.sde, cond: r.cond, noise: noise, x: ends[0]}
	flowing := walker{net: r.net, updates: r.ode, cond: r.cond, x: ends[1]}
	r.backSDE, r.backO = [][]float32{ends[0]}, [][]float32{ends[1]}
	r.measure(r.levels[0])
	for i := range r.steps() {
		for _, w := range []*walker{&stochastic, &flowing} {
			if err := w.step(ctx, i); err != nil {
				return err
			}
		}
		r.backSDE, r.backO = append(r.backSDE, stochastic.x), append(r.backO, flowing.x)
		r.show(r.steps()+1+i, r.levels[i+1], true)
	}
	return nil
}

// walker takes the steps of a sampler one by one.
type walker struct {
	net     diffusion.Predictor
	updates []diffusion.Update
	cond    diffusion.Cond
	noise   diffusion.Noise
	x       []float32
	before  []float32 // x̂_0 of the step before
}

// step takes step i and leaves x before it untouched.
func (w *walker) step(ctx context.Context, i int) error {
	start := diffusion.Start{I: i, Xt: w.x, Before: w.before}
	return diffusion.Sample(ctx, w.net, w.updates[:i+1], start, w.cond, w.noise, func(s diffusion.Step) error {
		if s.I > i {
			w.x = append([]float32(nil), s.Xt...)
			return nil
		}
		w.before = make([]float32, len(s.Xt))
		s.X0Hat(w.before)
		return nil
	})
}
