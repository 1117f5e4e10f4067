package chain

import (
	"math"
	"strconv"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
	ml "unnoise/model/mathml"
)

// Symbols of the chain, in the notation of package diffusion.
var (
	SymX0    = ml.Symbol{Math: ml.Sub(ml.I("x"), ml.N("0")), Tip: "The picture without noise."}
	SymXt    = ml.Symbol{Math: ml.Sub(ml.I("x"), ml.I("t")), Tip: "The noisy picture at the timestep t."}
	SymPrev  = ml.Symbol{Math: ml.Sub(ml.I("x"), ml.Prime(ml.I("t"))), Tip: "The picture after the step, a little less noisy. t′ is t − 1 where no timestep is left out."}
	SymX0Hat = ml.Symbol{Math: ml.Sub(ml.Hat(ml.I("x")), ml.N("0")), Tip: "The finished picture as the network guesses it from xₜ alone."}
	SymEps   = ml.Symbol{Math: ml.I("ε"), Tip: "The noise: independent normal numbers, one for each pixel."}
	SymEpsH  = ml.Symbol{Math: ml.Hat(ml.I("ε")), Tip: "The noise that the network sees in xₜ."}
	SymMu    = ml.Symbol{Math: ml.Hat(ml.Tilde(ml.I("μ"))), Tip: "The mean of the picture one step before, which this network answers directly."}
	SymAB    = ml.Symbol{Math: ml.Sub(ml.Bar(ml.I("α")), ml.I("t")), Tip: "The share of the signal’s variance left at t. 1 is a clean picture, 0 pure noise."}
	SymABP   = ml.Symbol{Math: ml.Sub(ml.Bar(ml.I("α")), ml.Prime(ml.I("t"))), Tip: "The share of the signal’s variance left after the step."}
	SymABT   = ml.Symbol{Math: ml.Sub(ml.Bar(ml.I("α")), ml.Row(ml.I("t"), ml.O("−"), ml.N("1"))), Tip: "The share of the signal’s variance left one step of the training before t, whichever steps this chain leaves out."}
	SymAlpha = ml.Symbol{Math: ml.Sub(ml.I("α"), ml.I("t")), Tip: "One step’s share of the signal: 1 − β."}
	SymBeta  = ml.Symbol{Math: ml.Sub(ml.I("β"), ml.I("t")), Tip: "The variance of the noise that a step forward adds."}
	SymBetaT = ml.Symbol{Math: ml.Sub(ml.Tilde(ml.I("β")), ml.I("t")), Tip: "The variance of the step back, if x₀ were known."}
	SymSigma = ml.Symbol{Math: ml.Sub(ml.I("σ"), ml.I("t")), Tip: "The standard deviation of the fresh noise that the step back adds."}
	SymZ     = ml.Symbol{Math: ml.I("z"), Tip: "Fresh noise, drawn at every step from the seed."}
	SymV     = ml.Symbol{Math: ml.I("v"), Tip: "What the network answers of the variance, one number for each pixel: 0 is the smallest, 1 the largest."}
	SymWay   = ml.Symbol{Math: ml.I("f"), Tip: "The network’s answer: the way from xₜ to the mean of the picture one step of the training before, in standard deviations of that step."}
	symPrior = ml.Symbol{Math: ml.Sub(ml.I("L"), ml.I("T")), Tip: "What is still to be seen of the picture in the pure noise at the end: nearly nothing."}
	symLast  = ml.Symbol{Math: ml.Sub(ml.I("L"), ml.N("0")), Tip: "The last term, at t = 0: what the byte values themselves cost."}
	symFar   = ml.Symbol{Math: ml.I("D"), Tip: "Divergence: how many bits are lost by taking the second distribution for the first."}
	symQ     = ml.Symbol{Math: ml.I("q"), Tip: "The distribution that the way up and the picture leave: what is right."}
	symP     = ml.Symbol{Math: ml.I("p"), Tip: "The network’s distribution."}
	SymLt    = ml.Symbol{Math: ml.Sub(ml.I("L"), ml.I("t")), Tip: "The term of the bound at t: how many bits it costs to tell x at t′ from x at t with this network."}
)

// X is x at a timestep; −1 is x_0 itself, and 0 has the noise of one step.
func X(t int) string {
	switch {
	case t < 0:
		return SymX0.Math
	case t == 0: // not the picture without noise
		return ml.Sub(ml.I("x"), ml.Row(ml.I("t"), ml.O("="), ml.N("0")))
	}
	return ml.Sub(ml.I("x"), ml.N(strconv.Itoa(t)))
}

// root is √(1 − ᾱ_t).
func root() string { return ml.Sqrt(ml.N("1"), ml.O("−"), ml.Of(SymAB)) }

// ForwardEquation is the way up in one leap: Ho et al. 2020, eq. 4.
func ForwardEquation(t int, alphaBar float64) exhibit.Equation {
	return exhibit.Equation{
		Caption: "Forward: fade the picture, add noise",
		Symbols: ml.Line(ml.Of(SymXt), ml.O("="), ml.Sqrt(ml.Of(SymAB)), ml.Of(SymX0), ml.O("+"), root(), ml.Of(SymEps)),
		Numbers: ml.Line(X(t), ml.O("="), ml.Times(ml.Number(math.Sqrt(alphaBar)), SymX0.Math), ml.Plus(math.Sqrt(1-alphaBar), SymEps.Math)),
	}
}

