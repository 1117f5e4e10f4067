// Package noisy builds the graph of a classifier of noisy pictures, log p_t(y|x_t), from its
// config and weights, and of its gradient with respect to the picture, which steers sampling
// (Dhariwal & Nichol 2021, arXiv:2105.05233, §4; Song et al. 2021, arXiv:2011.13456, §5).
//
// The network is the project's own: a convolution, then stages that halve the picture, each
// of two normalised convolutions of which the second's norm is scaled and shifted by the
// time, and a linear map of the mean over the pixels. [Build] gives, for one batch size and
// picture size,
//
//	inputs   sample [N, H, W, C], timestep [N]
//	output   logits [N, K]
//
// and [BuildGuide], which takes class_labels [N] too, log p(y|x) [N] and its gradient
// [N, H, W, C]. Labels are the modules' names ("stages.0.conv1", …).
package noisy
