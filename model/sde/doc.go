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
// An [SDE] says what f and g are, a [Score] is a network or is known exactly.
//
// # Layouts
//
// xs is [N, elems], N pictures one after another as diffusion.Predictor has them
// (NCHW where they are pictures), t is [N], SDE time, one for each. Times, coefficients
// and what an ODE solver holds are float64, pictures float32.
package sde
