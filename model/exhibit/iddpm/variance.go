package iddpm

import (
	"context"
	"fmt"
	"math"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
	"unnoise/model/figure"
	ml "unnoise/model/mathml"
)

// Variance shows where a network wants how much fresh noise: §3.1.
var Variance = &exhibit.Exhibit{
	ID: "iddpm-variance", Title: "Improved DDPM: noise where it belongs", Year: year, References: []int{reference},
	Sentences: [3]string{
		"Here the network says not only what noise it sees but also how much fresh noise each pixel needs in this step.",
		"It answers a number v for each pixel, which leads from the smallest sensible variance (0) to the largest (1), on a logarithmic scale.",
		"The map shows where it is sure of itself: in the empty ground early, at edges and in patterns last.",
	},
	Models: []string{hybrid},
	Presets: []exhibit.Preset{
		{Name: "All 1000 steps", Tip: "The chain as it was trained, where the two limits hardly differ.", Values: map[string]string{"steps": "1000", "pictures": "1"}},
		{Name: "Ten steps", Tip: "The limits are far apart, and the map matters.", Values: map[string]string{"steps": "10"}},
	},
	Controls: []exhibit.Control{
		chain.ClassControl("shirt"),
		chain.StepsControl("60", "12"),
		chain.CountControl("3", "1", 6),
		exhibit.SeedControl(),
	},
	Panels: []exhibit.Panel{
		{ID: "state", Title: "The state xₜ", Tip: "What the chain has now."},
		{ID: "guess", Title: "The guess x̂₀", Tip: "The finished picture as the network sees it in xₜ."},
		{ID: "map", Title: "v, from 0 to 1", Tip: "How much of the way from the smallest to the largest variance each pixel goes. It is not clamped, as in the authors’ code; the map is."},
		{ID: "sigma", Title: "The fresh noise’s size σ", Tip: "The standard deviation of what each pixel gets in this step, from the smallest to the largest there can be."},
		{ID: "range", Title: "Variances by t", Tip: "The two limits, β̃ and β, and what the network takes on average.", Wide: true},
	},
	Timeline: "t",
	Quick:    map[string]string{"steps": "2", "pictures": "1"},
	Probes: []exhibit.Probe{
		{Control: "seed", Value: "1", Readout: "v"},
		{Control: "steps", Value: "3", Readout: "v"},
	},
	Run: runVariance,
}

func runVariance(ctx context.Context, env *exhibit.Env, s exhibit.State, emit func(exhibit.Frame)) error {
	m, err := chain.Load(ctx, env, hybrid)
	if err != nil {
		return err
	}
	n := s.Int("pictures")
	r := m.Reverse(s.Int("steps"), diffusion.LearnedRange, chain.Same(chain.Class(s), n), s.Seed("seed"))
	shown := chain.Moments(len(r.Updates), maxFrames)
	var taken chain.Line
	f := exhibit.Frame{Total: len(shown)}
	return r.Walk(ctx, func(step diffusion.Step) error {
		if step.I != shown[f.Index] {
			return nil
		}
		guess := chain.X0Hat(step)
		f.Figures = map[string]figure.Figure{"state": m.Grid(step.Xt, n, nil), "guess": m.Grid(guess, n, nil)}
		f.Readouts = []exhibit.Readout{
			{ID: "signal", Name: "Signal left, ᾱ", Value: step.Update.AlphaBar, Tip: "The share of the variance of xₜ that is picture."},
			{ID: "mean", Name: "Mean brightness of the guess", Value: chain.Mean(guess), Tip: "−1 is black, 1 white."},
		}
		f.Equations = chain.StepEquations(step.Update)
		f.Label = chain.StepLabel(step.Update)
		f.Words = fmt.Sprintf("%s: %d of %d steps are done.", f.Label, step.I, len(r.Updates))
		if step.Variance != nil {
			showVariance(&f, m, step, n, &taken)
			f.Figures["range"] = rangePlot(r.Updates, &taken, step.Update)
		}
		emit(f)
		f.Index++
		return nil
	})
}

