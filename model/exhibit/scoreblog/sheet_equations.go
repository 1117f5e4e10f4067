package scoreblog

import (
	"unnoise/model/exhibit"
	m "unnoise/model/mathml"
	"unnoise/model/sde"
)

var (
	symDX     = m.Symbol{Math: m.Row(m.O("d"), m.I("x")), Tip: "The change of the number in a moment."}
	symDT     = m.Symbol{Math: m.Row(m.O("d"), m.I("t")), Tip: "The moment."}
	symDW     = m.Symbol{Math: m.Row(m.O("d"), m.I("w")), Tip: "A random shake: normal, of variance dt."}
	symDrift  = m.Symbol{Math: m.I("f"), Tip: "The drift: where the number is pulled without shaking. It is a multiple of x."}
	symG      = m.Symbol{Math: m.I("g"), Tip: "How strong the shaking is."}
	symScoreT = m.Symbol{Math: m.Row(m.O("∇"), m.I("log"), m.Sub(m.I("p"), m.I("t")), m.Parens(m.I("x"))), Tip: "The score: the slope of the logarithm of the density at time t."}
	symX0     = m.Symbol{Math: m.Sub(m.I("x"), m.N("0")), Tip: "As it was in the data, without noise."}
	symEps    = m.Symbol{Math: m.I("ε"), Tip: "Noise: a standard normal number."}
)

// sheetEquations are the SDE, its reverse and the ODE, with the coefficients of time t.
func sheetEquations(l sde.SDE, t float64) []exhibit.Equation {
	drift, g := l.Drift(t), l.Diffusion(t)
	scale, std := l.Marginal(t)
	pull := m.Times(m.Number(drift), m.I("x"))
	return []exhibit.Equation{
		{
			Caption: "Into noise: a drift, and shaking.",
			Symbols: m.Line(m.Of(symDX), m.O("="), m.Of(symDrift), m.Of(symDT), m.O("+"), m.Of(symG), m.Of(symDW)),
			Numbers: m.Line(symDX.Math, m.O("="), pull, symDT.Math) + m.More(m.Plus(g, symDW.Math)),
		},
		{
			Caption: "In one leap, from the data to this time.",
			Symbols: m.Line(m.Of(symX), m.O("="), m.Times(m.Text("scale"), m.Of(symX0)), m.O("+"), m.Times(m.Text("std"), m.Of(symEps))),
			Numbers: m.Line(symX.Math, m.O("="), m.Times(m.Number(scale), symX0.Math), m.Plus(std, symEps.Math)),
		},
		{
			Caption: "Back, time running down: the drift less the whole score, and fresh shaking.",
			Symbols: m.Line(m.Of(symDX), m.O("="), m.O("["), m.Of(symDrift), m.O("−"), m.Sup(m.Of(symG), m.N("2")), m.Of(symScoreT), m.O("]"), m.Of(symDT)) +
				m.More(m.O("+"), m.Of(symG), m.Of(symDW)),
			Numbers: m.Line(symDX.Math, m.O("="), m.O("["), pull) + m.More(m.Plus(-g*g, symScoreT.Math), m.O("]"), symDT.Math) +
				m.More(m.Plus(g, symDW.Math)),
		},
		{
			Caption: "The ODE, either way: half the score, and no shaking.",
			Symbols: m.Line(m.Of(symDX), m.O("="), m.O("["), m.Of(symDrift), m.O("−"), m.Frac(m.N("1"), m.N("2")), m.Sup(m.Of(symG), m.N("2")), m.Of(symScoreT), m.O("]"), m.Of(symDT)),
			Numbers: m.Line(symDX.Math, m.O("="), m.O("["), pull) + m.More(m.Plus(-g*g/2, symScoreT.Math), m.O("]"), symDT.Math),
		},
	}
}
