package ddpm

import (
	"context"
	"fmt"
	"math"
	"slices"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
	"unnoise/model/figure"
	"unnoise/model/run"
)

// Film shows x_t, x̂_0 and ε̂ of a reverse chain: Algorithm 2 and Fig. 6.
var Film = &exhibit.Exhibit{
	ID: "ddpm-film", Title: "DDPM: a picture forms", Year: year, References: []int{reference},
	Sentences: [3]string{
		"A fixed chain of small steps turns a picture into pure noise; a network learns to see the noise in every state of it.",
		"Run backwards, each step takes a little of that noise away and adds a smaller amount of fresh noise, until a new picture is left.",
		"What the network takes the finished picture for is visible all the time: large shapes first, details last.",
	},
	Models: []string{"fashion"},
	Presets: []exhibit.Preset{
		{Name: "All 1000 steps", Tip: "The chain as it was trained. It takes ten times as long.", Values: map[string]string{"steps": "1000", "pictures": "2"}},
		{Name: "Too few steps", Tip: "Ten steps with as much fresh noise as the long chain has: grainy.", Values: map[string]string{"steps": "10", "variance": "fixed-large"}},
		{Name: "Anything", Tip: "The network is told no garment, as in the paper.", Values: map[string]string{"class": "any", "pictures": "6"}},
	},
	Controls: []exhibit.Control{
		chain.ClassControl("ankle-boot"),
		chain.StepsControl("100", "20"),
		{ID: "variance", Kind: exhibit.Choice, Label: "Fresh noise", Default: "fixed-small", Options: chain.VarianceOptions,
			Tip: "How much fresh noise a step adds. The paper found both to do equally well with 1000 steps."},
		chain.CountControl("4", "1", 8),
		exhibit.SeedControl(),
	},
	Panels: []exhibit.Panel{
		{ID: "state", Title: "The state xₜ", Tip: "What the chain has now."},
		{ID: "guess", Title: "The guess x̂₀", Tip: "The finished picture as the network sees it in xₜ, clamped to black and white."},
		{ID: "noise", Title: "The noise ε̂ it sees", Tip: "The network’s own answer: one colour above 0, one below."},
		{ID: "progress", Title: "Large shapes first", Tip: "The guess at ten moments of the chain: Fig. 6 of the paper.", Wide: true},
		{ID: "forward", Title: "The way up, for comparison", Tip: "A real picture at ten timesteps of the forward chain, all with the same noise.", Wide: true},
		{ID: "levels", Title: "Signal and noise by t", Tip: "How much of the picture and how much noise xₜ consists of, and how much fresh noise a step adds.", Wide: true},
	},
	Timeline: "t",
	Quick:    map[string]string{"steps": "2", "pictures": "1"},
	Probes: []exhibit.Probe{
		{Control: "seed", Value: "1", Readout: "mean"},
		{Control: "variance", Value: "fixed-large", Readout: "mean"},
	},
	Run: runFilm,
}

