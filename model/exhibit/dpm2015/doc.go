// Package dpm2015 shows the first diffusion model, Sohl-Dickstein et al. 2015
// (arXiv:1503.03585), on its own three examples: a swiss roll in the plane, bits with a
// heartbeat, and pictures that are completed by multiplying with a second distribution.
package dpm2015
