package page

import (
	"html"

	"unnoise/model/mathml"
)

// symbol is a quantity of the equations: how it is written, and what it is.
type symbol struct {
	math, name, tip string
}

// The symbols, in the notation of package diffusion. t′ is the timestep that a
// step leads to, which is t − 1 only where no step is left out.
var (
	symT     = symbol{mathml.I("t"), "timestep", "The trained timestep: from 999, pure noise, down to 0, almost none."}
	symPrevT = symbol{mathml.Prime(mathml.I("t")), "next timestep", "The timestep this step leads to. With all 1000 steps it is t − 1; with fewer, steps are left out."}
	symXt    = symbol{mathml.Sub(mathml.I("x"), mathml.I("t")), "noisy picture", "The picture as the sampler has it now: some signal, some noise."}
	symXPrev = symbol{mathml.Sub(mathml.I("x"), mathml.Prime(mathml.I("t"))), "result of the step", "The picture after this step, a little less noisy. It is x_t of the next one."}
	symX0    = symbol{mathml.Sub(mathml.I("x"), mathml.N("0")), "clean picture", "The picture without noise."}
	symX0Hat = symbol{mathml.Sub(mathml.Hat(mathml.I("x")), mathml.N("0")), "guess", "The finished picture as the network guesses it from x_t alone, clamped to black and white."}
	symEps   = symbol{mathml.I("ε"), "noise", "Independent normal numbers, one per pixel. Here they stay the same at every t."}
	symEHat  = symbol{mathml.Hat(mathml.I("ε")), "predicted noise", "The noise that the network sees in x_t."}
	symEC    = symbol{mathml.Sub(mathml.Hat(mathml.I("ε")), mathml.I("c")), "with the class", "The network’s answer when it is told the class."}
	symEU    = symbol{mathml.Sub(mathml.Hat(mathml.I("ε")), mathml.I("u")), "without", "The network’s answer when it is told no class."}
	symS     = symbol{mathml.I("s"), "guidance scale", "How far to go from the answer without the class towards the one with it. 1 is plain sampling; more obeys the class better, with less variety."}
	symAB    = symbol{mathml.Sub(mathml.Bar(mathml.I("α")), mathml.I("t")), "signal kept", "The share of the signal’s variance that is left at t. 1 is a clean picture, 0 pure noise."}
	symABP   = symbol{mathml.Sub(mathml.Bar(mathml.I("α")), mathml.Prime(mathml.I("t"))), "signal kept next", "The share of the signal’s variance after this step."}
	symAT    = symbol{mathml.Sub(mathml.I("α"), mathml.I("t")), "", "One step’s share of the signal: ᾱ_t divided by ᾱ_t′."}
	symBeta  = symbol{mathml.Sub(mathml.I("β"), mathml.I("t")), "", "The noise that one step adds on the way up: 1 − α_t."}
	symSigma = symbol{mathml.Sub(mathml.I("σ"), mathml.I("t")), "fresh noise", "The standard deviation of the fresh noise that this step adds."}
	symEta   = symbol{mathml.I("η"), "share of DDPM’s", "How much fresh noise DDIM adds: 0 is none, so that the seed decides everything; 1 is as much as DDPM."}
	symZ     = symbol{mathml.I("z"), "", "Fresh normal noise, drawn anew in every step."}

	symX0Before = symbol{mathml.Sub(mathml.Hat(mathml.I("x")), mathml.Row(mathml.N("0"), mathml.O(","), `<mtext>before</mtext>`)), "guess before", "The network’s guess in the step before."}
	symX0Next   = symbol{mathml.Prime(mathml.Sub(mathml.Hat(mathml.I("x")), mathml.N("0"))), "second guess", "The network’s guess from where the straight line leads, at t′."}
	symTried    = symbol{"<msubsup>" + mathml.I("x") + mathml.Prime(mathml.I("t")) + mathml.O("*") + "</msubsup>", "tried", "Where the straight line leads. The network is asked again there."}
	symAhead    = symbol{mathml.I("k"), "", "How far the line through both guesses is followed: half this step’s length in log σ for one of the step before."}
	symLevel    = symbol{mathml.Row(mathml.I("σ"), mathml.Parens(mathml.I("t"))), "noise level", "The noise in the picture for one part of signal: √((1 − ᾱ_t) / ᾱ_t)."}
	symLevelP   = symbol{mathml.Row(mathml.I("σ"), mathml.Parens(mathml.Prime(mathml.I("t")))), "noise level next", "The noise level after this step."}

	symSignal = symbol{mathml.Sqrt(symAB.math), "of the picture", "What each value of the picture is multiplied by: the root of the signal kept, since variance goes with the square."}
	symNoise  = symbol{mathml.Sqrt(mathml.N("1"), mathml.O("−"), symAB.math), "of the noise", "The standard deviation of the noise that is added."}
	symSNR    = symbol{"<mtext>SNR</mtext>", "signal to noise", "The signal’s variance for one of the noise’s: ᾱ_t / (1 − ᾱ_t). Below 1 there is more noise than picture."}
)

// of writes a symbol that explains itself when pointed at or focused.
func of(s symbol) string { return mathml.Of(mathml.Symbol{Math: s.math, Tip: s.tip}) }

// stopOnce leaves each symbol in the order of the tab key only where it stands
// first, in an equation or in the table.
func (e *Explanation) stopOnce() {
	seen := map[string]bool{}
	for k := range e.Blocks {
		e.Blocks[k].Symbols = mathml.StopOnce(e.Blocks[k].Symbols, seen)
	}
	for k := range e.Values {
		tip := html.EscapeString(e.Values[k].Tip)
		e.Values[k].Stop = !seen[tip]
		seen[tip] = true
	}
}
