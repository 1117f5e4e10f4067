package blogs

import (
	"math"
	"slices"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
	"unnoise/model/figure"
	m "unnoise/model/mathml"
)

// plots are the four plots of the schedules, by panel.
type plots map[string]*figure.Plot

// newPlots draws every schedule quietly and the chosen one over them.
func newPlots(all []*diffusion.Schedule, chosen int) plots {
	T := float64(all[chosen].Len())
	axis := figure.Axis{Label: "t", Min: 0, Max: T}
	p := plots{
		"beta":      {X: axis, Y: figure.Axis{Label: "β", Min: 1e-8, Max: 1, Log: true}},
		"alpha-bar": {X: axis, Y: figure.Axis{Label: "ᾱ", Min: 0, Max: 1}},
		"snr":       {X: axis, Y: figure.Axis{Label: "signal to noise", Min: 1e-5, Max: 1e5, Log: true}},
		"posterior": {X: axis, Y: figure.Axis{Label: "β̃", Min: 1e-8, Max: 1, Log: true}},
	}
	add := func(id string, i int, f func(s *diffusion.Schedule, t int) float64) {
		s, axis := all[i], p[id].Y
		colour, name := figure.Quiet, ""
		if i == chosen {
			colour, name = figure.A, schedules[i].Label
		}
		curve := chain.CurveOf(name, colour, s.Len(),
			func(t int) float64 { return float64(t) },
			func(t int) float64 { return min(axis.Max, max(axis.Min, f(s, t))) }) // within the frame
		p[id].Curves = append(p[id].Curves, curve)
	}
	order := []int{}
	for i := range all {
		if i != chosen {
			order = append(order, i)
		}
	}
	for _, i := range append(order, chosen) {
		add("beta", i, func(s *diffusion.Schedule, t int) float64 { return s.Beta[t] })
		add("alpha-bar", i, func(s *diffusion.Schedule, t int) float64 { return s.AlphaBar[t] })
		add("snr", i, (*diffusion.Schedule).SNR)
		add("posterior", i, (*diffusion.Schedule).PosteriorVariance)
	}
	return p
}

// at is the plots with a mark at t.
func (p plots) at(t int) map[string]figure.Figure {
	out := map[string]figure.Figure{}
	for id, plot := range p {
		marked := *plot
		marked.Curves = slices.Clone(plot.Curves)
		for i := range marked.Curves {
			marked.Curves[i].X, marked.Curves[i].Y = slices.Clone(marked.Curves[i].X), slices.Clone(marked.Curves[i].Y)
		}
		marked.Marks = []figure.Mark{{Name: "now", At: float64(t), Colour: figure.Quiet}}
		out[id] = &marked
	}
	return out
}

var (
	xt      = m.Symbol{Math: m.Sub(m.I("x"), m.I("t")), Tip: "The picture with the noise of all steps up to t."}
	xPrev   = m.Symbol{Math: m.Sub(m.I("x"), m.Row(m.I("t"), m.O("−"), m.N("1"))), Tip: "The picture one step earlier."}
	xPrev2  = m.Symbol{Math: m.Sub(m.I("x"), m.Row(m.I("t"), m.O("−"), m.N("2"))), Tip: "Two steps earlier."}
	x0      = m.Symbol{Math: m.Sub(m.I("x"), m.N("0")), Tip: "The picture."}
	epsilon = m.Symbol{Math: m.I("ε"), Tip: "Noise: independent normal numbers."}
	betaT   = m.Symbol{Math: m.Sub(m.I("β"), m.I("t")), Tip: "The variance that step t adds."}
	alphaT  = m.Symbol{Math: m.Sub(m.I("α"), m.I("t")), Tip: "1 − βₜ: the share of the variance that step t leaves."}
	barT    = m.Symbol{Math: m.Sub(m.Bar(m.I("α")), m.I("t")), Tip: "The product of all α up to t: the share of the picture’s variance that is left."}
	tilde   = m.Symbol{Math: m.Sub(m.Tilde(m.I("β")), m.I("t")), Tip: "The variance of the step back if the picture were known."}
)

func scheduleEquations(s *diffusion.Schedule, t int) []exhibit.Equation {
	beta, bar := s.Beta[t], s.AlphaBar[t]
	alphaPrev := m.Sub(m.I("α"), m.Row(m.I("t"), m.O("−"), m.N("1")))
	out := []exhibit.Equation{
		{
			Caption: "One step.",
			Symbols: m.Line(m.Of(xt), m.O("="), m.Sqrt(m.N("1"), m.O("−"), m.Of(betaT)), m.Of(xPrev), m.O("+"), m.Sqrt(betaT.Math), m.Of(epsilon)),
			Numbers: m.Line(xt.Math, m.O("="), m.Times(m.Number(math.Sqrt(1-beta)), xPrev.Math), m.Plus(math.Sqrt(beta), epsilon.Math)),
		},
		{
			Caption: "All steps up to t at once.",
			Symbols: m.Line(m.Of(xt), m.O("="), m.Sqrt(m.Of(barT)), m.Of(x0), m.O("+"), m.Sqrt(m.N("1"), m.O("−"), barT.Math), epsilon.Math),
			Numbers: m.Line(xt.Math, m.O("="), m.Times(m.Number(math.Sqrt(bar)), x0.Math), m.Plus(math.Sqrt(1-bar), epsilon.Math)),
		},
		{
			Caption: "The step back, if the picture were known, has this variance.",
			Symbols: m.Line(m.Of(tilde), m.O("="), betaT.Math, m.Frac(m.Row(m.N("1"), m.O("−"), m.Sub(m.Bar(m.I("α")), m.Row(m.I("t"), m.O("−"), m.N("1")))), m.Row(m.N("1"), m.O("−"), barT.Math))),
			Numbers: m.Line(tilde.Math, m.O("="), m.Number(s.PosteriorVariance(t))),
		},
	}
	if t > 0 {
		both := (1 - s.Beta[t]) * (1 - s.Beta[t-1])
		out = append(out, exhibit.Equation{
			Caption: "Two steps at once. One of the articles forgets one of the two factors.",
			Symbols: m.Line(xt.Math, m.O("="), m.Sqrt(m.Of(alphaT), alphaPrev), m.Of(xPrev2)) + m.More(m.O("+"), m.Sqrt(m.N("1"), m.O("−"), alphaT.Math, alphaPrev), epsilon.Math),
			Numbers: m.Line(xt.Math, m.O("="), m.Times(m.Number(math.Sqrt(both)), xPrev2.Math), m.Plus(math.Sqrt(1-both), epsilon.Math)),
		})
	}
	return out
}
