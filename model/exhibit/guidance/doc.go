// Package guidance shows classifier-free guidance: Ho & Salimans 2022
// (arXiv:2207.12598). On three Gaussians every score is known, so that what is seen
// is guidance alone and no network's error (their Fig. 2); on pictures the grid of
// scales shows what it is used for.
//
// The paper counts from w = 0, no guidance; most programs count from s = 1 + w = 1.
// Both are shown.
package guidance
