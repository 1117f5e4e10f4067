package annotated

import (
	"fmt"

	"unnoise/model/graph"
	"unnoise/model/weights"
)

// Build returns the graph of the network in set for a batch of pictures. It returns
// ParseConfig's errors, an error that names tensor, expected and found shape where a
// weight does not fit, and one where the network cannot take pictures of this size.
func Build(set *weights.Set, batch, height, width int) (*graph.Graph, error) {
	config, err := ParseConfig(set.Config)
	if err != nil {
		return nil, err
	}
	if batch < 1 {
		return nil, fmt.Errorf("a batch of %d pictures, expected at least 1", batch)
	}
	if m := config.Multiple(); height < 1 || width < 1 || height%m != 0 || width%m != 0 {
		return nil, fmt.Errorf("the network cannot take pictures of %d×%d: height and width must be multiples of %d", height, width, m)
	}
	n := &network{Builder: graph.NewBuilder(), config: config, set: set}
	n.forward(batch, height, width)
	return n.Build()
}

// network is a U-Net being written down, in the order of the article's forward.
type network struct {
	*graph.Builder
	config Config
	set    *weights.Set
	time   graph.ID // [N, timeDim]: GELU of the time embedding, as every block takes it
}

func (n *network) forward(batch, height, width int) {
	c := n.config
	widths := c.widths()
	levels := len(c.DimMults)
	sample := n.Input("sample", batch, height, width, c.Channels)
	n.time = n.gelu("time_act", n.timeMLP(n.Input("timestep", batch)))

	x := n.conv("init_conv", sample, convolution{in: c.Channels, out: widths[0], size: 7, pad: 3})
	var skips []graph.ID
	for i := range levels {
		label := fmt.Sprintf("downs.%d", i)
		x = n.stage(label, x, widths[i], widths[i+1])
		skips = append(skips, x)
		if i < levels-1 {
			x = n.conv(label+".3", x, convolution{in: widths[i+1], out: widths[i+1], size: 4, stride: 2, pad: 1})
		}
	}
	last := widths[levels]
	x = n.convNext("mid_block1", x, last, last, true)
	x = n.attention("mid_attn", x, last)
	x = n.convNext("mid_block2", x, last, last, true)
	for i := range levels - 1 {
		label := fmt.Sprintf("ups.%d", i)
		in, out := widths[levels-i], widths[levels-i-1]
		x = n.Apply(label+".cat", graph.Concat{}, x, skips[levels-1-i])
		x = n.stage(label, x, 2*in, out)
		x = n.Apply(label+".3", graph.ConvTranspose2D{
			Weight: n.weight(label+".3.weight", out, out, 4, 4),
			Bias:   n.weight(label+".3.bias", out),
			Stride: 2, Pad: graph.Same(1),
		}, x)
	}
	x = n.convNext("final_conv.0", x, c.Dim, c.Dim, false)
	n.Output("sample", n.conv("final_conv.1", x, convolution{in: c.Dim, out: c.Channels, size: 1}))
}

// stage is two blocks and linear attention; what changes the size follows it.
func (n *network) stage(label string, x graph.ID, in, out int) graph.ID {
	x = n.convNext(label+".0", x, in, out, true)
	x = n.convNext(label+".1", x, out, out, true)
	return n.linearAttention(label+".2", x, out)
}

// timeMLP is the embedding of the timesteps [N], [N, timeDim].
func (n *network) timeMLP(timestep graph.ID) graph.ID {
	c := n.config
	x := n.Apply("time_mlp.0", graph.Sinusoidal{Dim: c.Dim, FreqShift: 1, MaxPeriod: 10000}, timestep)
	x = n.gelu("time_mlp.2", n.linear("time_mlp.1", x, c.Dim, c.timeDim()))
	return n.linear("time_mlp.3", x, c.timeDim(), c.timeDim())
}
