package sde

import (
	"fmt"
	"math"
)

// Corrector is a method that moves x_t about within its own p_t.
type Corrector string

// The correctors, by the names that the command line gives them.
const (
	// Langevin sets its step by the ratio of the score's norm to the noise's, both means
	// over the batch: arXiv:2011.13456, algorithms 4 and 5.
	Langevin Corrector = "langevin"
	// AnnealedLangevin sets it by the marginal's deviation, as NCSN does.
	AnnealedLangevin Corrector = "ald"
	NoCorrector      Corrector = "none" // predictors only
)

// Correctors lists them.
var Correctors = []Corrector{Langevin, AnnealedLangevin, NoCorrector}

// SNR is the r of the paper's experiments with the VE SDE, and the code's default.
const SNR = .16

func (c Corrector) check() error {
	switch c {
	case Langevin, AnnealedLangevin, NoCorrector:
		return nil
	}
	return fmt.Errorf("there is no corrector %q; there are %v", string(c), Correctors)
}

// StepSize is the step of a corrector at time t of n; x' = x + step·s + √(2·step)·z.
// score, z: [N, elems], of which it needs the mean norms, elems values a picture.
//
// The code refuses sub-VP, whose class has no α although the corrector reads it; α is
// VP's here.
func (c Corrector) StepSize(s SDE, t float64, n int, snr float64, score, z []float32, elems int) float64 {
	if c == AnnealedLangevin {
		_, std := s.Marginal(t)
		return 2 * alpha(s, t, n) * snr * std * snr * std
	}
	ratio := snr * meanNorm(z, elems) / meanNorm(score, elems)
	return 2 * alpha(s, t, n) * ratio * ratio
}

// alpha is 1 − β of the step where there is a β, 1 otherwise.
func alpha(s SDE, t float64, n int) float64 {
	switch s := s.(type) {
	case VP:
		return 1 - s.step(t, n)
	case SubVP:
		return 1 - s.step(t, n)
	}
	return 1
}

// meanNorm is the mean over the batch of each picture's norm.
func meanNorm(values []float32, elems int) float64 {
	var sum float64
	for first := 0; first < len(values); first += elems {
		var square float64
		for _, v := range values[first : first+elems] {
			square += float64(v) * float64(v)
		}
		sum += math.Sqrt(square)
	}
	return sum / float64(len(values)/elems)
}
