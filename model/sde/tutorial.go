package sde

import (
	"fmt"
	"math"
)

// Tutorial is the SDE of Yang Song's tutorial on score-based generative modelling
// (yang-song.net/blog/2021/score, "PyTorch Tutorial"): dx = σ^t dw, with σ = 25. It is
// variance-exploding, and unlike [VE] begins without noise.
type Tutorial struct{ Sigma float64 }

// NewTutorial returns the SDE; the error says what is wrong with σ.
func NewTutorial(sigma float64) (Tutorial, error) {
	if !(sigma > 1) || math.IsInf(sigma, 0) {
		return Tutorial{}, fmt.Errorf("σ = %g of the tutorial's SDE σ^t: it must be above 1", sigma)
	}
	return Tutorial{sigma}, nil
}

// Name implements SDE.
func (Tutorial) Name() string { return "VE (σᵗ)" }

// T implements SDE.
func (Tutorial) T() float64 { return 1 }

// Eps implements SDE.
func (Tutorial) Eps() float64 { return 1e-3 }

// Marginal implements SDE: the variance is (σ^2t − 1)/(2·ln σ).
func (s Tutorial) Marginal(t float64) (scale, std float64) {
	log := 2 * math.Log(s.Sigma)
	return 1, math.Sqrt(math.Expm1(log*t) / log)
}

// Drift implements SDE.
func (Tutorial) Drift(float64) float64 { return 0 }

// Diffusion implements SDE.
func (s Tutorial) Diffusion(t float64) float64 { return math.Pow(s.Sigma, t) }

// Discretise implements SDE.
func (s Tutorial) Discretise(t float64, n int) (drift, diffusion float64) { return euler(s, t, n) }

// PriorStd implements SDE: that of the marginal at T.
func (s Tutorial) PriorStd() float64 {
	_, std := s.Marginal(1)
	return std
}
