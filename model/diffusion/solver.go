package diffusion

import "math"

// The samplers of this file solve the probability-flow ODE, or the SDE of the
// same marginals, in the coordinates x̄ = x_t/√ᾱ_t and σ = √((1−ᾱ)/ᾱ), where it
// reads dx̄/dσ = (x̄ − x̂_0)/σ: Karras et al. 2022 (arXiv:2206.00364), eq. 1 and 3.
// Their updates are written for x_t, as every [Update].

// EulerUpdates follows the ODE in straight lines: k-diffusion's sample_euler. On
// the same levels it is DDIM with η = 0.
func EulerUpdates(levels []Level, p Parametrisation) []Update {
	return EulerAncestralUpdates(levels, p, 0)
}

// EulerAncestralUpdates steps down to a smaller σ than wanted and adds noise up to
// it: k-diffusion's sample_euler_ancestral, whose eta is 1. On the same levels it
// is DDIM with that η.
func EulerAncestralUpdates(levels []Level, p Parametrisation, eta float64) []Update {
	return between(levels, p, func(u *Update, from, to Level) {
		sigma, next := from.Sigma(), to.Sigma()
		up := min(next, eta*next*math.Sqrt(max(0, sigma*sigma-next*next))/sigma)
		down := math.Sqrt(next*next - up*up)
		u.line(sigma, down)
		u.StdDev = up * math.Sqrt(to.AlphaBar)
	})
}

// HeunUpdates evaluates the network again where a line leads and takes the mean
// of both directions: Karras et al. 2022, Algorithm 1 (EDM's deterministic
// sampler). The last step, to σ = 0, is a line. n steps take 2n − 1 evaluations.
func HeunUpdates(levels []Level, p Parametrisation) []Update {
	return between(levels, p, func(u *Update, from, to Level) {
		sigma, next := from.Sigma(), to.Sigma()
		u.line(sigma, next)
		if next == 0 {
			return
		}
		// x̄' = x̄ + h·(d + d')/2, h = σ' − σ, d = (x̄ − x̂_0)/σ and
		// d' = (x̄ + h·d − x̂_0')/σ'.
		h := next - sigma
		signal := math.Sqrt(to.AlphaBar)
		c := &Correction{
			OfXt:     signal / math.Sqrt(from.AlphaBar) * (1 + h/2*(1/sigma+1/next+h/(sigma*next))),
			OfX0:     signal * h / 2 * (-1/sigma - h/(sigma*next)),
			OfX0Next: -signal * h / 2 / next,
		}
		c.X0OfXt, c.X0OfPred = p.X0(to)
		u.Correction = c
	})
}

// DPMSolverPP2MUpdates is DPM-Solver++(2M): Lu et al. 2022 (arXiv:2211.01095),
// Algorithm 2, in the form of k-diffusion's sample_dpmpp_2m. With λ = −log σ the
// step from λ to λ + h extrapolates x̂_0 along the line through this step's and
// the step's before. The first and the last step are of first order.
func DPMSolverPP2MUpdates(levels []Level, p Parametrisation) []Update {
	var before float64 // h of the step before
	return between(levels, p, func(u *Update, from, to Level) {
		sigma, next := from.Sigma(), to.Sigma()
		u.line(sigma, next) // exact for a constant x̂_0
		h := math.Log(sigma / next)
		if before != 0 && next != 0 {
			ahead := h / (2 * before) // 1/2r with r = before/h
			u.OfX0, u.OfX0Before = (1+ahead)*u.OfX0, -ahead*u.OfX0
		}
		before = h
	})
}

// line fills in the step along (x̄ − x̂_0)/σ from σ to next.
func (u *Update) line(sigma, next float64) {
	signal := math.Sqrt(u.AlphaBarPrev)
	u.OfXt = signal / math.Sqrt(u.AlphaBar) * next / sigma
	u.OfX0 = signal * (1 - next/sigma)
}

// between calls step for every pair of neighbouring levels, the noisiest first.
// The coefficients of the update are still zero.
func between(levels []Level, p Parametrisation, step func(u *Update, from, to Level)) []Update {
	out := make([]Update, len(levels)-1)
	for i := range out {
		from, to := levels[i], levels[i+1]
		u := Update{
			T: from.T(), TPrev: to.T(), Time: from.Time, TimePrev: to.Time,
			AlphaBar: from.AlphaBar, AlphaBarPrev: to.AlphaBar,
			Predict: p.Predict, Clip: p.Clip,
		}
		u.X0OfXt, u.X0OfPred = p.X0(from)
		step(&u, from, to)
		out[i] = u
	}
	return out
}
