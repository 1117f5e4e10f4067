package langevin

import (
	"fmt"
	"math"
)

// Distances are those between any two of n pictures, in order of the pairs (0,1), (0,2),
// …: NCSNv2's technique 1 takes the largest for σ_1. pictures: n of the same length.
func Distances(pictures [][]float32) []float64 {
	var out []float64
	for i, a := range pictures {
		for _, b := range pictures[i+1:] {
			var square float64
			for k, v := range a {
				d := float64(v) - float64(b[k])
				square += d * d
			}
			out = append(out, math.Sqrt(square))
		}
	}
	return out
}

// Overlap is how likely a point of one noise level is within three deviations of the
// radius at which the points of the level before lie, which is gamma times farther out and
// gamma times as wide, in dim dimensions: NCSNv2, proposition 2 and technique 2,
//
//	Φ(√(2·dim)·(γ−1) + 3γ) − Φ(√(2·dim)·(γ−1) − 3γ)
func Overlap(gamma float64, dim int) float64 {
	apart := math.Sqrt(2*float64(dim)) * (gamma - 1)
	return normal(apart+3*gamma) - normal(apart-3*gamma)
}

// normal is Φ, the distribution function of the standard normal.
func normal(x float64) float64 { return .5 * math.Erfc(-x/math.Sqrt2) }

// Gamma is the ratio of levels that has this overlap: technique 2 asks for about ½. The
// error says what is wrong.
func Gamma(overlap float64, dim int) (float64, error) {
	if dim < 1 || !(overlap > 0) || overlap >= Overlap(1, dim) {
		return 0, fmt.Errorf("an overlap of %g in %d dimensions: it must be above 0 and below %.4g", overlap, dim, Overlap(1, max(1, dim)))
	}
	// In few dimensions the overlap of large ratios does not fall to 0: 3γ grows as fast.
	low, high := 1., 2.
	for Overlap(high, dim) > overlap {
		if low, high = high, 2*high; high > 1e6 {
			return 0, fmt.Errorf("no ratio of levels has an overlap of %g in %d dimensions", overlap, dim)
		}
	}
	for range 100 {
		if mid := (low + high) / 2; Overlap(mid, dim) > overlap {
			low = mid
		} else {
			high = mid
		}
	}
	return (low + high) / 2, nil
}

// Count is how many levels lead from first to last by ratios of about gamma, rounded up
// so that none is larger.
func Count(first, last, gamma float64) int {
	const slack = 1e-9 // of a ratio that fits exactly
	return 1 + int(math.Ceil(math.Log(first/last)/math.Log(gamma)-slack))
}

// Ratio is γ of geometric levels.
func Ratio(first, last float64, n int) float64 {
	return math.Pow(first/last, 1/float64(n-1))
}

// Settled is what part of a level's variance is there after perLevel steps, when the level
// before had gamma² times as much: NCSNv2's technique 4 wants it near 1. part is ε/σ_L².
//
//	(1−ε/σ²)^(2T)·(γ² − c) + c,   c = 2ε/(σ² − σ²(1−ε/σ²)²)
//
// The dynamics are those of [Code], on a single Gaussian.
func Settled(gamma, part float64, perLevel int) float64 {
	keep := 1 - part
	c := 2 * part / (1 - keep*keep)
	return math.Pow(keep, 2*float64(perLevel))*(gamma*gamma-c) + c
}

// BestPart is the ε/σ_L² for which Settled is nearest to 1, which it never reaches: c is
// above 1 and so is γ.
func BestPart(gamma float64, perLevel int) float64 {
	// One minimum: first the old variance goes, then the steps' own error grows.
	low, high := 1e-6, 1.
	for range 200 {
		a, b := low+(high-low)/3, high-(high-low)/3
		if Settled(gamma, a, perLevel) < Settled(gamma, b, perLevel) {
			high = b
		} else {
			low = a
		}
	}
	return (low + high) / 2
}
