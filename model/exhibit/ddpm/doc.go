// Package ddpm has the exhibits of Denoising Diffusion Probabilistic Models: Ho, Jain
// & Abbeel 2020 (arXiv:2006.11239).
package ddpm

import "unnoise/model/exhibit"

// Exhibits are all of them, in the order of the paper.
var Exhibits = []*exhibit.Exhibit{Film, Variance, Parametrisations, Sharing, Interpolation, RateDistortion, Likelihood}

const (
	year      = 2020
	reference = 2
	// maxFrames is about how many moments of a long chain are kept.
	maxFrames = 250
)
