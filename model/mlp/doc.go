// Package mlp is a small network for points in the plane, and its training: the forward
// pass, the loss, the backward pass, Adam and a running average of the parameters are
// one graph, so that a training step is one run of one program, on whatever device
// executes it. The parameters stay there.
//
// A point x_t, with sines and cosines of its coordinates and of its timestep t, is
// brought to the width by a linear layer; residual layers x + SiLU(Wx + b) follow, and a
// linear layer ends in the prediction of ε, x_0 or v (package diffusion). It is much
// like the toy networks of tutorials; what it shares with the U-Nets is how time enters
// (Ho et al. 2020, arXiv:2006.11239, §B).
package mlp
