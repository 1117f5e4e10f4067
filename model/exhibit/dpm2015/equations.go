package dpm2015

import (
	"math"

	"unnoise/model/dpm"
	"unnoise/model/exhibit"
	m "unnoise/model/mathml"
)

var (
	symXt     = m.Symbol{Math: m.Sub(m.I("x"), m.I("t")), Tip: "What is there at step t."}
	symBefore = m.Symbol{Math: m.Sub(m.I("x"), m.Row(m.I("t"), m.O("−"), m.N("1"))), Tip: "What is there one step nearer to the data."}
	symBeta   = m.Symbol{Math: m.Sub(m.I("β"), m.I("t")), Tip: "β: how much noise step t adds, as a share of the whole."}
	symMean   = m.Symbol{Math: m.Sub(m.I("f"), m.I("μ")), Tip: "The mean of the step back, which the network decides."}
	symPush   = m.Symbol{Math: m.Sub(m.I("μ"), m.I("c")), Tip: "The network’s answer: where to push."}
	symSpread = m.Symbol{Math: m.Sub(m.I("f"), m.I("Σ")), Tip: "The variance of the step back."}
	symB      = m.Symbol{Math: m.Sub(m.I("b"), m.I("c")), Tip: "The network’s second answer: more or less noise than the step forward had."}
	symRest   = m.Symbol{Math: m.I("ρ"), Tip: "The resting rate: how many ones there are when nothing of the data is left."}
	symK      = m.Symbol{Math: m.I("K"), Tip: "A lower bound on the log likelihood of the data: the higher, the better the model."}
	symKL     = m.Symbol{Math: m.Text("KL"), Tip: "Divergence: how many bits the network’s step back is from the right one, on average."}
	symLast   = m.Symbol{Math: m.Sub(m.I("H"), m.Row(m.I("T"), m.O("−"), m.N("1"))), Tip: "How uncertain a point is after the last step, if the data’s point is known. Steps count from 0."}
	symFirst  = m.Symbol{Math: m.Sub(m.I("H"), m.N("0")), Tip: "How uncertain a point is after the first step, if the data’s point is known."}
	symStart  = m.Symbol{Math: m.Sub(m.I("H"), m.I("p")), Tip: "How uncertain the noise is that the way back starts from."}
	symNoise  = m.Symbol{Math: m.I("z"), Tip: "Noise: independent normal numbers."}
	symBits   = m.Symbol{Math: m.I("q"), Tip: "The probability of a 1 after a step forward from what is there."}
	symAdded  = m.Symbol{Math: m.Sub(m.I("f"), m.I("b")), Tip: "The network’s answer, one number for each bit: how much likelier a 1 was before than a step forward would make it."}
	symProd   = m.Symbol{Math: m.Tilde(m.I("μ")), Tip: "The mean of the step back when what was seen is taken into account."}
	symDev    = m.Symbol{Math: m.I("s"), Tip: "How uncertain what was seen is: the deviation of its noise."}
	symSeen   = m.Symbol{Math: m.Hat(m.I("x")), Tip: "What was seen."}
)

func minusOne() string { return m.Row(m.N("1"), m.O("−"), symBeta.Math) }

// forwardGaussian is the step that adds noise.
func forwardGaussian(step dpm.Step) exhibit.Equation {
	return exhibit.Equation{
		Caption: "A step forward shrinks a little and adds noise z.",
		Symbols: m.Line(m.Of(symXt), m.O("="), m.Sqrt(minusOne()), m.Of(symBefore), m.O("+"), m.Sqrt(m.Of(symBeta)), m.Of(symNoise)),
		Numbers: m.Line(symXt.Math, m.O("="), m.Times(m.Number(step.Keep), symBefore.Math), m.Plus(step.Push, symNoise.Math)),
	}
}