func runFilm(ctx context.Context, env *exhibit.Env, s exhibit.State, emit func(exhibit.Frame)) error {
	m, err := chain.Load(ctx, env, "fashion")
	if err != nil {
		return err
	}
	n, class := s.Int("pictures"), chain.Class(s)
	r := m.Reverse(s.Int("steps"), chain.Variance(s.Text("variance")), chain.Same(class, n), s.Seed("seed"))
	up, err := forward(ctx, env, m, max(0, class), s.Seed("seed"))
	if err != nil {
		return err
	}
	moments := chain.Moments(len(r.Updates), maxFrames)
	strip := chain.Moments(len(moments)-1, 10)
	var progress []float32
	var captions []string
	f := exhibit.Frame{Total: len(moments)}
	return r.Walk(ctx, func(step diffusion.Step) error {
		if step.I != moments[f.Index] {
			return nil
		}
		guess, eps := chain.X0Hat(step), make([]float32, len(step.Xt))
		step.Eps(eps)
		f.Figures = map[string]figure.Figure{
			"state":  m.Grid(step.Xt, columns(n), nil),
			"guess":  m.Grid(guess, columns(n), nil),
			"levels": levels(r.Updates, step.Update),
		}
		if step.Pred != nil {
			f.Figures["noise"] = m.SignedGrid(eps, columns(n), 3, nil)
		}
		if f.Index == 0 {
			f.Figures["forward"] = up
		}
		if slices.Contains(strip, f.Index) {
			progress = append(progress, guess[:m.Elems()]...)
			captions = append(captions, chain.StepLabel(step.Update))
			f.Figures["progress"] = m.Grid(progress, 5, slices.Clone(captions))
		}
		f.Label = chain.StepLabel(step.Update)
		f.Readouts = []exhibit.Readout{
			{ID: "signal", Name: "Signal left, ᾱ", Value: step.Update.AlphaBar, Tip: "The share of the variance of xₜ that is picture."},
			{ID: "fresh", Name: "Fresh noise, σ", Value: step.Update.StdDev, Tip: "The standard deviation of what this step adds."},
			{ID: "mean", Name: "Mean brightness of the guess", Value: chain.Mean(guess), Tip: "−1 is black, 1 white."},
			{ID: "contrast", Name: "Size of the guess", Value: chain.RMS(guess, nil), Tip: "Root mean square."},
		}
		f.Equations = chain.StepEquations(step.Update)
		f.Words = fmt.Sprintf("%s: %d of %d steps are done. The state has %.0f %% picture in its variance.",
			f.Label, step.I, len(r.Updates), 100*step.Update.AlphaBar)
		emit(f)
		f.Index++
		return nil
	})
}

// columns is how many pictures stand beside each other.
func columns(n int) int { return min(4, n) }

// forward is a real picture of a class at ten timesteps, with the noise of a seed.
func forward(ctx context.Context, env *exhibit.Env, m *chain.Model, class int, seed uint64) (*figure.Pictures, error) {
	sheet, err := env.Sheet(ctx, "fashion")
	if err != nil {
		return nil, err
	}
	k := slices.Index(sheet.Labels, class)
	if k < 0 {
		return nil, fmt.Errorf("the sample sheet has no picture of class %d: the site is incomplete", class)
	}
	eps := make([]float32, m.Elems())
	run.StartNoise(eps, seed, 0)
	values := slices.Clone(sheet.Pictures[k])
	captions := []string{"x₀"}
	for i := range 9 {
		t := (m.Trained.Len() - 1) * (i + 1) / 9
		xt := make([]float32, m.Elems())
		diffusion.QSample(xt, sheet.Pictures[k], eps, m.Trained.AlphaBar[t])
		values, captions = append(values, xt...), append(captions, fmt.Sprintf("t = %d", t))
	}
	return m.Grid(values, 5, captions), nil
}

// levels are the amounts of signal, noise and fresh noise of a chain.
func levels(updates []diffusion.Update, now diffusion.Update) *figure.Plot {
	at := func(i int) float64 { return float64(updates[i].T) }
	p := &figure.Plot{X: figure.Axis{Label: "t", Min: 0, Max: 999}, Y: figure.Axis{Label: "amount", Min: 0, Max: 1}}
	for _, c := range []struct {
		name   string
		colour figure.Colour
		of     func(u diffusion.Update) float64
	}{
		{"signal √ᾱ", figure.A, func(u diffusion.Update) float64 { return math.Sqrt(u.AlphaBar) }},
		{"noise √(1−ᾱ)", figure.B, func(u diffusion.Update) float64 { return math.Sqrt(1 - u.AlphaBar) }},
		{"fresh noise σ", figure.C, func(u diffusion.Update) float64 { return u.StdDev }},
	} {
		p.Curves = append(p.Curves, chain.CurveOf(c.name, c.colour, len(updates), at, func(i int) float64 { return c.of(updates[i]) }))
	}
	p.Marks = []figure.Mark{{Name: "now", At: max(0, float64(now.T)), Colour: figure.Quiet}}
	return p
}
