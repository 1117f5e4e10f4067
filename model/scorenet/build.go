package scorenet

import (
	"fmt"

	"unnoise/model/graph"
	"unnoise/model/weights"
)

// Build returns the graph of the network in set for a batch of pictures. It returns
// ParseConfig's errors, an error that names tensor, expected and found shape where a weight
// does not fit, and one where the network cannot take pictures of this size.
func Build(set *weights.Set, batch, height, width int) (*graph.Graph, error) {
	config, err := ParseConfig(set.Config)
	if err != nil {
		return nil, err
	}
	if batch < 1 {
		return nil, fmt.Errorf("a batch of %d pictures, expected at least 1", batch)
	}
	if !Fits(height) || !Fits(width) {
		return nil, fmt.Errorf("the network cannot take pictures of %d×%d: height and width must be %s", height, width, sides)
	}
	n := &network{Builder: graph.NewBuilder(), config: config, set: set}
	n.forward(batch, height, width)
	return n.Build()
}

// network is the U-Net being written down, in the order of the tutorial's forward.
type network struct {
	*graph.Builder
	config Config
	set    *weights.Set
	embed  graph.ID // [N, EmbedDim], as every level takes it
}

func (n *network) forward(batch, height, width int) {
	c, w := n.config, n.config.Channels
	x := n.Input("sample", batch, height, width, c.InChannels)
	n.embed = n.Apply("act", graph.SiLU{}, n.timeEmbedding(n.Input("timestep", batch)))

	skips := make([]graph.ID, levels)
	in := c.InChannels
	for i, out := range w {
		name, stride := fmt.Sprint("conv", i+1), 2
		if i == 0 {
			stride = 1
		}
		x = n.Apply(name, graph.Conv2D{Weight: n.weight(name+".weight", out, in, 3, 3), Stride: stride}, x)
		x = n.level(x, i+1, fmt.Sprint("gnorm", i+1), out)
		skips[i], in = x, out
	}
	for i := levels - 1; i > 0; i-- { // tconv4, tconv3, tconv2
		name, out := fmt.Sprint("tconv", i+1), w[i-1]
		extra := 1
		if i == levels-1 {
			extra = 0
		}
		x = n.Apply(name, graph.ConvTranspose2D{
			Weight: n.weight(name+".weight", in, out, 3, 3), Stride: 2, OutputPadding: [2]int{extra, extra},
		}, x)
		x = n.level(x, 2*levels-i, fmt.Sprint("tgnorm", i+1), out)
		x = n.Apply(fmt.Sprintf("tconv%d.cat", i), graph.Concat{}, x, skips[i-1])
		in = 2 * out
	}
	n.Output("sample", n.Apply("tconv1", graph.ConvTranspose2D{
		Weight: n.weight("tconv1.weight", in, c.InChannels, 3, 3), Bias: n.weight("tconv1.bias", c.InChannels), Stride: 1,
	}, x))
}

// timeEmbedding is a linear map of the Fourier features of times [N]: [N, EmbedDim].
func (n *network) timeEmbedding(time graph.ID) graph.ID {
	x := n.Apply("embed.0", graph.Fourier{Weight: n.weight("embed.0.W", n.config.EmbedDim/2)}, time)
	return n.linear("embed.1", x, n.config.EmbedDim)
}

// level adds the time to each channel, by the dense layer of that number, and normalises.
func (n *network) level(x graph.ID, dense int, norm string, channels int) graph.ID {
	name := fmt.Sprint("dense", dense)
	x = n.Apply(name+".add", graph.AddChannel{}, x, n.linear(name+".dense", n.embed, channels))
	of := groups(channels)
	if dense == 1 {
		of = firstGroups
	}
	x = n.Apply(norm, graph.GroupNorm{
		Weight: n.weight(norm+".weight", channels), Bias: n.weight(norm+".bias", channels),
		Groups: of, Eps: normEps,
	}, x)
	return n.Apply(norm+".act", graph.SiLU{}, x)
}

// firstGroups are the groups of the first norm.
const firstGroups = 4

// normEps is torch.nn.GroupNorm's default.
const normEps = 1e-5

// groups are those of the other norms: 32 in the tutorial, whose widths are no narrower.
func groups(channels int) int { return min(32, channels) }

func (n *network) linear(label string, x graph.ID, out int) graph.ID {
	return n.Apply(label, graph.Linear{
		Weight: n.weight(label+".weight", out, n.config.EmbedDim), Bias: n.weight(label+".bias", out),
	}, x)
}

// weight looks a tensor up. Where it is missing or has another shape the builder keeps the
// error and an empty tensor stands in.
func (n *network) weight(name string, shape ...int) *weights.Tensor {
	t, err := n.set.Get(name, shape)
	if err != nil {
		n.Fail(err)
		return &weights.Tensor{Name: name, Shape: shape}
	}
	return t
}
