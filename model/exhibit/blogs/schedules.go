package blogs

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
	"unnoise/model/figure"
	"unnoise/model/run"
)

// Schedules is the noise schedules of the articles, and what each does to a picture.
var Schedules = &exhibit.Exhibit{
	ID: "schedules", Title: "Noise schedules", Year: 2021, References: []int{11, 28, 13, 2, 3},
	Sentences: [3]string{
		"A schedule says how much noise each of the T steps adds; everything else follows from it: how much of the picture is left, and how far a step back may go.",
		"The articles draw a few of them. Here they lie over each other, with a picture on its way into noise below.",
		"A network that has learned to denoise can walk back along any of them, since it is told the noise level.",
	},
	Models: []string{"fashion"},
	Controls: append([]exhibit.Control{
		{ID: "schedule", Kind: exhibit.Choice, Label: "Schedule", Default: "linear", Options: scheduleOptions(), Tip: "How much noise each step adds. The others stay in the plots for comparison."},
		{ID: "timesteps", Kind: exhibit.Number, Label: "T", Default: "200", Min: 20, Max: 1000, Tip: "How many steps the chain has. With few the linear schedule’s usual constants leave the picture visible at the end."},
		{ID: "moments", Kind: exhibit.Number, Label: "Moments", Default: "40", Modest: "20", Min: 2, Max: 200, Tip: "How many of the steps the slider stops at."},
		{ID: "steps", Kind: exhibit.Number, Label: "Steps back", Default: "40", Modest: "12", Min: 2, Max: 100, Tip: "How many of the schedule’s noise levels the network visits on its way back. Each costs one pass through it."},
		chain.ClassControl("sneaker"),
		exhibit.SeedControl(),
	}, chain.PictureControls("", "Picture", "sneaker", 0)...),
	Presets: []exhibit.Preset{
		{Name: "The usual one", Tip: "DDPM’s linear schedule over T = 1000 steps.", Values: map[string]string{"timesteps": "1000"}},
		{Name: "The Annotated Diffusion Model", Tip: "The same constants over only 200 steps: a fifth of the noise, so that about an eighth of the picture’s variance is left at the end.", Values: map[string]string{}},
		{Name: "Cosine", Tip: "Improved DDPM: the picture is lost more evenly.", Values: map[string]string{"schedule": "cosine"}},
		{Name: "A misprint", Tip: "The first edition’s quadratic schedule: see how nothing happens.", Values: map[string]string{"schedule": "quadratic-misprint"}},
	},
	Panels: []exhibit.Panel{
		{ID: "beta", Title: "Noise added by a step, β", Tip: "The variance of the noise of step t."},
		{ID: "alpha-bar", Title: "Signal left, ᾱ", Tip: "The share of the picture’s variance that is left after t steps."},
		{ID: "snr", Title: "Signal to noise", Tip: "ᾱ/(1 − ᾱ), on a logarithmic scale."},
		{ID: "posterior", Title: "Noise of a step back, β̃", Tip: "The variance of the step back if the picture were known. It is β where much noise is left, and smaller towards the end."},
		{ID: "strip", Title: "Into noise", Wide: true, Tip: "The picture after 0, a quarter, half, three quarters and all of the steps, and at the moment of the slider; the noise is the same in all."},
		{ID: "reverse", Title: "And back", Wide: true, Tip: "The network walks back from pure noise along the chosen schedule’s noise levels. A schedule that ends before all is noise promises more signal at the start than there is."},
		{ID: "corrections", Title: "Misprints", Tip: "What the articles print, and what it should be."},
	},
	Timeline: "t",
	Run:      runSchedules,
	Quick:    map[string]string{"moments": "3", "steps": "2"},
	Probes: []exhibit.Probe{
		{Control: "seed", Value: "1", Readout: "mean-out"},
		{Control: "schedule", Value: "cosine", Readout: "alpha-bar"},
	},
	Tolerances: map[string]float64{"mean-out": 2e-3}, // of 2, the range of a pixel
}

func runSchedules(ctx context.Context, env *exhibit.Env, s exhibit.State, emit func(exhibit.Frame)) error {
	T := s.Int("timesteps")
	all := make([]*diffusion.Schedule, len(schedules))
	chosen := 0
	for i := range schedules {
		var err error
		if all[i], err = schedules[i].make(T); err != nil {
			return err
		}
		if schedules[i].ID == s.Text("schedule") {
			chosen = i
		}
	}
	x0, _, err := chain.Picture(ctx, env, s, "")
	if err != nil {
		return err
	}
	model, err := chain.Load(ctx, env, "fashion")
	if err != nil {
		return err
	}
	eps := make([]float32, len(x0))
	run.StartNoise(eps, s.Seed("seed"), 0)
	now := all[chosen]
	plots := newPlots(all, chosen)
	moments := chain.Moments(T-1, s.Int("moments"))
	frame := func(k int) exhibit.Frame {
		t := moments[k]
		figures := plots.at(t)
		strip, distance := strip(model, now, x0, eps, t)
		figures["strip"] = strip
		return exhibit.Frame{
			Index: k, Total: len(moments), Label: "t = " + strconv.Itoa(t),
			Figures: figures, Equations: scheduleEquations(now, t),
			Readouts: scheduleReadouts(now, t, distance),
			Words: fmt.Sprintf("After step %d of %d, %.3g of the picture’s variance is left; the whole schedule leaves %.3g.",
				t, T, now.AlphaBar[t], now.AlphaBar[T-1]),
		}
	}
	for k := range moments {
		if err := ctx.Err(); err != nil {
			return err
		}
		emit(frame(k))
	}
	// The way back takes time, so that it comes last: into the first moment, from which
	// all others have it.
	film, last, err := back(ctx, model, now, s)
	if err != nil {
		return err
	}
	first := frame(0)
	first.Figures["reverse"], first.Figures["corrections"] = film, corrections()
	first.Readouts = append(first.Readouts, exhibit.Readout{ID: "mean-out", Name: "mean of the picture made",
		Value: chain.Mean(last), Tip: "Of what the network ends with, from −1, black, to 1, white."})
	emit(first)
	return nil
}

