package noisy

import (
	"fmt"

	"unnoise/model/graph"
	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// Build returns the graph of the classifier in set for a batch of pictures. It returns
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
	if m := config.Multiple(); height < 1 || width < 1 || height%m != 0 || width%m != 0 {
		return nil, fmt.Errorf("the network cannot take pictures of %d×%d: height and width must be multiples of %d", height, width, m)
	}
	n := &network{Builder: graph.NewBuilder(), config: config, set: set}
	n.forward(batch, height, width)
	return n.Build()
}

// network is the classifier being written down.
type network struct {
	*graph.Builder
	config Config
	set    *weights.Set
	time   graph.ID // [N, embedDim], as every stage takes it
}

func (n *network) forward(batch, height, width int) {
	c, w := n.config, n.config.Widths
	x := n.Input("sample", batch, height, width, c.InChannels)
	n.time = n.silu("time_act", n.timeEmbedding(n.Input("timestep", batch)))
	x = n.conv("conv_in", x, c.InChannels, w[0], 1)
	for i := range w[1:] {
		x = n.stage(fmt.Sprintf("stages.%d", i), x, w[i], w[i+1])
	}
	last := w[len(w)-1]
	x = n.silu("act_out", n.norm("norm_out", x, last))
	x = n.Apply("mean", graph.Reshape{Shape: tensor.Shape{batch, last}}, n.Mean("mean", x, 1, 3))
	n.Output("logits", n.linear("head", x, last, c.NumClasses))
}

// timeEmbedding is diffusers' sinusoidal embedding of timesteps [N] and its two linear
// maps: [N, embedDim].
func (n *network) timeEmbedding(timestep graph.ID) graph.ID {
	width, dim := n.config.Widths[0], n.config.embedDim()
	x := n.Apply("time_proj", graph.Sinusoidal{Dim: width, FlipSinToCos: true, MaxPeriod: 10000}, timestep)
	x = n.silu("time_embedding.act", n.linear("time_embedding.linear_1", x, width, dim))
	return n.linear("time_embedding.linear_2", x, dim, dim)
}

// stage halves the picture: [N, H, W, in] to [N, H/2, W/2, out].
func (n *network) stage(label string, x graph.ID, in, out int) graph.ID {
	x = n.silu(label+".act1", n.norm(label+".norm1", x, in))
	x = n.conv(label+".conv1", x, in, out, 2)
	time := n.linear(label+".time", n.time, n.config.embedDim(), 2*out)
	x = n.Apply(label+".scale_shift", graph.ScaleShift{}, n.norm(label+".norm2", x, out), time)
	return n.conv(label+".conv2", n.silu(label+".act2", x), out, out, 1)
}

// groups and normEps are of every norm; normEps is torch.nn.GroupNorm's default.
const (
	groups  = 8
	normEps = 1e-5
)

func (n *network) norm(label string, x graph.ID, channels int) graph.ID {
	return n.Apply(label, graph.GroupNorm{
		Weight: n.weight(label+".weight", channels), Bias: n.weight(label+".bias", channels),
		Groups: groups, Eps: normEps,
	}, x)
}

func (n *network) conv(label string, x graph.ID, in, out, stride int) graph.ID {
	return n.Apply(label, graph.Conv2D{
		Weight: n.weight(label+".weight", out, in, 3, 3), Bias: n.weight(label+".bias", out),
		Stride: stride, Pad: graph.Same(1),
	}, x)
}

func (n *network) linear(label string, x graph.ID, in, out int) graph.ID {
	return n.Apply(label, graph.Linear{
		Weight: n.weight(label+".weight", out, in), Bias: n.weight(label+".bias", out),
	}, x)
}

func (n *network) silu(label string, x graph.ID) graph.ID { return n.Apply(label, graph.SiLU{}, x) }

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
