package blogs

import (
	"math"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
	m "unnoise/model/mathml"
)

var (
	answer  = m.Symbol{Math: m.Sub(m.I("ε"), m.I("θ")), Tip: "The network’s answer for this picture and this t: the noise in it."}
	fresh   = m.Symbol{Math: m.I("z"), Tip: "Fresh noise; none in the last step."}
	guessed = m.Symbol{Math: m.Sub(m.Hat(m.I("x")), m.N("0")), Tip: "The finished picture that the answered noise implies, cut to [−1, 1]."}
	ofGuess = m.Symbol{Math: m.I("a"), Tip: "How much of the guess is taken. It follows from both noise levels."}
	ofState = m.Symbol{Math: m.I("b"), Tip: "How much of the picture at t stays. It follows from both noise levels."}
	spreadT = m.Symbol{Math: m.Sub(m.I("σ"), m.I("t")), Tip: "How much fresh noise the step adds."}
)

// annotatedEquations are the article's p_sample with the step's numbers: DDPM's
// Algorithm 2, which is the same as the posterior mean around an uncut guess.
func annotatedEquations(model *chain.Model, u diffusion.Update) []exhibit.Equation {
	if u.T < 0 {
		return nil
	}
	alpha := u.AlphaBar / u.AlphaBarPrev // of the step, which may skip timesteps
	beta, noise := 1-alpha, math.Sqrt(1-u.AlphaBar)
	out := []exhibit.Equation{{
		Caption: "A step back as the article’s p_sample takes it: part of the answered noise is taken away, and a little fresh noise added.",
		Symbols: m.Line(m.Of(xPrev), m.O("="), m.Frac(m.N("1"), m.Sqrt(alphaT.Math)),
			m.Parens(m.Of(xt), m.O("−"), m.Frac(m.Of(betaT), m.Sqrt(m.N("1"), m.O("−"), m.Of(barT))), m.Of(answer))) + m.More(m.O("+"), m.Of(spreadT), m.Of(fresh)),
		Numbers: m.Line(xPrev.Math, m.O("="), m.Times(m.Number(1/math.Sqrt(alpha)), m.Parens(xt.Math, m.Plus(-beta/noise, answer.Math)))) + m.More(m.Plus(u.StdDev, fresh.Math)),
	}}
	if model.Reading.Clip {
		out = append(out, exhibit.Equation{
			Caption: "With the guess cut to [−1, 1] the step goes by way of it.",
			Symbols: m.Line(m.Of(xPrev), m.O("="), m.Of(ofGuess), m.Of(guessed), m.O("+"), m.Of(ofState), xt.Math, m.O("+"), spreadT.Math, fresh.Math),
			Numbers: m.Line(xPrev.Math, m.O("="), m.Times(m.Number(u.OfX0), guessed.Math), m.Plus(u.OfXt, xt.Math), m.Plus(u.StdDev, fresh.Math)),
		})
	}
	return append(out, exhibit.Equation{
		Caption: "What the network was trained to make small, for random pictures, t and noise; “smooth L1” is a square near 0 and straight beyond.",
		Symbols: m.Line(m.Text("smooth L1"), m.Parens(m.Of(epsilon), m.O("−"), answer.Math, m.Parens(xt.Math, m.O(","), m.I("t"))), m.O(",")) +
			m.More(xt.Math, m.O("="), m.Sqrt(m.Of(barT)), m.Of(x0), m.O("+"), m.Sqrt(m.N("1"), m.O("−"), barT.Math), epsilon.Math),
		Numbers: m.Line(xt.Math, m.O("="), m.Times(m.Number(math.Sqrt(u.AlphaBar)), x0.Math), m.Plus(noise, epsilon.Math)),
	})
}
