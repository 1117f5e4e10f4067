package scoresde

import (
	"math"

	"unnoise/model/exhibit"
	ml "unnoise/model/mathml"
	"unnoise/model/sde"
)

// The symbols of all exhibits here.
var (
	symX     = ml.Symbol{Math: ml.I("x"), Tip: "A point or a picture at time t, noise included."}
	symNext  = ml.Symbol{Math: ml.Prime(ml.I("x")), Tip: "The same after the step."}
	symScore = ml.Symbol{Math: ml.I("s"), Tip: "The score ∇ log pₜ(x): the direction in which x becomes more probable, known exactly or answered by the network."}
	symZ     = ml.Symbol{Math: ml.I("z"), Tip: "Fresh noise: standard normal numbers."}
	symStep  = ml.Symbol{Math: ml.I("ε"), Tip: "The size of the corrector’s step, set anew at each noise level."}
	symRatio = ml.Symbol{Math: ml.I("r"), Tip: "The signal-to-noise ratio that you set: 0.16 in the paper."}
	symAlpha = ml.Symbol{Math: ml.I("α"), Tip: "1 − β of the step under VP; 1 under VE. The code has none for sub-VP, whose corrector fails there; VP’s is taken."}
	symF     = ml.Symbol{Math: ml.I("a"), Tip: "The drift’s factor: how fast the data fade. 0 under VE."}
	symG     = ml.Symbol{Math: ml.I("g"), Tip: "The diffusion: how fast noise comes in."}
	symScale = ml.Symbol{Math: ml.I("m"), Tip: "What is left of the data."}
	symStd   = ml.Symbol{Math: ml.I("σ"), Tip: "The standard deviation of the noise that has come in."}
	symX0    = ml.Symbol{Math: ml.Sub(ml.I("x"), ml.N("0")), Tip: "The data."}
	symDx    = ml.Symbol{Math: ml.Row(ml.I("d"), ml.I("x")), Tip: "How x changes in a moment dt."}
	dt       = ml.Row(ml.I("d"), ml.I("t"))
	dw       = ml.Row(ml.I("d"), ml.I("w"))
)

// forwardEquation is the SDE that turns data into noise, at a time.
func forwardEquation(s sde.SDE, t float64) exhibit.Equation {
	return exhibit.Equation{
		Caption: "Forward, the " + s.Name() + " SDE: data turn into noise",
		Symbols: ml.Line(ml.Of(symDx), ml.O("="), ml.Of(symF), ml.Of(symX), dt, ml.O("+"), ml.Of(symG), dw),
		Numbers: ml.Line(symDx.Math, ml.O("="), ml.Times(ml.Number(s.Drift(t)), ml.Row(symX.Math, dt)), ml.Plus(s.Diffusion(t), dw)),
	}
}

// marginalEquation is the same in one leap.
func marginalEquation(s sde.SDE, t float64) exhibit.Equation {
	scale, std := s.Marginal(t)
	return exhibit.Equation{
		Caption: "The same in one leap",
		Symbols: ml.Line(ml.Of(symX), ml.O("="), ml.Of(symScale), ml.Of(symX0), ml.O("+"), ml.Of(symStd), ml.Of(symZ)),
		Numbers: ml.Line(symX.Math, ml.O("="), ml.Times(ml.Number(scale), symX0.Math), ml.Plus(std, symZ.Math)),
	}
}

// flowEquation is the probability-flow ODE at a time: eq. 13.
func flowEquation(s sde.SDE, t float64) exhibit.Equation {
	g := s.Diffusion(t)
	return exhibit.Equation{
		Caption: "The probability-flow ODE: no noise, and the same density at every time",
		Symbols: ml.Line(ml.Frac(ml.Of(symDx), dt), ml.O("="), ml.Of(symF), ml.Of(symX), ml.O("−"), ml.Frac(ml.N("1"), ml.N("2")), ml.Sup(ml.Of(symG), ml.N("2")), ml.Of(symScore)),
		Numbers: ml.Line(ml.Frac(symDx.Math, dt), ml.O("="), ml.Times(ml.Number(s.Drift(t)), symX.Math), ml.Plus(-g*g/2, symScore.Math)),
	}
}

// correctorEquation is a corrector's Langevin step of a size; 0 where none has been taken yet.
func correctorEquation(c sde.Corrector, size float64) exhibit.Equation {
	against := ml.Frac(ml.Norm(symZ.Math), ml.Norm(symScore.Math))
	if c == sde.AnnealedLangevin {
		against = ml.Of(symStd)
	}
	e := exhibit.Equation{
		Caption: "The corrector: Langevin steps at the same noise",
		Symbols: ml.Line(ml.Of(symNext), ml.O("="), ml.Of(symX), ml.O("+"), ml.Of(symStep), ml.Of(symScore), ml.O("+"), ml.Sqrt(ml.N("2"), ml.Of(symStep)), ml.Of(symZ)) +
			ml.More(ml.Of(symStep), ml.O("="), ml.N("2"), ml.Of(symAlpha), ml.Sup(ml.Parens(ml.Of(symRatio), against), ml.N("2"))),
	}
	if size > 0 {
		e.Numbers = ml.Line(symNext.Math, ml.O("="), symX.Math, ml.Plus(size, symScore.Math), ml.Plus(sqrt2(size), symZ.Math))
	}
	return e
}

func sqrt2(size float64) float64 { return math.Sqrt(2 * size) }

// knownEquation is what is put back after an update at the present time: at the end, which is
// a mean, without noise.
func (l *leg) knownEquation() exhibit.Equation {
	scale, std := l.SDE.Marginal(l.now.Time)
	known := ml.Symbol{Math: ml.Row(ml.I("Ω"), ml.Parens(ml.I("x"))), Tip: "What is known of x: the part of the picture that is left."}
	data := ml.Symbol{Math: ml.Row(ml.I("Ω"), ml.Parens(symX0.Math)), Tip: "The same of the real picture."}
	mean := ml.Row(ml.Of(symScale), ml.Of(data))
	number := ml.Times(ml.Number(scale), data.Math)
	if l.now.Stage == sde.Done && !l.Noisy {
		return exhibit.Equation{
			Caption: "At the end: what is known, without noise",
			Symbols: ml.Line(ml.Of(known), ml.O("="), mean),
			Numbers: ml.Line(known.Math, ml.O("="), number),
		}
	}
	return exhibit.Equation{
		Caption: "After each update: what is known, with the noise of this time",
		Symbols: ml.Line(ml.Of(known), ml.O("="), mean, ml.O("+"), ml.Of(symStd), ml.Of(symZ)),
		Numbers: ml.Line(known.Math, ml.O("="), number, ml.Plus(std, symZ.Math)),
	}
}
