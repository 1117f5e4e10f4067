package chain

import (
	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
	ml "unnoise/model/mathml"
)

// Symbols of the steps that solve the differential equation of sampling.
var (
	symOfXt     = ml.Symbol{Math: ml.I("a"), Tip: "How much of xₜ stays. It follows from both noise levels."}
	symOfX0     = ml.Symbol{Math: ml.I("b"), Tip: "How much of the guess is added. It follows from the noise levels."}
	symOfOther  = ml.Symbol{Math: ml.I("c"), Tip: "How much of the other guess is added. It follows from the noise levels."}
	symX0Next   = ml.Symbol{Math: ml.Prime(SymX0Hat.Math), Tip: "The network’s second guess, from where a straight line leads."}
	symX0Before = ml.Symbol{Math: ml.Sub(ml.Hat(ml.I("x")), ml.Row(ml.N("0"), ml.O(","), ml.Text("before"))), Tip: "The network’s guess in the step before."}
)

// SolverEquation is a step of DDIM, Euler, Euler ancestral, Heun or DPM-Solver++(2M):
// with one guess Song et al. 2021 (arXiv:2010.02502), eq. 12, with two what they amount
// to (package diffusion).
func SolverEquation(u diffusion.Update) exhibit.Equation {
	switch {
	case u.Correction != nil:
		return twoGuesses("Try a straight line, ask again where it leads, go by both guesses", u, symX0Next, u.Correction.OfXt, u.Correction.OfX0, u.Correction.OfX0Next)
	case u.OfX0Before != 0:
		return twoGuesses("Go by this guess and the one before, carried on", u, symX0Before, u.OfXt, u.OfX0, u.OfX0Before)
	}
	left := []string{ml.N("1"), ml.O("−"), ml.Of(SymABP)}
	caption := "Put less of the same noise back"
	if u.StdDev != 0 {
		left = append(left, ml.O("−"), ml.SubSup(ml.I("σ"), ml.I("t"), ml.N("2")))
		caption = "Put less of the same noise back, and add fresh noise"
	}
	same := ml.Frac(ml.Row(ml.Of(SymXt), ml.O("−"), ml.Sqrt(ml.Of(SymAB)), ml.Of(SymX0Hat)), root())
	e := exhibit.Equation{
		Caption: caption,
		Symbols: ml.Line(ml.Of(SymPrev), ml.O("="), ml.Sqrt(ml.Of(SymABP)), ml.Of(SymX0Hat)) + ml.More(ml.O("+"), ml.Sqrt(left...), same),
	}
	more := []string{ml.Plus(u.OfXt, X(u.T))}
	if u.StdDev != 0 {
		e.Symbols += ml.More(ml.O("+"), ml.Of(SymSigma), ml.Of(SymZ))
		more = append(more, ml.Plus(u.StdDev, SymZ.Math))
	}
	e.Numbers = ml.Line(X(u.TPrev), ml.O("="), ml.Times(ml.Number(u.OfX0), SymX0Hat.Math)) + ml.More(more...)
	return e
}

// twoGuesses is a step by this step's guess and another.
func twoGuesses(caption string, u diffusion.Update, other ml.Symbol, ofXt, ofX0, ofOther float64) exhibit.Equation {
	return exhibit.Equation{
		Caption: caption,
		Symbols: ml.Line(ml.Of(SymPrev), ml.O("="), ml.Of(symOfXt), ml.Of(SymXt), ml.O("+"), ml.Of(symOfX0), ml.Of(SymX0Hat), ml.O("+"), ml.Of(symOfOther), ml.Of(other)),
		Numbers: ml.Line(X(u.TPrev), ml.O("="), ml.Times(ml.Number(ofXt), X(u.T)), ml.Plus(ofX0, SymX0Hat.Math)) +
			ml.More(ml.Plus(ofOther, other.Math)),
	}
}
