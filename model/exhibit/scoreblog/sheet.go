package scoreblog

import (
	"context"
	"slices"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
	"unnoise/model/rng"
	"unnoise/model/sde"
)

// framesEachWay is how many moments of a way are shown.
const framesEachWay = 30

// bumps are the mixtures of numbers by the ids of the control.
var bumps = map[string][]sde.Gaussian{
	"two":    {{Weight: 1, Mean: []float64{-1}, Std: .15}, {Weight: 1, Mean: []float64{1}, Std: .15}},
	"three":  {{Weight: 1, Mean: []float64{-1.3}, Std: .12}, {Weight: 1, Mean: []float64{0}, Std: .12}, {Weight: 1, Mean: []float64{1.3}, Std: .12}},
	"uneven": {{Weight: .8, Mean: []float64{.8}, Std: .25}, {Weight: .2, Mean: []float64{-1.3}, Std: .1}},
}

// sheet is one run of Sheet.
type sheet struct {
	state  exhibit.State
	law    sde.SDE
	exact  *sde.Exact
	times  []float64 // from the smallest to T
	view   sheetView
	sde    []float32 // all numbers, now
	ode    []float32
	traces [2]struct{ sde, ode [][]float32 } // there and back: (time across, value) of each traced number
	back   bool
	total  int
	made   int
}

func runSheet(ctx context.Context, _ *exhibit.Env, s exhibit.State, emit func(exhibit.Frame)) error {
	r, err := newSheet(s)
	if err != nil {
		return err
	}
	return r.run(ctx, emit)
}

func newSheet(s exhibit.State) (*sheet, error) {
	l, err := law(s)
	if err != nil {
		return nil, err
	}
	data, err := sde.NewMixture(bumps[s.Text("data")]...)
	if err != nil {
		return nil, err
	}
	r := &sheet{state: s, law: l, exact: sde.NewExact(data, l)}
	steps := s.Int("steps")
	for k := range steps + 1 {
		r.times = append(r.times, l.Eps()+(l.T()-l.Eps())*float64(k)/float64(steps))
	}
	r.view = newSheetView(r)
	return r, nil
}

func (r *sheet) run(ctx context.Context, emit func(exhibit.Frame)) error {
	shown := chain.Moments(len(r.times)-1, framesEachWay)
	r.total = 2 * len(shown)
	if err := r.into(ctx, shown, emit); err != nil {
		return err
	}
	return r.out(ctx, shown, emit)
}

func (r *sheet) random(purpose string) *rng.Generator {
	return rng.ForName(r.state.Seed("seed"), "sde-sheet."+purpose)
}

// into goes from data to noise: the SDE by its exact transitions, the ODE from the same
// numbers.
func (r *sheet) into(ctx context.Context, shown []int, emit func(exhibit.Frame)) error {
	n := r.state.Int("particles")
	g := r.random("forward")
	r.sde = r.exact.Data.Sample(r.random("data"), n)
	r.ode = nil
	scale, std := 1.0, 0.0 // of x_0
	for k, t := range r.times {
		if err := ctx.Err(); err != nil {
			return err
		}
		nextScale, nextStd := r.law.Marginal(t)
		transition(r.sde, scale, std, nextScale, nextStd, g)
		scale, std = nextScale, nextStd
		if k == 0 {
			r.ode = slices.Clone(r.sde)
		} else if err := r.flow(ctx, r.times[k-1], t); err != nil {
			return err
		}
		r.note(t)
		if slices.Contains(shown, k) {
			emit(r.frame(t, k))
		}
	}
	return nil
}

// out goes from noise to data: the SDE by Euler and Maruyama, the ODE by Runge and Kutta.
func (r *sheet) out(ctx context.Context, shown []int, emit func(exhibit.Frame)) error {
	r.back = true
	if r.state.Text("start") == "prior" {
		r.random("prior").Normal(r.sde)
		for i := range r.sde {
			r.sde[i] *= float32(r.law.PriorStd())
		}
		copy(r.ode, r.sde)
	}
	g := r.random("reverse")
	steps := len(r.times) - 1
	for k := steps; ; k-- {
		if err := ctx.Err(); err != nil {
			return err
		}
		t := r.times[k]
		r.note(t)
		if slices.Contains(shown, steps-k) {
			emit(r.frame(t, k))
		}
		if k == 0 {
			return nil
		}
		if err := r.reverse(ctx, t, k == 1, g); err != nil {
			return err
		}
		if err := r.flow(ctx, t, r.times[k-1]); err != nil {
			return err
		}
	}
}

