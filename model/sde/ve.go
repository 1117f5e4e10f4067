package sde

import (
	"fmt"
	"math"
)

// VE is the variance-exploding SDE: arXiv:2011.13456, eq. 30,
//
//	dx = σ(t)·√(2·ln(σmax/σmin)) dw,   σ(t) = σmin·(σmax/σmin)^t
//
// the limit of SMLD, NCSN's noise scales. Its x_t is x_0 + σ(t)·ε: data at t → 0 carry
// σmin already (appendix C).
type VE struct{ SigmaMin, SigmaMax float64 }

// NewVE returns the SDE between two noise levels; .01 and 50 in the paper for CIFAR-10.
// The error says what is wrong with them.
func NewVE(sigmaMin, sigmaMax float64) (VE, error) {
	if !(sigmaMin > 0 && sigmaMax > sigmaMin) || math.IsInf(sigmaMax, 0) {
		return VE{}, fmt.Errorf("σ_min = %g and σ_max = %g of a VE SDE: σ_min must be above 0 and σ_max above it", sigmaMin, sigmaMax)
	}
	return VE{sigmaMin, sigmaMax}, nil
}

// Name implements SDE.
func (VE) Name() string { return "VE" }

// T implements SDE.
func (VE) T() float64 { return 1 }

// Eps implements SDE.
func (VE) Eps() float64 { return 1e-5 }

// Sigma is σ(t).
func (s VE) Sigma(t float64) float64 { return s.SigmaMin * math.Pow(s.SigmaMax/s.SigmaMin, t) }

// Marginal implements SDE.
func (s VE) Marginal(t float64) (scale, std float64) { return 1, s.Sigma(t) }

// Drift implements SDE.
func (VE) Drift(float64) float64 { return 0 }

// Diffusion implements SDE.
func (s VE) Diffusion(t float64) float64 {
	return s.Sigma(t) * math.Sqrt(2*math.Log(s.SigmaMax/s.SigmaMin))
}

// levels are σ of step k of n and of the one below it, 0 for the last.
func (s VE) levels(t float64, n int) (sigma, below float64) {
	k := index(t, n)
	at := func(k int) float64 { return s.Sigma(linspace(0, 1, n, k)) }
	if k == 0 {
		return at(0), 0
	}
	return at(k), at(k - 1)
}

// Discretise implements SDE, with SMLD's step from one noise scale to the next.
func (s VE) Discretise(t float64, n int) (drift, diffusion float64) {
	sigma, below := s.levels(t, n)
	return 0, math.Sqrt(sigma*sigma - below*below)
}

// PriorStd implements SDE.
func (s VE) PriorStd() float64 { return s.SigmaMax }

// index is the step of n that a time falls into: the code's (t·(N−1)/T).long(), which in
// float32 is now and then one less.
func index(t float64, n int) int { return min(max(int(t*float64(n-1)), 0), n-1) }

// linspace is value k of n from a to b.
func linspace(a, b float64, n, k int) float64 {
	if n == 1 {
		return a
	}
	return a + (b-a)*float64(k)/float64(n-1)
}
