// Package unet builds the graph of a 🤗 diffusers UNet2DModel (the U-Net of Ho et
// al. 2020, arXiv:2006.11239, and its relatives) from its config.json and weights.
//
// [ParseConfig] understands every key of UNet2DModel; a value this package cannot
// compute gets an error that names key and value. [Build] looks tensors up by
// diffusers' names, checks each shape, and returns a graph for one batch size and
// picture size:
//
//	inputs   sample [N, H, W, C], timestep [N], class_labels [N] (or [N, D] where
//	         class_embed_type is "identity"); the last only with a class embedding.
//	         [N, attributes] where the set has a table of them ([Attributes])
//	output   sample [N, H, W, C']
//
// The result of every diffusers module has that module's path as its label
// ("down_blocks.0.resnets.1", "mid_block.attentions.0", …), which is how goldens
// find it.
package unet
