package anneal

import (
	"unnoise/model/exhibit"
	"unnoise/model/langevin"
	ml "unnoise/model/mathml"
)

// Symbols of the equations.
var (
	SymX     = ml.Symbol{Math: ml.I("x"), Tip: "The state of the chain: particles, or a picture."}
	SymScore = ml.Symbol{Math: ml.Row(ml.Sub(ml.I("s"), ml.I("θ")), ml.Parens(ml.I("x"), ml.O(","), ml.Sub(ml.I("σ"), ml.I("i")))), Tip: "The score at noise level i: where noisy data become more likely, fastest."}
	SymZ     = ml.Symbol{Math: ml.I("z"), Tip: "New noise, drawn at every step."}
	SymAlpha = ml.Symbol{Math: ml.Sub(ml.I("α"), ml.I("i")), Tip: "The step size at noise level i: it falls with the square of the noise."}
	SymEps   = ml.Symbol{Math: ml.I("ε"), Tip: "The step size at the last noise level."}
	SymSigma = ml.Symbol{Math: ml.Sub(ml.I("σ"), ml.I("i")), Tip: "The deviation of the noise at level i."}
	SymLast  = ml.Symbol{Math: ml.Sub(ml.I("σ"), ml.I("L")), Tip: "That of the last level."}
	SymGuess = ml.Symbol{Math: ml.Hat(ml.I("x")), Tip: "The mean of all that x may have been without its noise."}
)

// Equations are those of a step of a chain, and of what the score takes x for.
func Equations(c *langevin.Chain, s langevin.Step) []exhibit.Equation {
	if s.Done {
		return finish(c)
	}
	return []exhibit.Equation{StepSize(c, s.Level), Step(c.Form, s.StepSize), guess(s.Sigma)}
}

// StepSize is α of a level.
func StepSize(c *langevin.Chain, level int) exhibit.Equation {
	last := c.Sigmas[len(c.Sigmas)-1]
	square := func(s string) string { return ml.Sup(s, ml.N("2")) }
	return exhibit.Equation{
		Caption: "The step size follows the noise, so that signal and noise of a step stay in proportion.",
		Symbols: ml.Line(ml.Of(SymAlpha), ml.O("="), ml.Of(SymEps), ml.Frac(square(ml.Of(SymSigma)), square(ml.Of(SymLast)))),
		Numbers: ml.Line(SymAlpha.Math, ml.O("="), ml.Number(c.Step), ml.O("·"), ml.Frac(square(ml.Number(c.Sigmas[level])), square(ml.Number(last)))) +
			ml.More(ml.O("="), ml.Number(c.StepSize(level))),
	}
}

// Step is one step of Langevin dynamics, as the form writes it.
func Step(form langevin.Form, alpha float64) exhibit.Equation {
	ofScore, ofNoise := form.Coefficients(alpha)
	e := exhibit.Equation{
		Caption: "A step as the programs for pictures write it: along the score, and new noise.",
		Symbols: ml.Line(ml.Of(SymX), ml.O("←"), ml.Of(SymX), ml.O("+"), ml.Of(SymAlpha), ml.Of(SymScore), ml.O("+"), ml.Sqrt(ml.N("2"), ml.Of(SymAlpha)), ml.Of(SymZ)),
		Numbers: ml.Line(SymX.Math, ml.O("←"), SymX.Math, ml.Plus(ofScore, SymScore.Math), ml.Plus(ofNoise, SymZ.Math)),
	}
	if form == langevin.Paper {
		e.Caption = "A step as the paper writes it: along the score, and new noise."
		e.Symbols = ml.Line(ml.Of(SymX), ml.O("←"), ml.Of(SymX), ml.O("+"), ml.Frac(ml.Of(SymAlpha), ml.N("2")), ml.Of(SymScore), ml.O("+"), ml.Sqrt(ml.Of(SymAlpha)), ml.Of(SymZ))
	}
	return e
}

func guess(sigma float64) exhibit.Equation {
	return exhibit.Equation{
		Caption: "What the score takes x for: Tweedie’s formula.",
		Symbols: ml.Line(ml.Of(SymGuess), ml.O("="), ml.Of(SymX), ml.O("+"), ml.Sup(ml.Of(SymSigma), ml.N("2")), ml.Of(SymScore)),
		Numbers: ml.Line(SymGuess.Math, ml.O("="), SymX.Math, ml.Plus(sigma*sigma, SymScore.Math)),
	}
}

// finish says how a chain has ended.
func finish(c *langevin.Chain) []exhibit.Equation {
	if !c.Denoise {
		return []exhibit.Equation{StepSize(c, len(c.Sigmas)-1)}
	}
	last := c.Sigmas[len(c.Sigmas)-1]
	return []exhibit.Equation{{
		Caption: "The last step takes the noise of the last level away and adds none.",
		Symbols: ml.Line(ml.Of(SymX), ml.O("←"), ml.Of(SymX), ml.O("+"), ml.Sup(ml.Of(SymLast), ml.N("2")), ml.Of(SymScore)),
		Numbers: ml.Line(SymX.Math, ml.O("←"), SymX.Math, ml.Plus(last*last, SymScore.Math)),
	}}
}
