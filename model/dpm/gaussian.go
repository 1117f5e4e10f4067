package dpm

import (
	"math"

	"unnoise/model/diffusion"
)

// Gaussian is the chain q(x_t|x_{t−1}) = N(√(1−β_t)·x_{t−1}, β_t·I), whose data have
// mean 0 and variance 1.
type Gaussian struct{ *diffusion.Schedule }

// NewGaussian returns the chain with these variances. The error names the first that
// does not lie between 0 and 1.
func NewGaussian(betas []float64) (Gaussian, error) {
	s, err := diffusion.FromBetas(betas)
	return Gaussian{s}, err
}

// Forward writes x_t into dst, given x = x_{t−1} and noise z; they may be the same slice.
func (g Gaussian) Forward(dst, x, z []float32, t int) {
	keep, add := math.Sqrt(1-g.Beta[t]), math.Sqrt(g.Beta[t])
	for i := range dst {
		dst[i] = float32(keep*float64(x[i]) + add*float64(z[i]))
	}
}

// Diffuse writes x_t ~ q(x_t|x_0) into dst, given noise z.
func (g Gaussian) Diffuse(dst, x0, z []float32, t int) {
	keep, add := math.Sqrt(g.AlphaBar[t]), math.Sqrt(1-g.AlphaBar[t])
	for i := range dst {
		dst[i] = float32(keep*float64(x0[i]) + add*float64(z[i]))
	}
}

// Step is the reverse step p(x_{t−1}|x_t): mean f_μ = x_t·√(1−β) + μ_c·√β and variance
// f_Σ = σ(b_c/√T + logit β) (model.py, get_mu_sigma).
type Step struct {
	Keep, Push float64 // √(1−β) and √β
	Odds       float64 // logit β
	RootSteps  float64 // √T
}

// Step returns the coefficients of the reverse step from t, which is at least 1.
func (g Gaussian) Step(t int) Step {
	beta := g.Beta[t]
	return Step{math.Sqrt(1 - beta), math.Sqrt(beta), logit(beta), math.Sqrt(float64(g.Len()))}
}

// Moments returns mean and variance of a value whose coefficients are mu and b.
func (s Step) Moments(xt, mu, b float32) (mean, variance float64) {
	return float64(xt)*s.Keep + float64(mu)*s.Push, sigmoid(float64(b)/s.RootSteps + s.Odds)
}

// Reverse writes x_{t−1} into dst, given x_t, the network's answer for it, noise z and
// what is known besides, which may be nil. N samples of D values each.
func (g Gaussian) Reverse(dst, xt []float32, answer Answer, z []float32, t int, known *Evidence) {
	step := g.Step(t)
	for i := range dst {
		mean, variance := step.Moments(xt[i], answer.Mean[i], answer.Variance[i])
		mean, variance = known.apply(i, mean, variance)
		dst[i] = float32(mean + math.Sqrt(variance)*float64(z[i]))
	}
}

// Posterior returns the mean's factors of x_0 and x_t and the variance of
// q(x_{t−1}|x_t, x_0), for t ≥ 1: the product of two Gaussians (model.py,
// generate_forward_diffusion_sample; the same as Ho et al. 2020, eq. 7).
func (g Gaussian) Posterior(t int) (ofX0, ofXt, variance float64) {
	ofX0, ofXt = g.PosteriorMean(t)
	return ofX0, ofXt, g.PosteriorVariance(t)
}

// Divergence is the mean over all values of KL(q(x_{t−1}|x_t, x_0) ‖ p(x_{t−1}|x_t)) in
// bits, t ≥ 1, where x_t ~ q(x_t|x_0) and answer is the network's for it.
func (g Gaussian) Divergence(x0, xt []float32, answer Answer, t int) float64 {
	step := g.Step(t)
	ofX0, ofXt, variance := g.Posterior(t)
	var sum float64
	for i := range x0 {
		mean, reverse := step.Moments(xt[i], answer.Mean[i], answer.Variance[i])
		d := ofX0*float64(x0[i]) + ofXt*float64(xt[i]) - mean
		sum += 0.5 * (math.Log(reverse/variance) + (variance+d*d)/reverse - 1)
	}
	return sum / float64(len(x0)) / math.Ln2
}

// Ends is the part of K that no network enters, in bits for one value:
// H_q(X^T|X^0) − H_q(X^1|X^0) − H_p(X^T).
func (g Gaussian) Ends() float64 {
	return normalEntropy(1-g.AlphaBar[g.Len()-1]) - normalEntropy(g.Beta[0]) - normalEntropy(1)
}

// Null is K of a Gaussian of mean 0 and variance 1, in bits for one value: what K is
// compared with.
func (g Gaussian) Null() float64 { return -normalEntropy(1) }

// normalEntropy is the entropy of a Gaussian in bits.
func normalEntropy(variance float64) float64 {
	return 0.5 * math.Log2(2*math.Pi*math.E*variance)
}
