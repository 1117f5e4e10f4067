package sde

import (
	"fmt"
	"math"
)

// beta is β(t) = βmin + t·(βmax − βmin) with what follows from it.
type beta struct{ BetaMin, BetaMax float64 }

func newBeta(name string, betaMin, betaMax float64) (beta, error) {
	if !(betaMin > 0 && betaMax >= betaMin) || math.IsInf(betaMax, 0) {
		return beta{}, fmt.Errorf("β_min = %g and β_max = %g of a %s SDE: β_min must be above 0 and β_max not below it", betaMin, betaMax, name)
	}
	return beta{betaMin, betaMax}, nil
}

// T implements SDE.
func (beta) T() float64 { return 1 }

// Eps implements SDE.
func (beta) Eps() float64 { return 1e-3 }

// Beta is β(t).
func (b beta) Beta(t float64) float64 { return b.BetaMin + t*(b.BetaMax-b.BetaMin) }

// Integral is ∫β from 0 to t.
func (b beta) Integral(t float64) float64 { return t*b.BetaMin + t*t*(b.BetaMax-b.BetaMin)/2 }

// Drift implements SDE.
func (b beta) Drift(t float64) float64 { return -b.Beta(t) / 2 }

// PriorStd implements SDE.
func (beta) PriorStd() float64 { return 1 }

// step is β of DDPM's step at t of n.
func (b beta) step(t float64, n int) float64 {
	return linspace(b.BetaMin/float64(n), b.BetaMax/float64(n), n, index(t, n))
}

// VP is the variance-preserving SDE: arXiv:2011.13456, eq. 32,
//
//	dx = −½β(t)·x dt + √β(t) dw
//
// the limit of DDPM, whose β of step k of N is β(k/(N−1))/N.
type VP struct{ beta }

// NewVP returns the SDE for β(0) and β(1); .1 and 20 in the paper. The error says what is
// wrong with them.
func NewVP(betaMin, betaMax float64) (VP, error) {
	b, err := newBeta("VP", betaMin, betaMax)
	return VP{b}, err
}

// Name implements SDE.
func (VP) Name() string { return "VP" }

// Marginal implements SDE.
func (s VP) Marginal(t float64) (scale, std float64) {
	integral := s.Integral(t)
	return math.Exp(-integral / 2), math.Sqrt(-math.Expm1(-integral))
}

// Diffusion implements SDE.
func (s VP) Diffusion(t float64) float64 { return math.Sqrt(s.Beta(t)) }

// Discretise implements SDE, with DDPM's step. It is NaN where n is below [MinSteps].
func (s VP) Discretise(t float64, n int) (drift, diffusion float64) {
	b := s.step(t, n)
	return math.Sqrt(1-b) - 1, math.Sqrt(b)
}

// SubVP is the sub-variance-preserving SDE, whose variance is never above VP's:
// arXiv:2011.13456, eq. 33,
//
//	dx = −½β(t)·x dt + √(β(t)·(1 − e^(−2∫β))) dw
type SubVP struct{ beta }

// NewSubVP returns the SDE for β(0) and β(1); .1 and 20 in the paper. The error says what
// is wrong with them.
func NewSubVP(betaMin, betaMax float64) (SubVP, error) {
	b, err := newBeta("sub-VP", betaMin, betaMax)
	return SubVP{b}, err
}

// Name implements SDE.
func (SubVP) Name() string { return "sub-VP" }

// Marginal implements SDE.
func (s SubVP) Marginal(t float64) (scale, std float64) {
	integral := s.Integral(t)
	return math.Exp(-integral / 2), -math.Expm1(-integral)
}

// Diffusion implements SDE.
func (s SubVP) Diffusion(t float64) float64 {
	return math.Sqrt(-s.Beta(t) * math.Expm1(-2*s.Integral(t)))
}

// Discretise implements SDE.
func (s SubVP) Discretise(t float64, n int) (drift, diffusion float64) { return euler(s, t, n) }

// euler is the step of Euler and Maruyama, of 1/n.
func euler(s SDE, t float64, n int) (drift, diffusion float64) {
	dt := 1 / float64(n)
	return s.Drift(t) * dt, s.Diffusion(t) * math.Sqrt(dt)
}

// MinSteps is the smallest number of steps that an SDE can be discretised into: VP's last
// β, β(1)/n, must stay below 1, and so must sub-VP's, whose corrector reads it.
func MinSteps(s SDE) int {
	var b beta
	switch s := s.(type) {
	case VP:
		b = s.beta
	case SubVP:
		b = s.beta
	default:
		return 2
	}
	return max(2, int(math.Floor(b.BetaMax))+1)
}