// showVariance adds what the network says of the variance to a frame.
func showVariance(f *exhibit.Frame, m *chain.Model, step diffusion.Step, n int, taken *chain.Line) {
	u := step.Update
	v, sigma := make([]float32, len(step.Xt)), make([]float32, len(step.Xt))
	var logs float64
	for i, answer := range step.Variance {
		v[i] = (answer + 1) / 2
		log := u.LogVariance(answer)
		logs += log / float64(len(v))
		sigma[i] = float32(math.Exp(0.5 * log))
	}
	taken.Add(float64(u.T), math.Exp(logs))
	heat := func(values []float32, low, high float64) *figure.Pictures {
		p := m.Grid(values, n, nil)
		p.Map, p.Low, p.High = figure.Heat, low, high
		return p
	}
	low, high := math.Exp(0.5*u.LogVarMin), math.Exp(0.5*u.LogVarMax)
	f.Figures["map"] = heat(v, 0, 1)
	if low < high {
		f.Figures["sigma"] = heat(sigma, low, high)
	}
	spread := make([]float32, len(v))
	for i := range v {
		spread[i] = v[i] - float32(chain.Mean(v))
	}
	f.Readouts = append(f.Readouts,
		exhibit.Readout{ID: "v", Name: "v on average", Value: chain.Mean(v), Tip: "0 is the smallest variance, 1 the largest."},
		exhibit.Readout{ID: "v-spread", Name: "How v differs between pixels", Value: chain.RMS(spread, nil), Tip: "The standard deviation of the map."},
		exhibit.Readout{ID: "sigma", Name: "σ on average", Value: chain.Mean(sigma), Tip: "The standard deviation of the fresh noise."})
	f.Equations = append([]exhibit.Equation{varianceEquation(u, chain.Mean(v), logs)}, f.Equations...)
	f.Words += fmt.Sprintf(" The network asks for v = %.2f on average.", chain.Mean(v))
}

// rangePlot is the limits of every step and what was taken so far.
func rangePlot(updates []diffusion.Update, taken *chain.Line, now diffusion.Update) *figure.Plot {
	at := func(i int) float64 { return float64(updates[i].T) }
	return &figure.Plot{
		X: figure.Axis{Label: "t", Min: 0, Max: 999}, Y: figure.Axis{Label: "σ²", Min: 1e-6, Max: 1, Log: true},
		Curves: []figure.Curve{
			chain.CurveOf("largest, β", figure.B, len(updates), at, func(i int) float64 { return math.Exp(updates[i].LogVarMax) }),
			chain.CurveOf("smallest, β̃", figure.A, len(updates), at, func(i int) float64 { return max(1e-6, math.Exp(updates[i].LogVarMin)) }),
			taken.Curve("the network’s, on average", figure.C),
		},
		Marks: []figure.Mark{{Name: "now", At: max(0, float64(now.T)), Colour: figure.Quiet}},
	}
}

// varianceEquation is Nichol & Dhariwal 2021, eq. 15.
func varianceEquation(u diffusion.Update, v, logVariance float64) exhibit.Equation {
	log := func(of string) string { return ml.Row(ml.I("log"), of) }
	square := ml.SubSup(ml.I("σ"), ml.I("t"), ml.N("2"))
	return exhibit.Equation{
		Caption: "The network’s variance, pixel by pixel",
		Symbols: ml.Line(log(square), ml.O("="), ml.Of(chain.SymV), log(ml.Of(chain.SymBeta)), ml.O("+"),
			ml.Parens(ml.N("1"), ml.O("−"), ml.Of(chain.SymV)), log(ml.Of(chain.SymBetaT))),
		Numbers: ml.Line(log(square), ml.O("="), ml.Times(ml.Number(v), ml.Parens(ml.Number(u.LogVarMax)))) +
			ml.More(ml.Plus(1-v, ml.Parens(ml.Number(u.LogVarMin))), ml.O("="), ml.Number(logVariance)),
	}
}
