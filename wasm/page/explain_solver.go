package page

import (
	"unnoise/model/diffusion"
	"unnoise/model/mathml"
	"unnoise/model/run"
)

// solverBlocks are the equations of the samplers that solve the differential
// equation of sampling, written for x̄ = x_t/√ᾱ_t: Karras et al. 2022, eq. 3.
func solverBlocks(sampler string, u diffusion.Update) []Block {
	switch {
	case sampler == run.Heun && u.Correction != nil:
		return []Block{slopeBlock(u, symTried, "Try a straight line"), heunBlock(u)}
	case sampler == run.DPMSolverPP2M && u.OfX0Before != 0:
		return []Block{multistepBlock(u)}
	case sampler == run.EulerAncestral && u.StdDev != 0:
		return []Block{slopeBlock(u, symXPrev, "Go further down than wanted, add fresh noise")}
	}
	return []Block{slopeBlock(u, symXPrev, "Follow the slope in a straight line")}
}

// scaled is x/√ᾱ.
func scaled(x, alphaBar symbol) string { return mathml.Frac(of(x), mathml.Sqrt(of(alphaBar))) }

// slopeBlock is a step of Euler's method, whose result is to.
func slopeBlock(u diffusion.Update, to symbol, caption string) Block {
	symbols := mathml.Line(scaled(to, symABP), mathml.O("="), scaled(symXt, symAB)) +
		mathml.More(mathml.O("+"), mathml.Parens(of(symLevelP), mathml.O("−"), of(symLevel)),
			mathml.Frac(mathml.Row(scaled(symXt, symAB), mathml.O("−"), of(symX0Hat)), of(symLevel)))
	if u.StdDev != 0 { // down to less than σ(t′), and back up
		symbols += mathml.More(mathml.O("+"), of(symSigma), of(symZ))
	}
	return Block{Caption: caption, Symbols: symbols, Numbers: affine(to, u)}
}

// heunBlock takes the mean of the slopes at both ends.
func heunBlock(u diffusion.Update) Block {
	c := u.Correction
	half := mathml.Frac(mathml.Row(of(symLevelP), mathml.O("−"), of(symLevel)), mathml.N("2"))
	return Block{
		Caption: "Ask again there; go by both slopes",
		Symbols: mathml.Line(scaled(symXPrev, symABP), mathml.O("="), scaled(symXt, symAB)) +
			mathml.More(mathml.O("+"), half, mathml.Frac(mathml.Row(scaled(symXt, symAB), mathml.O("−"), of(symX0Hat)), of(symLevel))) +
			mathml.More(mathml.O("+"), half, mathml.Frac(mathml.Row(scaled(symTried, symABP), mathml.O("−"), of(symX0Next)), of(symLevelP))),
		Numbers: mathml.Line(symXPrev.math, mathml.O("="), mathml.Times(mathml.Number(c.OfXt), symXt.math), mathml.Plus(c.OfX0, symX0Hat.math)) +
			mathml.More(mathml.Plus(c.OfX0Next, symX0Next.math)),
	}
}

// multistepBlock is Lu et al. 2022 (arXiv:2211.01095), Algorithm 2.
func multistepBlock(u diffusion.Update) Block {
	return Block{
		Caption: "Extrapolate the guess from this step and the one before",
		Symbols: mathml.Line(scaled(symXPrev, symABP), mathml.O("="), mathml.Frac(of(symLevelP), of(symLevel)), scaled(symXt, symAB)) +
			mathml.More(mathml.O("+"), mathml.Parens(mathml.N("1"), mathml.O("−"), mathml.Frac(of(symLevelP), of(symLevel))),
				mathml.Parens(of(symX0Hat), mathml.O("+"), of(symAhead), mathml.Parens(of(symX0Hat), mathml.O("−"), of(symX0Before)))),
		Numbers: affine(symXPrev, u),
	}
}