// GuessEquation is how the network's answer becomes x̂_0: of ε Ho et al. 2020,
// eq. 15, of the mean the inverse of eq. 7.
func GuessEquation(u diffusion.Update) exhibit.Equation {
	e := exhibit.Equation{Caption: "The network’s answer tells the finished picture"}
	numbers := func(pred string) string {
		return ml.Line(SymX0Hat.Math, ml.O("="), ml.Times(ml.Number(u.X0OfXt), X(u.T)), ml.Plus(u.X0OfPred, pred))
	}
	switch u.Predict {
	case diffusion.PredictEps:
		e.Symbols = ml.Line(ml.Of(SymX0Hat), ml.O("="), ml.Frac(
			ml.Row(ml.Of(SymXt), ml.O("−"), root(), ml.Of(SymEpsH)), ml.Sqrt(ml.Of(SymAB))))
		e.Numbers = numbers(SymEpsH.Math)
	case diffusion.PredictPrevious:
		e.Symbols = ml.Line(ml.Of(SymX0Hat), ml.O("="), ml.Frac(
			ml.Row(ml.Parens(ml.N("1"), ml.O("−"), ml.Of(SymAB)), ml.Of(SymMu), ml.O("−"),
				ml.Sqrt(ml.Of(SymAlpha)), ml.Parens(ml.N("1"), ml.O("−"), ml.Of(SymABT)), ml.Of(SymXt)),
			ml.Row(ml.Sqrt(ml.Of(SymABT)), ml.Of(SymBeta))))
		e.Numbers = numbers(SymMu.Math)
	case diffusion.PredictPreviousStep:
		mean := ml.Row(ml.Of(SymXt), ml.O("+"), ml.Sqrt(ml.Of(SymBetaT)), ml.Of(SymWay))
		e.Symbols = ml.Line(ml.Of(SymX0Hat), ml.O("="), ml.Frac(
			ml.Row(ml.Parens(ml.N("1"), ml.O("−"), ml.Of(SymAB)), ml.Parens(mean), ml.O("−"),
				ml.Sqrt(ml.Of(SymAlpha)), ml.Parens(ml.N("1"), ml.O("−"), ml.Of(SymABT)), ml.Of(SymXt)),
			ml.Row(ml.Sqrt(ml.Of(SymABT)), ml.Of(SymBeta))))
		e.Numbers = numbers(SymWay.Math)
	case diffusion.PredictV:
		e.Symbols = ml.Line(ml.Of(SymX0Hat), ml.O("="), ml.Sqrt(ml.Of(SymAB)), ml.Of(SymXt), ml.O("−"), root(), ml.Hat(ml.I("v")))
		e.Numbers = numbers(ml.Hat(ml.I("v")))
	default:
		e.Symbols = ml.Line(ml.Of(SymX0Hat), ml.O("="), ml.Text("the answer itself"))
	}
	return e
}

// StepEquation is a draw from the posterior: Ho et al. 2020, eq. 7 with x̂_0.
func StepEquation(u diffusion.Update) exhibit.Equation {
	oneMinus := ml.Row(ml.N("1"), ml.O("−"), ml.Of(SymAB))
	e := exhibit.Equation{
		Caption: "Go a part of the way back, add fresh noise",
		Symbols: ml.Line(ml.Of(SymPrev), ml.O("="), ml.Frac(ml.Row(ml.Sqrt(ml.Of(SymABP)), ml.Of(SymBeta)), oneMinus), ml.Of(SymX0Hat)) +
			ml.More(ml.O("+"), ml.Frac(ml.Row(ml.Sqrt(ml.Of(SymAlpha)), ml.Parens(ml.N("1"), ml.O("−"), ml.Of(SymABP))), oneMinus), ml.Of(SymXt),
				ml.O("+"), ml.Of(SymSigma), ml.Of(SymZ)),
	}
	more := []string{ml.Plus(u.OfXt, X(u.T))}
	switch {
	case u.Learned:
		more = append(more, ml.O("+"), ml.Of(SymSigma), SymZ.Math)
	case u.StdDev != 0:
		more = append(more, ml.Plus(u.StdDev, SymZ.Math))
	}
	e.Numbers = ml.Line(X(u.TPrev), ml.O("="), ml.Times(ml.Number(u.OfX0), SymX0Hat.Math)) + ml.More(more...)
	return e
}

// StepEquations are those of one step back, none for the finished picture.
func StepEquations(u diffusion.Update) []exhibit.Equation {
	if u.T < 0 {
		return []exhibit.Equation{{
			Caption: "No noise is left: the chain has arrived",
			Symbols: ml.Line(ml.Of(SymXt), ml.O("="), ml.Of(SymX0)),
		}}
	}
	return []exhibit.Equation{GuessEquation(u), StepEquation(u)}
}

// StepLabel names a moment of a reverse chain on the timeline.
func StepLabel(u diffusion.Update) string {
	if u.T < 0 {
		return "x₀"
	}
	return "t = " + strconv.Itoa(u.T)
}
