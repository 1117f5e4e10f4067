// Package diffusion is the mathematics of diffusion models: noise schedules,
// what a network may predict, guidance and samplers. It has never heard of a
// GPU, and the network is whatever satisfies [Predictor].
//
// # Notation
//
// The field's own: α_t = 1 − β_t, ᾱ_t = α_0·…·α_t, and
//
//	q(x_t|x_0) = N(√ᾱ_t·x_0, (1 − ᾱ_t)·I)    Ho et al. 2020 (arXiv:2006.11239), eq. 4
//
// t is the trained timestep, 0 … T−1, and 0 means one step of noise; t = −1 is
// x_0 itself, with ᾱ = 1. i is the sampler's own index and counts upwards: step
// 0 reads the noisiest picture, and x_0 comes after the last step.
//
// # Samplers
//
// A sampler is a list of updates, one a step, made by the function of its paper
// ([DDPMUpdates], [DDIMUpdates]); [Sample] carries them out. An [Update] is the
// step written as its coefficients, so that a page can show them and an
// executor can apply them where the picture lies. Noise is injected.
//
// Schedules and coefficients are float64, pictures float32. Slices of pictures
// are N pictures of C·H·W values each, NCHW.
package diffusion
