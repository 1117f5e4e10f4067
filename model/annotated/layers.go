package annotated

import (
	"math"

	"unnoise/model/graph"
	"unnoise/model/weights"
)

// The article's attentions always have 4 heads of 32 channels.
const heads, headDim = 4, 32

// normEps is torch.nn.GroupNorm's default.
const normEps = 1e-5

// convNext is the article's ConvNeXt block: a depthwise 7×7 convolution, the time
// added to each channel where there is one, norm, a 3×3 convolution that widens, GELU,
// norm, one that narrows, and x added.
func (n *network) convNext(label string, x graph.ID, in, out int, timed bool) graph.ID {
	h := n.conv(label+".ds_conv", x, convolution{in: in, out: in, size: 7, pad: 3, groups: in})
	if timed {
		time := n.linear(label+".mlp.1", n.time, n.config.timeDim(), in)
		h = n.Apply(label+".add_time", graph.AddChannel{}, h, time)
	}
	hidden := out * n.config.ConvNextMult
	h = n.norm(label+".net.0", h, in)
	h = n.conv(label+".net.1", h, convolution{in: in, out: hidden, size: 3, pad: 1})
	h = n.norm(label+".net.3", n.gelu(label+".net.2", h), hidden)
	h = n.conv(label+".net.4", h, convolution{in: hidden, out: out, size: 3, pad: 1})
	if in != out {
		x = n.conv(label+".res_conv", x, convolution{in: in, out: out, size: 1})
	}
	return n.Apply(label, graph.Add{}, h, x)
}

// attention is x plus self-attention over the pixels of its norm.
func (n *network) attention(label string, x graph.ID, channels int) graph.ID {
	q, k, v := n.queries(label, x, channels)
	h := n.Apply(label+".fn.fn.attention", graph.Attention{Heads: heads, Scale: scale}, q, k, v)
	h = n.conv(label+".fn.fn.to_out", h, convolution{in: heads * headDim, out: channels, size: 1})
	return n.Apply(label, graph.Add{}, h, x)
}

// linearAttention is x plus linear attention over the pixels of its norm, normed again.
func (n *network) linearAttention(label string, x graph.ID, channels int) graph.ID {
	q, k, v := n.queries(label, x, channels)
	h := n.LinearAttention(label+".fn.fn.attention", heads, scale, q, k, v)
	h = n.conv(label+".fn.fn.to_out.0", h, convolution{in: heads * headDim, out: channels, size: 1})
	h = n.norm(label+".fn.fn.to_out.1", h, channels)
	return n.Apply(label, graph.Add{}, h, x)
}

// scale is what a product of a query and a key is multiplied by.
var scale = 1 / math.Sqrt(headDim)

// queries are the queries, keys and values of the norm of x, from one product.
func (n *network) queries(label string, x graph.ID, channels int) (q, k, v graph.ID) {
	h := n.norm(label+".fn.norm", x, channels)
	qkv := n.Apply(label+".fn.fn.to_qkv", graph.Conv2D{
		Weight: n.weight(label+".fn.fn.to_qkv.weight", 3*heads*headDim, channels, 1, 1), Stride: 1,
	}, h)
	part := func(i int) graph.ID {
		return n.Apply(label+".fn.fn.split", graph.Split{Heads: 1, Parts: 3, Part: i}, qkv)
	}
	return part(0), part(1), part(2)
}

// convolution is the shape of a convolution; stride and groups are 1 where 0.
type convolution struct{ in, out, size, stride, pad, groups int }

func (n *network) conv(label string, x graph.ID, s convolution) graph.ID {
	return n.Apply(label, graph.Conv2D{
		Weight: n.weight(label+".weight", s.out, s.in/max(1, s.groups), s.size, s.size),
		Bias:   n.weight(label+".bias", s.out),
		Stride: max(1, s.stride), Pad: graph.Same(s.pad), Groups: s.groups,
	}, x)
}

func (n *network) linear(label string, x graph.ID, in, out int) graph.ID {
	return n.Apply(label, graph.Linear{
		Weight: n.weight(label+".weight", out, in),
		Bias:   n.weight(label+".bias", out),
	}, x)
}

// norm is a GroupNorm of one group.
func (n *network) norm(label string, x graph.ID, channels int) graph.ID {
	return n.Apply(label, graph.GroupNorm{
		Weight: n.weight(label+".weight", channels), Bias: n.weight(label+".bias", channels),
		Groups: 1, Eps: normEps,
	}, x)
}

func (n *network) gelu(label string, x graph.ID) graph.ID {
	return n.Apply(label, graph.Unary{Func: graph.GELU}, x)
}

// weight looks a tensor up. Where it is missing or has another shape the builder
// keeps the error and an empty tensor stands in.
func (n *network) weight(name string, shape ...int) *weights.Tensor {
	t, err := n.set.Get(name, shape)
	if err != nil {
		n.Fail(err)
		return &weights.Tensor{Name: name, Shape: shape}
	}
	return t
}
