// Package scoresde has the exhibits of Score-Based Generative Modeling through Stochastic
// Differential Equations: Song et al. 2021 (arXiv:2011.13456), in the order of the paper
// and with the constants and the order of steps of its code. What is seen is computed by
// package sde; here it is arranged.
//
// Each runs on a mixture in the plane, whose score is known exactly, or on a network.
package scoresde

import "unnoise/model/exhibit"

// Exhibits are all of them, in the order of the paper.
var Exhibits = []*exhibit.Exhibit{Samplers, Flow, Latents, Likelihood, Class, Inpainting, Colour}

const (
	year      = 2021
	reference = 17
	// maxFrames is about how many moments of a long run are kept.
	maxFrames = 80
)
