// Package iddpm has the exhibits of Improved Denoising Diffusion Probabilistic Models:
// Nichol & Dhariwal 2021 (arXiv:2102.09672).
package iddpm

import "unnoise/model/exhibit"

// Exhibits are all of them, in the order of the paper.
var Exhibits = []*exhibit.Exhibit{Schedules, Variance, Bound, Respacing}

const (
	year      = 2021
	reference = 3
	// maxFrames is about how many moments of a long chain are kept.
	maxFrames = 250

	plain  = "fashion"        // trained on the linear schedule with L_simple
	hybrid = "fashion-hybrid" // trained on the cosine schedule with L_hybrid
)
