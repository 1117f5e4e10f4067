package scoreblog

import (
	"math"

	"unnoise/model/exhibit"
	m "unnoise/model/mathml"
	"unnoise/model/sde"
)

// leap is a step from time t to an earlier time s of a linear SDE, through the data that
// the score makes out, x̂_0 = (x + std²·score)/scale: x' = ofX·x + ofScore·score + stdDev·z.
//
// With noise it draws from q(x_s|x_t, x̂_0), for VP the step of Ho et al. 2020
// (arXiv:2006.11239), eq. 7; without, it is the ODE's step by Song et al. 2021
// (arXiv:2010.02502), eq. 12 with σ = 0. It is exact for the SDE wherever x̂_0 is right, so
// that few steps suffice.
func leap(l sde.SDE, t, s float64, noise bool) (ofX, ofScore, stdDev float64) {
	scale, std := l.Marginal(t)
	below, belowStd := l.Marginal(s)
	if s == 0 {
		below, belowStd = 1, 0
	}
	ofX0, keep := below-belowStd*scale/std, belowStd/std // x̂_0 and x_t of the ODE's step
	if noise {
		step := scale / below
		added := max(0, std*std-step*step*belowStd*belowStd) // Var(x_t|x_s)
		ofX0, keep = below*added/(std*std), step*belowStd*belowStd/(std*std)
		stdDev = belowStd * math.Sqrt(added) / std
	}
	return keep + ofX0/scale, ofX0 * std * std / scale, stdDev
}

// stepEquation is the step of the SDE back from time t; at the end, the last one.
func (r *pixel) stepEquation(t float64) exhibit.Equation {
	length := r.law.T() / float64(r.state.Int("steps"))
	from := max(t, length)
	to := from - length
	if to < length/2 {
		to = 0
	}
	ofX, ofScore, std := leap(r.law, from, to, true)
	a := m.Symbol{Math: m.I("a"), Tip: "How much of x is kept. The three factors are those of a draw of the earlier x, if the picture that the score makes out, (x + std²·score)/scale, were the true one."}
	b := m.Symbol{Math: m.I("b"), Tip: "How far the score leads."}
	c := m.Symbol{Math: m.I("c"), Tip: "How large the fresh noise is: none in the last step, and none by the ODE, which has an a and a b of its own."}
	return exhibit.Equation{
		Caption: "A step back, as the SDE’s runs take it.",
		Symbols: m.Line(m.Of(symX), m.O("←"), m.Of(a), m.Of(symX), m.O("+"), m.Of(b), m.Of(symScoreT), m.O("+"), m.Of(c), m.Of(symZ)),
		Numbers: m.Line(symX.Math, m.O("←"), m.Times(m.Number(ofX), symX.Math), m.Plus(ofScore, symScoreT.Math)) + m.More(m.Plus(std, symZ.Math)),
	}
}
