package dpm

import "math"

// Evidence is a second distribution r(x) that the model is multiplied with at every
// reverse step, so that samples come from the posterior p̃(x) ∝ p(x)·r(x) (§2.5 of the
// paper; sampler.py, diffusion_step). It is what classifier guidance was made of six
// years later.
type Evidence struct {
	// Seen are the values that were observed, as many as the samples have.
	Seen []float32
	// Known marks the values that are certain: r is a point mass there. Nil for none.
	Known []bool
	// Noise is the deviation of Gaussian noise in all observed values; 0 for none, and
	// then values that are not Known say nothing.
	Noise float64
}

// Start replaces what the reverse chain starts from, standard normal noise z, as the
// code does: by what was seen where it is certain, and where all was seen with noise by
// all of it. dst and z may be the same slice.
func (e *Evidence) Start(dst, z []float32) {
	for i := range dst {
		dst[i] = z[i]
		if e.Noise > 0 || e.Known != nil && e.Known[i] {
			dst[i] = e.Seen[i]
		}
	}
}

// apply multiplies the Gaussian of value i with r: precisions add up.
func (e *Evidence) apply(i int, mean, variance float64) (float64, float64) {
	if e == nil {
		return mean, variance
	}
	if e.Noise > 0 {
		mean, variance = Multiply(mean, variance, float64(e.Seen[i]), e.Noise*e.Noise)
	}
	if e.Known != nil && e.Known[i] {
		return float64(e.Seen[i]), 0
	}
	return mean, variance
}

// Multiply returns mean and variance of the normalised product of two Gaussians. A
// variance of +Inf is a factor that says nothing.
func Multiply(mean1, variance1, mean2, variance2 float64) (mean, variance float64) {
	if math.IsInf(variance2, 1) {
		return mean1, variance1
	}
	variance = 1 / (1/variance1 + 1/variance2)
	return variance * (mean1/variance1 + mean2/variance2), variance
}
