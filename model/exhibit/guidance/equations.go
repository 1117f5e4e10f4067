package guidance

import (
	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
	m "unnoise/model/mathml"
)

var (
	guidedEps = m.Symbol{Math: m.Tilde(m.I("ε")), Tip: "The guided answer: the noise that the sampler is told."}
	withClass = m.Symbol{Math: m.Sub(m.I("ε"), m.I("c")), Tip: "The noise in x, for somebody who knows the class."}
	without   = m.Symbol{Math: m.Sub(m.I("ε"), m.I("u")), Tip: "The noise in x, for somebody who does not."}
	weightW   = m.Symbol{Math: m.I("w"), Tip: "The guidance as the paper counts it: 0 is none."}
	scaleS    = m.Symbol{Math: m.I("s"), Tip: "The guidance as programs count it, 1 + w: 1 is none."}
	now       = m.Symbol{Math: m.Sub(m.I("x"), m.I("t")), Tip: "Where the point is."}
	next      = m.Symbol{Math: m.Sub(m.I("x"), m.Prime(m.I("t"))), Tip: "Where the step leads."}
	ofClean   = m.Symbol{Math: m.I("a"), Tip: "How much of the guess is taken. It follows from the noise levels before and after the step."}
	ofNow     = m.Symbol{Math: m.I("b"), Tip: "How much of where the point is stays. It follows from both noise levels."}
	clean     = m.Symbol{Math: m.Sub(m.Hat(m.I("x")), m.N("0")), Tip: "Where the point would be without noise, as the guided answer says."}
)

// equations are both ways of writing guidance, and the step that is taken with it.
func equations(w float64, u diffusion.Update) []exhibit.Equation {
	out := []exhibit.Equation{
		{
			Caption: "Guidance as the paper writes it.",
			Symbols: m.Line(m.Of(guidedEps), m.O("="), m.Parens(m.N("1"), m.O("+"), m.Of(weightW)), m.Of(withClass), m.O("−"), m.Of(weightW), m.Of(without)),
			Numbers: m.Line(m.Tilde(m.I("ε")), m.O("="), m.Times(m.Number(1+w), withClass.Math), m.O("−"), m.Times(m.Number(w), without.Math)),
		},
		{
			Caption: "The same as programs write it.",
			Symbols: m.Line(m.Of(guidedEps), m.O("="), without.Math, m.O("+"), m.Of(scaleS), m.Parens(withClass.Math, m.O("−"), without.Math)),
			Numbers: m.Line(m.Tilde(m.I("ε")), m.O("="), without.Math, m.O("+"), m.Times(m.Number(1+w), m.Parens(withClass.Math, m.O("−"), without.Math))),
		},
	}
	if u.T < 0 {
		return out
	}
	return append(out, exhibit.Equation{
		Caption: "The step taken with it.",
		Symbols: m.Line(m.Of(next), m.O("="), m.Of(ofClean), m.Of(clean), m.O("+"), m.Of(ofNow), m.Of(now)),
		Numbers: m.Line(next.Math, m.O("="), m.Times(m.Number(u.OfX0), clean.Math), m.Plus(u.OfXt, now.Math), freshNoise(u)),
	})
}

func freshNoise(u diffusion.Update) string {
	if u.StdDev == 0 {
		return ""
	}
	return m.Plus(u.StdDev, m.I("z"))
}