// transition carries numbers from one time of a linear SDE to a later one, exactly:
// x_t = (a_t/a_s)·x_s + √(σ_t² − (a_t/a_s)²·σ_s²)·ε.
func transition(x []float32, scale, std, nextScale, nextStd float64, g *rng.Generator) {
	keep := nextScale / scale
	added := root(nextStd*nextStd - keep*keep*std*std)
	z := make([]float32, len(x))
	g.Normal(z)
	diffusion.Combine(x, x, z, keep, added)
}

// reverse takes a step of the reverse SDE from t; the last one adds no noise.
func (r *sheet) reverse(ctx context.Context, t float64, last bool, g *rng.Generator) error {
	u, err := sde.EulerMaruyama.Update(r.law, t, len(r.times)-1, false)
	if err != nil {
		return err
	}
	s, err := r.score(ctx, r.sde, t)
	if err != nil {
		return err
	}
	z := make([]float32, len(r.sde))
	g.Normal(z)
	if last {
		clear(z)
	}
	for i, x := range r.sde {
		r.sde[i] = float32(u.OfX*float64(x) + u.OfScore*float64(s[i]) + u.StdDev*float64(z[i]))
	}
	return nil
}

func (r *sheet) score(ctx context.Context, x []float32, t float64) ([]float32, error) {
	s := make([]float32, len(x))
	return s, r.exact.Score(ctx, x, slices.Repeat([]float64{t}, len(x)), diffusion.Cond{}, s)
}

// flow solves the probability-flow ODE, dx/dt = f − ½g²s, from one time to another by a
// step of the classical Runge–Kutta method.
func (r *sheet) flow(ctx context.Context, from, to float64) error {
	velocity := func(x []float32, t float64) ([]float32, error) {
		s, err := r.score(ctx, x, t)
		if err != nil {
			return nil, err
		}
		g := r.law.Diffusion(t)
		diffusion.Combine(s, x, s, r.law.Drift(t), -g*g/2)
		return s, nil
	}
	h := to - from
	middle := make([]float32, len(r.ode))
	slopes := [4][]float32{}
	at := []float64{0, .5, .5, 1}
	for k := range slopes {
		x := r.ode
		if k > 0 {
			diffusion.Combine(middle, r.ode, slopes[k-1], 1, h*at[k])
			x = middle
		}
		var err error
		if slopes[k], err = velocity(x, from+h*at[k]); err != nil {
			return err
		}
	}
	for i := range r.ode {
		r.ode[i] += float32(h / 6 * float64(slopes[0][i]+2*slopes[1][i]+2*slopes[2][i]+slopes[3][i]))
	}
	return nil
}

// note adds where the traced numbers are at time t.
func (r *sheet) note(t float64) {
	way := &r.traces[0]
	if r.back {
		way = &r.traces[1]
	}
	n := min(r.state.Int("paths"), len(r.sde))
	for len(way.sde) < n {
		way.sde, way.ode = append(way.sde, nil), append(way.ode, nil)
	}
	across, unit := float32(r.view.across(t, r.back)), float32(1/r.view.unit(t))
	for i := range n {
		way.sde[i] = append(way.sde[i], across, r.sde[i]*unit)
		way.ode[i] = append(way.ode[i], across, r.ode[i]*unit)
	}
}

// crossings is how often two of the paths change places, in steps that both of them take.
func crossings(paths [][]float32) int {
	count := 0
	for i, a := range paths {
		for _, b := range paths[:i] {
			for k := 3; k < len(a); k += 2 {
				if (a[k-2] < b[k-2]) != (a[k] < b[k]) {
					count++
				}
			}
		}
	}
	return count
}
