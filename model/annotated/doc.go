// Package annotated builds the graph of the U-Net of The Annotated Diffusion Model
// (Rogge and Rasul 2022) from its config and weights: the edition of June 2022, with
// ConvNeXt blocks (Liu et al. 2022, arXiv:2201.03545) and linear attention (Shen et
// al. 2018, arXiv:1812.01243).
//
// The article has no config file. Ours has the arguments of its network under their
// own names, and "AnnotatedUNet" for _class_name ([Config]). Parameters have the
// article's names, so that its checkpoints load. [Build] gives, for one batch size
// and picture size,
//
//	inputs   sample [N, H, W, C], timestep [N]
//	output   sample [N, H, W, C]
//
// Labels are the modules' paths in the article ("downs.0.1", "mid_attn", …), which is
// how goldens find them.
package annotated
