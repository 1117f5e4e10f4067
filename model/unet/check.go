package unet

import (
	"fmt"
	"slices"
	"strconv"
)

// unsupported is the sentence for a value that diffusers knows and this package
// does not compute.
func unsupported(key string, value any, supported string) error {
	return fmt.Errorf("the config's %s is %#v, which is not supported (supported: %s)", key, value, supported)
}

// check returns an error that names the first key whose value cannot be computed.
func (c Config) check() error {
	for _, choice := range []struct {
		key, value string
		supported  []string
	}{
		{"time_embedding_type", c.TimeEmbeddingType, []string{"positional", "learned"}},
		{"downsample_type", c.DownsampleType, []string{"conv"}},
		{"upsample_type", c.UpsampleType, []string{"conv"}},
		{"act_fn", c.ActFn, []string{"silu", "swish"}},
		{"resnet_time_scale_shift", c.ResnetTimeScaleShift, []string{"default", "scale_shift"}},
	} {
		if !slices.Contains(choice.supported, choice.value) {
			return unsupported(choice.key, choice.value, list(choice.supported))
		}
	}
	if c.MidBlockType != nil && *c.MidBlockType != "UNetMidBlock2D" {
		return unsupported("mid_block_type", *c.MidBlockType, `"UNetMidBlock2D", null`)
	}
	if c.ClassEmbedType != nil && *c.ClassEmbedType != "timestep" && *c.ClassEmbedType != "identity" {
		return unsupported("class_embed_type", *c.ClassEmbedType, `"timestep", "identity", null`)
	}
	if c.NormNumGroups == nil {
		return fmt.Errorf("the config's norm_num_groups is null; a number is needed")
	}
	if err := c.checkBlocks(); err != nil {
		return err
	}
	return c.checkNumbers()
}

// list writes choices as they stand in JSON.
func list(choices []string) string {
	var out string
	for i, c := range choices {
		if i > 0 {
			out += ", "
		}
		out += strconv.Quote(c)
	}
	return out
}

// checkBlocks checks that the lists of blocks belong together.
func (c Config) checkBlocks() error {
	const most = 16 // 2^15 pixels a side at least: no such network exists
	n := len(c.BlockOutChannels)
	if n == 0 || n > most {
		return fmt.Errorf("the config's block_out_channels has %d entries, expected 1 to %d", n, most)
	}
	for _, blocks := range []struct {
		key       string
		types     []string
		supported []string
	}{
		{"down_block_types", c.DownBlockTypes, []string{"DownBlock2D", "AttnDownBlock2D"}},
		{"up_block_types", c.UpBlockTypes, []string{"UpBlock2D", "AttnUpBlock2D"}},
	} {
		if len(blocks.types) != n {
			return fmt.Errorf("the config's %s has %d entries, block_out_channels has %d", blocks.key, len(blocks.types), n)
		}
		for i, kind := range blocks.types {
			if !slices.Contains(blocks.supported, kind) {
				return unsupported(fmt.Sprintf("%s[%d]", blocks.key, i), kind, list(blocks.supported))
			}
		}
	}
	return nil
}

// checkNumbers checks that counts and sizes can belong to a network.
func (c Config) checkNumbers() error {
	type number struct {
		key         string
		value       int
		least, most int
	}
	const widest = 1 << 16
	numbers := []number{
		{"in_channels", c.InChannels, 1, widest},
		{"out_channels", c.OutChannels, 1, widest},
		{"layers_per_block", c.LayersPerBlock, 1, 64},
		{"downsample_padding", c.DownsamplePadding, 0, 1},
		{"norm_num_groups", *c.NormNumGroups, 1, widest},
		{"sample_size", c.SampleSize.Height, 0, widest},
		{"sample_size", c.SampleSize.Width, 0, widest},
	}
	for i, channels := range c.BlockOutChannels {
		numbers = append(numbers, number{fmt.Sprintf("block_out_channels[%d]", i), channels, 2, widest})
	}
	for _, optional := range []struct {
		key   string
		value *int
	}{
		{"time_embedding_dim", c.TimeEmbeddingDim},
		{"attention_head_dim", c.AttentionHeadDim},
		{"attn_norm_num_groups", c.AttnNormNumGroups},
		{"num_class_embeds", c.NumClassEmbeds},
		{"num_train_timesteps", c.NumTrainTimesteps},
	} {
		if optional.value != nil {
			numbers = append(numbers, number{optional.key, *optional.value, 1, 1 << 24})
		}
	}
	for _, n := range numbers {
		if n.value < n.least || n.value > n.most {
			return fmt.Errorf("the config's %s is %d, expected %d to %d", n.key, n.value, n.least, n.most)
		}
	}
	if !(c.NormEps >= 0) || !(c.MidBlockScaleFactor > 0) {
		return fmt.Errorf("the config's norm_eps is %g and mid_block_scale_factor %g; both must be positive", c.NormEps, c.MidBlockScaleFactor)
	}
	if c.TimeEmbeddingType == "learned" && c.NumTrainTimesteps == nil {
		return fmt.Errorf(`the config's time_embedding_type is "learned" but num_train_timesteps is null`)
	}
	return c.checkHeads()
}

// checkHeads checks that every attention has at least one whole head.
func (c Config) checkHeads() error {
	check := func(where string, channels int) error {
		if c.headDim(channels) > channels {
			return fmt.Errorf("the config's attention_head_dim is %d, but %s has %d channels", c.headDim(channels), where, channels)
		}
		return nil
	}
	n := len(c.BlockOutChannels)
	for i, channels := range c.BlockOutChannels {
		if c.DownBlockTypes[i] == "AttnDownBlock2D" || c.UpBlockTypes[n-1-i] == "AttnUpBlock2D" {
			if err := check(fmt.Sprintf("block %d", i), channels); err != nil {
				return err
			}
		}
	}
	if c.MidBlockType != nil && c.AddAttention {
		return check("the middle", c.BlockOutChannels[n-1])
	}
	return nil
}
