// Package laboratory has the exhibits of the laboratory in the plane, where a picture
// is a point: [Exact] runs the forward and the reverse process, by the SDE and by
// the ODE, with the exact score of a distribution that the visitor chooses or draws;
// [Training] trains a small network on it, beside that exact score.
//
// The distributions are mixtures of Gaussians (package plane), so that nothing here is
// an approximation but the steps of the samplers and the network.
package laboratory