// reverseGaussian is the step that the network learned.
func reverseGaussian(step dpm.Step) []exhibit.Equation {
	logOdds := m.Row(m.I("log"), m.Frac(symBeta.Math, minusOne()))
	return []exhibit.Equation{{
		Caption: "The mean of a step back: a step forward, pushed by the network.",
		Symbols: m.Line(m.Of(symMean), m.O("="), m.Sqrt(minusOne()), m.Of(symXt), m.O("+"), m.Sqrt(symBeta.Math), m.Of(symPush)),
		Numbers: m.Line(symMean.Math, m.O("="), m.Times(m.Number(step.Keep), symXt.Math), m.Plus(step.Push, symPush.Math)),
	}, {
		Caption: "Its variance, between 0 and 1 by a sigmoid σ.",
		Symbols: m.Line(m.Of(symSpread), m.O("="), m.I("σ"), m.Parens(m.Frac(m.Of(symB), m.Sqrt(m.I("T"))), m.O("+"), logOdds)),
		Numbers: m.Line(symSpread.Math, m.O("="), m.I("σ"), m.Parens(m.Times(m.Number(1/step.RootSteps), symB.Math), sign(step.Odds))),
	}}
}

// sign writes a number as a further term.
func sign(x float64) string {
	if x < 0 {
		return m.Row(m.O("−"), m.Number(-x))
	}
	return m.Row(m.O("+"), m.Number(x))
}

// bound is K with its parts in bits.
func bound(divergences, ends, k float64) exhibit.Equation {
	sum := m.Sum(m.Row(m.I("t"), m.O("≥"), m.N("1")), "", m.Of(symKL))
	return exhibit.Equation{
		Caption: "The bound: what the ends of the chain know, less what all steps back get wrong.",
		Symbols: m.Line(m.Of(symK), m.O("="), m.O("−"), sum) + m.More(m.O("+"), m.Of(symLast), m.O("−"), m.Of(symFirst), m.O("−"), m.Of(symStart)),
		Numbers: m.Line(symK.Math, m.O("="), m.O("−"), m.Number(divergences), sign(ends), m.O("="), signed(k)),
	}
}

func signed(x float64) string {
	if x < 0 {
		return m.Row(m.O("−"), m.Number(-x))
	}
	return m.Number(x)
}

// forwardBits is the step that makes bits forget.
func forwardBits(beta, rest float64) exhibit.Equation {
	return exhibit.Equation{
		Caption: "A step forward keeps a bit, or with probability β draws it anew.",
		Symbols: m.Line(m.I("q"), m.Parens(m.Of(symXt), m.O("="), m.N("1")), m.O("="), m.Parens(minusOne()), m.Of(symBefore), m.O("+"), m.Of(symRest), m.Of(symBeta)),
		Numbers: m.Line(m.I("q"), m.O("="), m.Times(m.Number(1-beta), symBefore.Math), sign(rest*beta)),
	}
}

// reverseBits is the step that the network learned.
func reverseBits(chain dpm.Binomial, t int) exhibit.Equation {
	odds := func(x float32) string { return signed(chain.Odds(x, 0, t)) }
	return exhibit.Equation{
		Caption: "The log odds of a step back: those of a step forward, and what the network adds. For a 1, and for a 0:",
		Symbols: m.Line(m.I("log odds"), m.O("="), m.I("log"), m.Frac(m.Of(symBits), m.Row(m.N("1"), m.O("−"), m.I("q"))), m.O("+"), m.Of(symAdded)),
		Numbers: m.Line(odds(1), m.O("+"), symAdded.Math) + m.Line(odds(0), m.O("+"), symAdded.Math),
	}
}

// evidence is the product with r(x), with the numbers for the variance of a step forward.
func evidence(beta, deviation float64) exhibit.Equation {
	seen := m.Sup(m.Of(symDev), m.N("2"))
	mean := m.Frac(m.Row(m.Frac(symMean.Math, symSpread.Math), m.O("+"), m.Frac(m.Of(symSeen), seen)), m.Row(m.Frac(m.N("1"), symSpread.Math), m.O("+"), m.Frac(m.N("1"), seen)))
	variance := deviation * deviation
	weight := (1 / variance) / (1/variance + 1/beta)
	if math.IsInf(1/variance, 1) {
		weight = 1
	}
	return exhibit.Equation{
		Caption: "Multiplied with r(x): both means, each weighted by how sure it is. With s = 0, certainty, only what was seen counts.",
		Symbols: m.Line(m.Of(symProd), m.O("="), mean),
		Numbers: m.Line(symProd.Math, m.O("≈"), m.Times(m.Number(1-weight), symMean.Math), m.Plus(weight, symSeen.Math)),
	}
}
