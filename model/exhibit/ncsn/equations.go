package ncsn

import (
	"unnoise/model/exhibit"
	"unnoise/model/exhibit/anneal"
	ml "unnoise/model/mathml"
)

// mixtureEquation is the density that the score is of, at a noise level.
func mixtureEquation(weight, sigma float64) exhibit.Equation {
	mode := func(at string, variance string) string {
		return ml.Row(ml.I("N"), ml.Parens(ml.I("x"), ml.O(";"), ml.N(at), ml.O(","), variance))
	}
	square := ml.Sup(ml.Of(anneal.SymSigma), ml.N("2"))
	w := ml.Symbol{Math: ml.I("w"), Tip: "The weight of the upper mode."}
	number := ml.Number(sigma * sigma)
	return exhibit.Equation{
		Caption: "The noised data: two modes, as wide as the noise.",
		Symbols: ml.Line(ml.Sub(ml.I("p"), ml.Sub(ml.I("σ"), ml.I("i"))), ml.Parens(ml.I("x")), ml.O("="), ml.Of(w), mode("(5,5)", square)) +
			ml.More(ml.O("+"), ml.Parens(ml.N("1"), ml.O("−"), ml.Of(w)), mode("(−5,−5)", square)),
		Numbers: ml.Line(ml.I("p"), ml.Parens(ml.I("x")), ml.O("="), ml.Times(ml.Number(weight), mode("(5,5)", number))) +
			ml.More(ml.Plus(1-weight, mode("(−5,−5)", number))),
	}
}
