package ncsnv2

import (
	"math"

	"unnoise/model/exhibit"
	ml "unnoise/model/mathml"
)

var (
	symFirst = ml.Symbol{Math: ml.Sub(ml.I("σ"), ml.N("1")), Tip: "The noise of the first level."}
	symLast  = ml.Symbol{Math: ml.Sub(ml.I("σ"), ml.I("L")), Tip: "The noise of the last level."}
	symGamma = ml.Symbol{Math: ml.I("γ"), Tip: "The ratio of a level’s noise to that of the next."}
	symPhi   = ml.Symbol{Math: ml.I("Φ"), Tip: "How likely a standard normal number is below its argument."}
	symDim   = ml.Symbol{Math: ml.I("D"), Tip: "The number of values of a picture."}
	symT     = ml.Symbol{Math: ml.I("T"), Tip: "The number of steps at each level."}
	symEps   = ml.Symbol{Math: ml.I("ε"), Tip: "The step size at the last level."}
	symC     = ml.Symbol{Math: ml.I("c"), Tip: "The variance in which steps of this size settle in the end: a little more than the level’s, since steps are not infinitely small."}
)

// equations are techniques 1, 2 and 4 with their numbers.
func (p *plan) equations(part float64) []exhibit.Equation {
	of := ml.Of
	square := func(s string) string { return ml.Sup(s, ml.N("2")) }
	far := math.Sqrt(2*float64(p.sheet.Elems())) * (p.gamma - 1)
	keep := 1 - part
	c := 2 * part / (1 - keep*keep)
	distance := ml.Norm(ml.Sub(ml.I("x"), ml.I("i")), ml.O("−"), ml.Sub(ml.I("x"), ml.I("j")))
	phi := func(sign string) string {
		return ml.Row(of(symPhi), ml.Parens(ml.Sqrt(ml.N("2"), of(symDim)), ml.Parens(of(symGamma), ml.O("−"), ml.N("1")), ml.O(sign), ml.N("3"), of(symGamma)))
	}
	return []exhibit.Equation{
		{
			Caption: "Technique 1: the first noise reaches from any picture to any other.",
			Symbols: ml.Line(of(symFirst), ml.O("="), ml.Sub(ml.I("max"), ml.Row(ml.I("i"), ml.O(","), ml.I("j"))), distance),
			Numbers: ml.Line(symFirst.Math, ml.O("="), ml.Number(p.first)),
		},
		{
			Caption: "Technique 2: a level’s noise lies where that of the level before does, with a probability of about a half.",
			Symbols: ml.Line(phi("+")) + ml.More(ml.O("−"), phi("−"), ml.O("≈"), ml.N("0.5")),
			Numbers: ml.Line(symPhi.Math, ml.Parens(ml.Number(far+3*p.gamma)), ml.O("−"), symPhi.Math, ml.Parens(ml.Number(far-3*p.gamma)), ml.O("="), ml.Number(p.overlap)),
		},
		{
			Caption: "Technique 4: the variance after T steps of a level, in the level’s own, is to be 1.",
			Symbols: ml.Line(ml.Sup(ml.Parens(ml.N("1"), ml.O("−"), ml.Frac(of(symEps), square(of(symLast)))), ml.Row(ml.N("2"), of(symT))), ml.Parens(square(of(symGamma)), ml.O("−"), of(symC)), ml.O("+"), of(symC), ml.O("≈"), ml.N("1")),
			Numbers: ml.Line(ml.Times(ml.Number(math.Pow(keep, 2*float64(p.perLevel))), ml.Parens(ml.Number(p.gamma*p.gamma), ml.O("−"), ml.Number(c)))) +
				ml.More(ml.O("+"), ml.Number(c), ml.O("="), ml.Number(p.settled)),
		},
		{
			Caption: "What steps of this size settle in.",
			Symbols: ml.Line(of(symC), ml.O("="), ml.Frac(ml.Row(ml.N("2"), of(symEps)), ml.Row(square(of(symLast)), ml.O("−"), square(of(symLast)), square(ml.Parens(ml.N("1"), ml.O("−"), ml.Frac(of(symEps), square(of(symLast)))))))),
			Numbers: ml.Line(symC.Math, ml.O("="), ml.Number(c)),
		},
	}
}
