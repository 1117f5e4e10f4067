// Package sde is score-based generative modelling through stochastic differential
// equations: Song et al. 2021 (arXiv:2011.13456), with the constants, the order of
// steps and the discretisations of its code (github.com/yang-song/score_sde_pytorch).
//
// Data diffuse by dx = f(x,t) dt + g(t) dw for t from 0 to T = 1, and a score
// s(x,t) = ∇ log p_t(x) leads back, by
//
//	dx = [f − g²·s] dt + g dw̄    eq. 6, with noise
//	dx = [f − ½g²·s] dt          eq. 13, the probability-flow ODE
//
// An [SDE] says what f and g are: [VE], [VP], [SubVP], and [Tutorial]'s. A [Score] is a
// [Network]'s, or is known exactly: [Exact], of a mixture of Gaussians. A [Sampler] draws
// by predictors and correctors, within a [Constraint] where a part is known, towards a class
// where its score is [Guided]. A [Flow] follows the ODE both ways by [RK45], and a
// [Likelihood] adds up its divergence on the way.
//
// Every run yields its steps, ends with ctx's error when it is cancelled, and goes on from
// a step that was kept as if nothing had been.
//
// # Where the code and the paper part, and what is done here
//
//   - The code takes N steps of 1/N although its N times lie (1−ε)/(N−1) apart: so here.
//   - It has no α of sub-VP, so that its Langevin corrector fails there: VP's is taken.
//   - The step's index is taken in float64; the code's float32 is now and then one less.
//   - Its constraints return, where nothing is known, x and not its mean: so here.
//   - Its Euler–Maruyama predictor cannot follow the ODE (an index into a number): here it
//     can.
//   - VE's marginal counts σ_min as there at t = 0 (the paper's appendix C): so here.
//
// # Layouts
//
// xs is [N, elems], N pictures one after another as diffusion.Predictor has them
// (NCHW where they are pictures), t is [N], SDE time, one for each. Times, coefficients
// and what an ODE solver holds are float64, pictures float32.
package sde
