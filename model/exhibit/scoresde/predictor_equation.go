package scoresde

import (
	"unnoise/model/exhibit"
	ml "unnoise/model/mathml"
	"unnoise/model/sde"
)

var (
	symDelta = ml.Symbol{Math: ml.Row(ml.I("Δ"), ml.I("t")), Tip: "The length of a step: one over their number."}
	symBeta  = ml.Symbol{Math: ml.I("β"), Tip: "How much noise DDPM’s step of this time brings."}
	symLevel = ml.Symbol{Math: ml.Sub(ml.I("σ"), ml.I("i")), Tip: "The noise level of this step."}
	symBelow = ml.Symbol{Math: ml.Sub(ml.I("σ"), ml.Row(ml.I("i"), ml.O("−"), ml.N("1"))), Tip: "The noise level of the next step, which is the lower one; 0 after the last."}
)

// predictorEquation is the predictor's step at the present moment: arXiv:2011.13456, eq. 46,
// its appendices E and F. At the end it is the last step, whose noise is left out where the
// run ends with the mean.
func (l *leg) predictorEquation() (exhibit.Equation, error) {
	u, err := l.update()
	if err != nil {
		return exhibit.Equation{}, err
	}
	if l.Predictor == sde.NoPredictor {
		return exhibit.Equation{
			Caption: "No predictor: x stays where it is when the time moves on",
			Symbols: ml.Line(ml.Of(symNext), ml.O("="), ml.Of(symX)),
		}, nil
	}
	e := exhibit.Equation{Caption: "The predictor: a step of the reverse SDE"}
	mean, noise := predictorStep(l.SDE, l.Predictor)
	e.Symbols = ml.Line(ml.Of(symNext), ml.O("="), mean)
	e.Numbers = ml.Line(symNext.Math, ml.O("="), ml.Times(ml.Number(u.OfX), symX.Math), ml.Plus(u.OfScore, symScore.Math))
	if l.now.Stage == sde.Done && !l.Noisy && l.Constraint == nil {
		e.Caption = "The predictor’s last step: its noise is left out"
	} else {
		e.Symbols += ml.More(ml.O("+"), noise)
		e.Numbers += ml.More(ml.Plus(u.StdDev, symZ.Math))
	}
	return e, nil
}

// predictorStep is the mean of a predictor's step, and its noise.
func predictorStep(s sde.SDE, p sde.Predictor) (mean, noise string) {
	square := func(of ml.Symbol) string { return ml.Sup(ml.Of(of), ml.N("2")) }
	keep := ml.Sqrt(ml.N("1"), ml.O("−"), ml.Of(symBeta))
	switch s.(type) {
	case sde.VE:
		gain := ml.Row(square(symLevel), ml.O("−"), square(symBelow))
		mean, noise = ml.Row(ml.Of(symX), ml.O("+"), ml.Parens(gain), ml.Of(symScore)), ml.Row(ml.Sqrt(gain), ml.Of(symZ))
		if p == sde.Ancestral {
			noise = ml.Row(ml.Frac(ml.Of(symBelow), ml.Of(symLevel)), noise)
		}
	case sde.VP:
		noise = ml.Row(ml.Sqrt(ml.Of(symBeta)), ml.Of(symZ))
		mean = ml.Row(ml.Parens(ml.N("2"), ml.O("−"), keep), ml.Of(symX), ml.O("+"), ml.Of(symBeta), ml.Of(symScore))
		if p == sde.Ancestral {
			mean = ml.Frac(ml.Row(ml.Of(symX), ml.O("+"), ml.Of(symBeta), ml.Of(symScore)), keep)
		}
	}
	if p == sde.EulerMaruyama || mean == "" { // sub-VP is discretised as Euler and Maruyama do
		mean = ml.Row(ml.Of(symX), ml.O("−"), ml.Parens(ml.Of(symF), ml.Of(symX), ml.O("−"), square(symG), ml.Of(symScore)), ml.Of(symDelta))
		noise = ml.Row(ml.Of(symG), ml.Sqrt(ml.Of(symDelta)), ml.Of(symZ))
	}
	return mean, noise
}
