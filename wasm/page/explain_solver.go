package page

import (
	"unnoise/model/diffusion"
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
func scaled(x, alphaBar symbol) string { return mfrac(of(x), msqrt(of(alphaBar))) }

// slopeBlock is a step of Euler's method, whose result is to.
func slopeBlock(u diffusion.Update, to symbol, caption string) Block {
	symbols := line(scaled(to, symABP), mo("="), scaled(symXt, symAB)) +
		more(mo("+"), parens(of(symLevelP), mo("−"), of(symLevel)),
			mfrac(mrow(scaled(symXt, symAB), mo("−"), of(symX0Hat)), of(symLevel)))
	if u.StdDev != 0 { // down to less than σ(t′), and back up
		symbols += more(mo("+"), of(symSigma), of(symZ))
	}
	return Block{Caption: caption, Symbols: symbols, Numbers: affine(to, u)}
}

// heunBlock takes the mean of the slopes at both ends.
func heunBlock(u diffusion.Update) Block {
	c := u.Correction
	half := mfrac(mrow(of(symLevelP), mo("−"), of(symLevel)), mn("2"))
	return Block{
		Caption: "Ask again there; go by both slopes",
		Symbols: line(scaled(symXPrev, symABP), mo("="), scaled(symXt, symAB)) +
			more(mo("+"), half, mfrac(mrow(scaled(symXt, symAB), mo("−"), of(symX0Hat)), of(symLevel))) +
			more(mo("+"), half, mfrac(mrow(scaled(symTried, symABP), mo("−"), of(symX0Next)), of(symLevelP))),
		Numbers: line(symXPrev.math, mo("="), times(number(c.OfXt), symXt.math), plus(c.OfX0, symX0Hat.math)) +
			more(plus(c.OfX0Next, symX0Next.math)),
	}
}

// multistepBlock is Lu et al. 2022 (arXiv:2211.01095), Algorithm 2.
func multistepBlock(u diffusion.Update) Block {
	return Block{
		Caption: "Extrapolate the guess from this step and the one before",
		Symbols: line(scaled(symXPrev, symABP), mo("="), mfrac(of(symLevelP), of(symLevel)), scaled(symXt, symAB)) +
			more(mo("+"), parens(mn("1"), mo("−"), mfrac(of(symLevelP), of(symLevel))),
				parens(of(symX0Hat), mo("+"), of(symAhead), parens(of(symX0Hat), mo("−"), of(symX0Before)))),
		Numbers: affine(symXPrev, u),
	}
}
