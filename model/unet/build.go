package unet

import (
	"fmt"

	"unnoise/model/graph"
	"unnoise/model/weights"
)

// Build returns the graph of the network in set for a batch of pictures. It
// returns ParseConfig's errors, an error that names tensor, expected and found
// shape where a weight does not fit, and one where the network cannot take
// pictures of this size.
func Build(set *weights.Set, batch, height, width int) (*graph.Graph, error) {
	config, err := ParseConfig(set.Config)
	if err != nil {
		return nil, err
	}
	return BuildConfig(config, set, batch, height, width)
}

// BuildConfig is Build with a config already parsed.
func BuildConfig(config Config, set *weights.Set, batch, height, width int) (*graph.Graph, error) {
	if batch < 1 {
		return nil, fmt.Errorf("a batch of %d pictures, expected at least 1", batch)
	}
	if m := config.Multiple(); height < 1 || width < 1 || height%m != 0 || width%m != 0 {
		return nil, fmt.Errorf("the network cannot take pictures of %d×%d: height and width must be multiples of %d", height, width, m)
	}
	attributes, err := Attributes(set)
	if err != nil {
		return nil, err
	}
	if attributes != nil && (config.ClassEmbedType == nil || *config.ClassEmbedType != "identity") {
		return nil, fmt.Errorf("the model has attributes, but its config's class_embed_type is not \"identity\"")
	}
	n := &network{Builder: graph.NewBuilder(), config: config, set: set, attributes: attributes}
	n.forward(batch, height, width)
	return n.Build()
}

// network is a U-Net being written down, in the order of UNet2DModel.forward.
type network struct {
	*graph.Builder
	config Config
	set    *weights.Set
	// attributes that the network is told in place of a class; none of most networks.
	attributes []Attribute
	list       *[]Parameter // if set, takes note of every weight instead of looking it up
	time       graph.ID     // [N, embeddingDim]: silu of the time and class embedding
	skips      []graph.ID   // what the way down leaves for the way up
}

func (n *network) forward(batch, height, width int) {
	c := n.config
	x := n.Input("sample", batch, height, width, c.InChannels)
	timestep := n.Input("timestep", batch)
	n.time = n.silu("time_embedding.act_out", n.embeddings(timestep, batch))

	if c.CenterInputSample {
		x = n.Apply("center_input_sample", graph.Affine{Factor: 2, Offset: -1}, x)
	}
	x = n.conv("conv_in", x, c.BlockOutChannels[0], 3, 1, graph.Same(1))
	n.skips = append(n.skips, x)
	for i := range c.DownBlockTypes {
		x = n.downBlock(i, x)
	}
	if c.MidBlockType != nil {
		x = n.midBlock(x)
	}
	for i := range c.UpBlockTypes {
		x = n.upBlock(i, x)
	}
	x = n.norm("conv_norm_out", x, *c.NormNumGroups)
	x = n.conv("conv_out", n.silu("conv_act", x), c.OutChannels, 3, 1, graph.Same(1))
	n.Output("sample", x)
}

// downBlock is DownBlock2D or AttnDownBlock2D. It leaves the result of every layer
// and of the downsampling as skips.
func (n *network) downBlock(i int, x graph.ID) graph.ID {
	c := n.config
	label := fmt.Sprintf("down_blocks.%d", i)
	channels := c.BlockOutChannels[i]
	for layer := range c.LayersPerBlock {
		x = n.resnet(fmt.Sprintf("%s.resnets.%d", label, layer), x, channels, 1)
		if c.DownBlockTypes[i] == "AttnDownBlock2D" {
			x = n.attention(fmt.Sprintf("%s.attentions.%d", label, layer), x, c.NormNumGroups, 1)
		}
		n.skips = append(n.skips, x)
	}
	if i < len(c.BlockOutChannels)-1 {
		pad := graph.Same(c.DownsamplePadding)
		if c.DownsamplePadding == 0 {
			pad = graph.Padding{Bottom: 1, Right: 1} // Downsample2D pads (0, 1, 0, 1) by itself
		}
		x = n.conv(label+".downsamplers.0.conv", x, channels, 3, 2, pad)
		n.skips = append(n.skips, x)
	}
	return x
}

// midBlock is UNetMidBlock2D.
func (n *network) midBlock(x graph.ID) graph.ID {
	c := n.config
	channels := c.BlockOutChannels[len(c.BlockOutChannels)-1]
	x = n.resnet("mid_block.resnets.0", x, channels, c.MidBlockScaleFactor)
	if c.AddAttention {
		groups := c.AttnNormNumGroups
		if groups == nil && !c.scaleShift() {
			groups = c.NormNumGroups
		}
		x = n.attention("mid_block.attentions.0", x, groups, c.MidBlockScaleFactor)
	}
	return n.resnet("mid_block.resnets.1", x, channels, c.MidBlockScaleFactor)
}

// upBlock is UpBlock2D or AttnUpBlock2D: one layer more than on the way down, and
// each takes the last skip left.
func (n *network) upBlock(i int, x graph.ID) graph.ID {
	c := n.config
	label := fmt.Sprintf("up_blocks.%d", i)
	channels := c.BlockOutChannels[len(c.BlockOutChannels)-1-i]
	for layer := range c.LayersPerBlock + 1 {
		skip := n.skips[len(n.skips)-1]
		n.skips = n.skips[:len(n.skips)-1]
		resnet := fmt.Sprintf("%s.resnets.%d", label, layer)
		x = n.Apply(resnet+".cat", graph.Concat{}, x, skip)
		x = n.resnet(resnet, x, channels, 1)
		if c.UpBlockTypes[i] == "AttnUpBlock2D" {
			x = n.attention(fmt.Sprintf("%s.attentions.%d", label, layer), x, c.NormNumGroups, 1)
		}
	}
	if i < len(c.BlockOutChannels)-1 {
		x = n.Apply(label+".upsamplers.0.interpolate", graph.Upsample{}, x)
		x = n.conv(label+".upsamplers.0.conv", x, channels, 3, 1, graph.Same(1))
	}
	return x
}
