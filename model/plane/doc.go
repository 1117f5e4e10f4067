// Package plane has distributions of points in the plane whose noised densities
// and scores are known exactly: toy data on which every method of this project
// can be watched and checked.
//
// A [Mixture] of Gaussians is one in closed form: noised, it is a mixture again.
// Every other shape is a [Cloud] of points drawn from it, whose noised density is
// that of the points themselves, a mixture of as many Gaussians. [Predictor] makes
// the network of either that would make no error.
//
// Points are pairs x, y one after another: n points are 2n values, in the order of
// package diffusion's pictures with C = 1, H = 1 and W = 2. Coordinates of data
// lie in about [−1, 1].
package plane
