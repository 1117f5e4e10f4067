package sde

// SDE is a diffusion whose drift is linear in x, f(x,t) = a(t)·x, so that
// x_t = scale·x_0 + std·ε. All are those of arXiv:2011.13456, §3.4 and appendices B
// and C, but for [Tutorial].
type SDE interface {
	// Name is what the paper calls it: "VE", "VP" or "sub-VP".
	Name() string
	// T is the time of the prior, 1.
	T() float64
	// Eps is the smallest time that samplers go to. Likelihoods start at [LikelihoodEps].
	Eps() float64
	// Marginal is p_t(x_t|x_0) = N(scale·x_0, std²·I).
	Marginal(t float64) (scale, std float64)
	// Drift is a of f(x,t) = a·x.
	Drift(t float64) float64
	// Diffusion is g.
	Diffusion(t float64) float64
	// Discretise is the step x' = x + drift·x + diffusion·z forward from t of n steps in
	// all: that of DDPM for VP, of SMLD for VE, of Euler and Maruyama otherwise.
	Discretise(t float64, n int) (drift, diffusion float64)
	// PriorStd is the deviation of the prior N(0, std²·I), from which sampling starts.
	PriorStd() float64
}

// LikelihoodEps is the smallest time of likelihoods, whatever the SDE: the code's.
const LikelihoodEps = 1e-5
