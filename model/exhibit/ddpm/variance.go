package ddpm

import (
	"context"
	"fmt"
	"math"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
	"unnoise/model/figure"
)

// Variance runs the chain with both fixed variances from the same random numbers: §3.2.
var Variance = &exhibit.Exhibit{
	ID: "ddpm-variance", Title: "DDPM: two amounts of fresh noise", Year: year, References: []int{reference},
	Sentences: [3]string{
		"How much fresh noise a step back should add depends on the data, and the paper does not learn it: it tries the two extremes.",
		"The small variance would be right if there were only one picture in the world, the large one if all pictures were pure noise.",
		"Over a thousand steps both give equally good pictures; over a few, the large one leaves grain behind.",
	},
	Models: []string{"fashion"},
	Presets: []exhibit.Preset{
		{Name: "Ten steps", Tip: "Where the two differ most.", Values: map[string]string{"steps": "10"}},
		{Name: "All 1000 steps", Tip: "Where they hardly differ in quality, though each goes its own way.", Values: map[string]string{"steps": "1000", "pictures": "1"}},
	},
	Controls: []exhibit.Control{
		chain.ClassControl("sneaker"),
		chain.StepsControl("50", "12"),
		chain.CountControl("3", "1", 6),
		exhibit.SeedControl(),
	},
	Panels: []exhibit.Panel{
		{ID: "small", Title: "Fixed small, σ² = β̃", Tip: "Above the state, below the guess."},
		{ID: "large", Title: "Fixed large, σ² = β", Tip: "Above the state, below the guess. In either the last step adds no noise."},
		{ID: "sigma", Title: "The two standard deviations", Tip: "They differ only near the end of the way back, and the more the fewer steps there are."},
		{ID: "apart", Title: "How far the two runs are apart", Tip: "Root mean square between the states, and between the guesses."},
	},
	Timeline: "t",
	Quick:    map[string]string{"steps": "2", "pictures": "1"},
	Probes: []exhibit.Probe{
		{Control: "seed", Value: "1", Readout: "distance"},
		{Control: "steps", Value: "3", Readout: "distance"},
	},
	Run: runVariance,
}

func runVariance(ctx context.Context, env *exhibit.Env, s exhibit.State, emit func(exhibit.Frame)) error {
	m, err := chain.Load(ctx, env, "fashion")
	if err != nil {
		return err
	}
	n := s.Int("pictures")
	reverse := func(v diffusion.Variance) *chain.Run {
		return m.Reverse(s.Int("steps"), v, chain.Same(chain.Class(s), n), s.Seed("seed"))
	}
	runs := [2]*chain.Run{reverse(diffusion.FixedSmall), reverse(diffusion.FixedLarge)}
	small, stopSmall := runs[0].Pull(ctx)
	defer stopSmall()
	large, stopLarge := runs[1].Pull(ctx)
	defer stopLarge()
	moments := chain.Moments(len(runs[0].Updates), maxFrames)
	var states, guesses chain.Line
	f := exhibit.Frame{Total: len(moments)}
	for i := 0; i <= len(runs[0].Updates); i++ {
		a, err := small()
		if err != nil {
			return err
		}
		b, err := large()
		if err != nil {
			return err
		}
		if i != moments[f.Index] {
			continue
		}
		guessA, guessB := chain.X0Hat(a), chain.X0Hat(b)
		t := float64(max(0, a.Update.T))
		states.Add(t, chain.RMS(a.Xt, b.Xt))
		guesses.Add(t, chain.RMS(guessA, guessB))
		both := func(state, guess []float32) *figure.Pictures {
			p := m.Grid(append(append([]float32(nil), state...), guess...), n, nil)
			p.Rows = []string{"xₜ", "x̂₀"}
			return p
		}
		f.Figures = map[string]figure.Figure{
			"small": both(a.Xt, guessA), "large": both(b.Xt, guessB),
			"sigma": sigmas(runs, a.Update),
			"apart": &figure.Plot{X: figure.Axis{Label: "t", Min: 0, Max: 999}, Y: figure.Axis{Label: "distance"},
				Curves: []figure.Curve{states.Curve("states", figure.A), guesses.Curve("guesses", figure.B)}},
		}
		f.Label = chain.StepLabel(a.Update)
		f.Readouts = []exhibit.Readout{
			{ID: "sigma-small", Name: "σ, small", Value: a.Update.StdDev, Tip: "The square root of β̃."},
			{ID: "sigma-large", Name: "σ, large", Value: b.Update.StdDev, Tip: "The square root of β."},
			{ID: "distance", Name: "Distance of the guesses", Value: chain.RMS(guessA, guessB), Tip: "Root mean square; 2 is black against white."},
			{ID: "grain-small", Name: "Grain, small", Value: grain(m, guessA), Tip: "Mean difference of neighbouring pixels of the guess."},
			{ID: "grain-large", Name: "Grain, large", Value: grain(m, guessB), Tip: "Mean difference of neighbouring pixels of the guess."},
		}
		f.Equations = varianceEquations(a.Update, b.Update)
		f.Words = fmt.Sprintf("%s: the two runs’ guesses are %.2f apart.", f.Label, chain.RMS(guessA, guessB))
		emit(f)
		f.Index++
	}
	return nil
}

// sigmas are the standard deviations of both chains.
func sigmas(runs [2]*chain.Run, now diffusion.Update) *figure.Plot {
	p := &figure.Plot{X: figure.Axis{Label: "t", Min: 0, Max: 999}, Y: figure.Axis{Label: "σ"},
		Marks: []figure.Mark{{Name: "now", At: max(0, float64(now.T)), Colour: figure.Quiet}}}
	for k, name := range []string{"small", "large"} {
		us := runs[k].Updates
		p.Curves = append(p.Curves, chain.CurveOf(name, []figure.Colour{figure.A, figure.B}[k], len(us),
			func(i int) float64 { return float64(us[i].T) }, func(i int) float64 { return us[i].StdDev }))
	}
	return p
}

// grain is the mean difference of pixels beside each other.
func grain(m *chain.Model, x []float32) float64 {
	var sum float64
	var n int
	for i := range x {
		if i%m.Width != 0 {
			sum += math.Abs(float64(x[i] - x[i-1]))
			n++
		}
	}
	return sum / float64(n)
}