// strip is the picture at five shares of the schedule and at t, and how far the last
// is from the picture, root mean square.
func strip(m *chain.Model, s *diffusion.Schedule, x0, eps []float32, t int) (*figure.Pictures, float64) {
	T := s.Len()
	p := m.Grid(nil, 6, nil)
	var xt []float32
	for _, at := range []int{0, T / 4, T / 2, 3 * T / 4, T - 1, t} {
		xt = make([]float32, len(x0))
		diffusion.QSample(xt, x0, eps, s.AlphaBar[at])
		p.Values = append(p.Values, xt...)
		p.Captions = append(p.Captions, "t = "+strconv.Itoa(at))
	}
	return p, chain.RMS(xt, x0)
}

// back walks from pure noise along the schedule's noise levels, as many as there are
// to be steps, and returns six moments of it and the end.
func back(ctx context.Context, m *chain.Model, s *diffusion.Schedule, state exhibit.State) (*figure.Pictures, []float32, error) {
	n := min(state.Int("steps"), s.Len())
	at := chain.Moments(s.Len()-1, n)
	var levels []diffusion.Level
	for _, t := range slices.Backward(at) {
		level := m.Trained.AtSigma(math.Sqrt((1 - s.AlphaBar[t]) / s.AlphaBar[t]))
		if len(levels) == 0 || level.Time < levels[len(levels)-1].Time {
			levels = append(levels, level)
		}
	}
	levels = append(levels, diffusion.Level{Time: -1, AlphaBar: 1})
	seed := state.Seed("seed")
	r := &chain.Run{
		Net:     m.Net,
		Updates: diffusion.EulerAncestralUpdates(levels, m.Reading, 1),
		Start:   diffusion.Start{Xt: m.StartNoise(1, seed)},
		Class:   chain.Same(chain.Class(state), 1),
		Noise:   run.StepNoise(seed, 1),
	}
	shown := chain.Moments(len(levels)-1, 6)
	p := m.Grid(nil, len(shown), nil)
	var last []float32
	err := r.Walk(ctx, func(step diffusion.Step) error {
		if slices.Contains(shown, step.I) {
			p.Values = append(p.Values, step.Xt...)
			p.Captions = append(p.Captions, fmt.Sprintf("ᾱ = %.2g", step.Update.AlphaBar))
		}
		last = slices.Clone(step.Xt)
		return nil
	})
	return p, last, err
}

func scheduleReadouts(s *diffusion.Schedule, t int, distance float64) []exhibit.Readout {
	return []exhibit.Readout{
		{ID: "beta", Name: "noise of this step, β", Value: s.Beta[t]},
		{ID: "alpha-bar", Name: "signal left, ᾱ", Value: s.AlphaBar[t], Tip: "The share of the picture’s variance."},
		{ID: "snr", Name: "signal to noise", Value: s.SNR(t)},
		{ID: "posterior", Name: "noise of a step back, β̃", Value: s.PosteriorVariance(t)},
		{ID: "signal-left", Name: "signal left at the end", Value: s.AlphaBar[s.Len()-1], Tip: "It should be nearly 0: sampling starts from pure noise."},
		{ID: "distance", Name: "distance from the picture", Value: distance, Tip: "Root mean square per pixel at this moment."},
	}
}

// corrections is what the articles print wrongly.
func corrections() *figure.Table {
	return &figure.Table{
		Header: []string{"Where", "What is printed", "What it should be"},
		Rows: [][]string{
			{"[28] forward process", "√αₜ before xₜ₋₂", "√(αₜ·αₜ₋₁): both steps shrink it"},
			{"[28] text to picture", "CLIP credited to Saharia", "CLIP is by Radford et al. 2021"},
			{"[13] first edition, quadratic", "ends β²", "ends √β, as the schedule’s name says"},
			{"[11], [28] cascades", "the condition is corrupted in training only", "the paper’s non-truncated form corrupts it when sampling too"},
			{"[14] probability-flow ODE", "g²·score", "½·g²·score"},
			{"[14] step of the SDE", "variance g²", "variance g²·Δt"},
		},
	}
}
