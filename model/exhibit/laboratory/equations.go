package laboratory

import (
	"math"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
	ml "unnoise/model/mathml"
)

// The symbols of both exhibits.
var (
	symXt    = ml.Symbol{Math: ml.Sub(ml.I("x"), ml.I("t")), Tip: "A point at noise level t."}
	symX0    = ml.Symbol{Math: ml.Sub(ml.I("x"), ml.N("0")), Tip: "A point of the data."}
	symX0Hat = ml.Symbol{Math: ml.Sub(ml.Hat(ml.I("x")), ml.N("0")), Tip: "The mean of all points of the data that xₜ may have been."}
	symAhead = ml.Symbol{Math: ml.Sub(ml.Hat(ml.I("x")), ml.Prime(ml.N("0"))), Tip: "The same mean, at the point where the step leads."}
	symPast  = ml.Symbol{Math: ml.Sub(ml.Hat(ml.I("x")), ml.Row(ml.N("0"), ml.Text(" before"))), Tip: "The mean of the step before."}
	symNext  = ml.Symbol{Math: ml.Sub(ml.I("x"), ml.I("s")), Tip: "The point after this step, at the next noise level s."}
	symEps   = ml.Symbol{Math: ml.I("ε"), Tip: "Noise: a point of a standard normal distribution."}
	symOfX0  = ml.Symbol{Math: ml.I("a"), Tip: "How much of the mean is taken. It follows from both noise levels."}
	symOfXt  = ml.Symbol{Math: ml.I("b"), Tip: "How much of the point stays. It follows from both noise levels."}
	symOther = ml.Symbol{Math: ml.I("c"), Tip: "How much of the second mean is taken. It follows from the noise levels."}
	symSigma = ml.Symbol{Math: ml.Sub(ml.I("σ"), ml.I("t")), Tip: "How much new noise the step adds: its standard deviation."}
	symZ     = ml.Symbol{Math: ml.I("z"), Tip: "New noise, drawn at every step."}
	symBar   = ml.Symbol{Math: ml.Sub(ml.Bar(ml.I("α")), ml.I("t")), Tip: "ᾱ: the share of the data’s variance that is left at t."}
	symBarS  = ml.Symbol{Math: ml.Sub(ml.Bar(ml.I("α")), ml.I("s")), Tip: "ᾱ at the level before."}
	symScore = ml.Symbol{Math: ml.Row(ml.O("∇"), ml.I("log"), ml.Sub(ml.I("q"), ml.I("t")), ml.Parens(ml.Sub(ml.I("x"), ml.I("t")))), Tip: "The score: where the noised points become more likely, fastest."}
)

// of is a symbol with its explanation.
func of(s ml.Symbol) string { return ml.Of(s) }

// number is x as an operand.
func number(x float64) string { return ml.Number(x) }

// equations are those of a frame: forward it shows how noise is added, on the way
// back how it is taken away.
func (r *exact) equations(l diffusion.Level, index int) []exhibit.Equation {
	out := []exhibit.Equation{marginal(l), score(l)}
	n := r.steps()
	if index < n {
		next := r.levels[n-index-1]
		return append(out, transition(l, next))
	}
	// The step that follows; at the end the one that led here.
	i := min(index-n, n-1)
	return append(out,
		step("A step of the reverse SDE, from t to s: part of the way to where the point may have come from, and new noise.", r.sde[i]),
		step("The same step of the probability-flow ODE: no noise is added.", r.ode[i]))
}

func marginal(l diffusion.Level) exhibit.Equation {
	return exhibit.Equation{
		Caption: "The forward process in one leap: less of the data, more noise.",
		Symbols: ml.Line(of(symXt), ml.O("="), ml.Sqrt(of(symBar)), of(symX0), ml.O("+"), ml.Sqrt(ml.N("1"), ml.O("−"), of(symBar)), of(symEps)),
		Numbers: ml.Line(symXt.Math, ml.O("="), ml.Times(number(math.Sqrt(l.AlphaBar)), symX0.Math), ml.Plus(math.Sqrt(1-l.AlphaBar), symEps.Math)),
	}
}

func score(l diffusion.Level) exhibit.Equation {
	e := exhibit.Equation{
		Caption: "The score points from the noised point towards what is left of x̂₀.",
		Symbols: ml.Line(of(symScore), ml.O("="), ml.Frac(ml.Row(ml.Sqrt(of(symBar)), of(symX0Hat), ml.O("−"), of(symXt)), ml.Row(ml.N("1"), ml.O("−"), of(symBar)))),
	}
	if l.AlphaBar < 1 {
		e.Numbers = ml.Line(symScore.Math, ml.O("="), ml.Times(number(math.Sqrt(l.AlphaBar)/(1-l.AlphaBar)), symX0Hat.Math), ml.Plus(-1/(1-l.AlphaBar), symXt.Math))
	}
	return e
}

// transition is one step of noising, from level s, which is less noisy, to t.
func transition(from, to diffusion.Level) exhibit.Equation {
	ratio := ml.Frac(of(symBar), of(symBarS))
	keep := to.AlphaBar / from.AlphaBar
	return exhibit.Equation{
		Caption: "The next step of the forward process, from s to t: a chain, each moment made from the one before.",
		Symbols: ml.Line(of(symXt), ml.O("="), ml.Sqrt(ratio), of(ml.Symbol{Math: symNext.Math, Tip: "The point before this step, at the level s."}),
			ml.O("+"), ml.Sqrt(ml.N("1"), ml.O("−"), ratio), of(symEps)),
		Numbers: ml.Line(symXt.Math, ml.O("="), ml.Times(number(math.Sqrt(keep)), symNext.Math), ml.Plus(math.Sqrt(1-keep), symEps.Math)),
	}
}

// step is an update with its coefficients.
func step(caption string, u diffusion.Update) exhibit.Equation {
	ofX0, ofXt := u.OfX0, u.OfXt
	if u.Correction != nil {
		ofX0, ofXt = u.Correction.OfX0, u.Correction.OfXt
	}
	symbols := ml.Line(of(symNext), ml.O("="), of(symOfX0), of(symX0Hat), ml.O("+"), of(symOfXt), of(symXt))
	numbers := ml.Line(symNext.Math, ml.O("="), ml.Times(number(ofX0), symX0Hat.Math), ml.Plus(ofXt, symXt.Math))
	add := func(name string, value float64, s ml.Symbol) {
		symbols += ml.More(ml.O("+"), name, of(s))
		numbers += ml.More(ml.Plus(value, s.Math))
	}
	if u.OfX0Before != 0 {
		add(of(symOther), u.OfX0Before, symPast)
	}
	if u.Correction != nil {
		add(of(symOther), u.Correction.OfX0Next, symAhead)
	}
	if u.StdDev != 0 {
		add(of(symSigma), u.StdDev, symZ)
	}
	return exhibit.Equation{Caption: caption, Symbols: symbols, Numbers: numbers}
}
