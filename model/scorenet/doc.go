// Package scorenet builds the graph of the network of the tutorial on score-based
// generative modelling (Song 2021, yang-song.net/blog/2021/score, "PyTorch Tutorial") from
// its config and weights: a U-Net of strided and transposed convolutions without padding,
// with Gaussian Fourier features of the time (Tancik et al. 2020, arXiv:2006.10739).
//
// The tutorial has no config file. Ours has the arguments of its network, and "ScoreNet"
// for _class_name ([Config]). Parameters have the tutorial's names, so that its checkpoints
// load. [Build] gives, for one batch size and picture size,
//
//	inputs   sample [N, H, W, C], timestep [N], the SDE's time in [0, 1]
//	output   sample [N, H, W, C]
//
// which is the score times the marginal's deviation at that time: the tutorial divides by it
// as the last thing in its network, here whoever knows the SDE does (package run).
//
// Labels are the modules' names ("conv1", "tgnorm4", …), which is how goldens find them.
package scorenet
