package blogs

import (
	"math"

	"unnoise/model/exhibit"
	m "unnoise/model/mathml"
)

var (
	changeX = m.Symbol{Math: m.Row(m.O("d"), m.I("x")), Tip: "The change of the number in a moment."}
	moment  = m.Symbol{Math: m.Row(m.O("d"), m.I("t")), Tip: "The moment."}
	shaking = m.Symbol{Math: m.Row(m.O("d"), m.I("w")), Tip: "A random shake: normal, of variance dt."}
	strong  = m.Symbol{Math: m.I("g"), Tip: "How strong the shaking is: the square root of β(t)."}
	slope   = m.Symbol{Math: m.Row(m.O("∂"), m.I("log"), m.I("q")), Tip: "The score: in which direction numbers become more likely, and how fast."}
	rateT   = m.Symbol{Math: m.I("β"), Tip: "β(t): how fast the number is forgotten. It grows from 0.1 at t = 0 to 20 at t = 1."}
	varies  = m.Symbol{Math: m.I("Var"), Tip: "The variance of the shake that a single step gives."}
	number  = m.Symbol{Math: m.I("x"), Tip: "The number."}
)

// chainEquations are the forward equation, the chosen way back, and its step.
func chainEquations(name string, w walk, t, dt float64) []exhibit.Equation {
	beta := rate(t)
	out := []exhibit.Equation{{
		Caption: "Forward: a drift to 0, and shaking.",
		Symbols: m.Line(m.Of(changeX), m.O("="), m.O("−"), m.Frac(m.N("1"), m.N("2")), m.Of(rateT), m.Of(number), m.Of(moment), m.O("+"), m.Of(strong), m.Of(shaking)),
		Numbers: m.Line(changeX.Math, m.O("="), m.Times(m.Number(-beta/2), number.Math), moment.Math, m.Plus(math.Sqrt(beta), shaking.Math)),
	}}
	captions := map[string]string{
		"sde":          "Backward: the drift turned round, along the whole score, and fresh shaking.",
		"ode":          "Backward without shaking: half the score.",
		"ode-misprint": "As the article prints it: the ½ is missing.",
		"sde-misprint": "Backward: the drift turned round, along the whole score, and fresh shaking.",
	}
	factor := ""
	if w.score != 1 {
		factor = m.Frac(m.N("1"), m.N("2"))
	}
	back := exhibit.Equation{
		Caption: captions[name],
		Symbols: m.Line(m.Of(changeX), m.O("="), m.O("["), m.O("−"), m.Frac(m.N("1"), m.N("2")), m.I("β"), number.Math, m.O("−"), factor, m.Sup(m.Of(strong), m.N("2")), m.Of(slope), m.O("]"), moment.Math),
		Numbers: m.Line(changeX.Math, m.O("="), m.O("["), m.Times(m.Number(-beta/2), number.Math), m.Plus(-w.score*beta, slope.Math), m.O("]"), moment.Math),
	}
	if w.noise > 0 {
		back.Symbols += m.More(m.O("+"), strong.Math, shaking.Math)
		back.Numbers += m.More(m.Plus(math.Sqrt(beta), shaking.Math))
	}
	out = append(out, back)
	if w.noise == 0 {
		return out
	}
	variance, caption := beta*dt, "The shaking of one step has the variance g²Δt; the article forgets Δt."
	symbol := m.Row(m.Sup(strong.Math, m.N("2")), m.O("Δ"), m.I("t"))
	if w.unscaled {
		variance, caption, symbol = beta, "As the article prints it: the shaking of one step has the variance g², without Δt.", m.Sup(strong.Math, m.N("2"))
	}
	return append(out, exhibit.Equation{
		Caption: caption,
		Symbols: m.Line(m.Of(varies), m.O("="), symbol),
		Numbers: m.Line(m.I("Var"), m.O("="), m.Number(variance)),
	})
}
