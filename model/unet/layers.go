package unet

import (
	"math"

	"unnoise/model/graph"
	"unnoise/model/weights"
)

// resnet is ResnetBlock2D: norm, silu, conv, time, norm, silu, conv, and the input
// added; the sum is divided by scale.
func (n *network) resnet(label string, x graph.ID, out int, scale float64) graph.ID {
	groups := *n.config.NormNumGroups
	h := n.norm(label+".norm1", x, groups)
	h = n.conv(label+".conv1", n.silu(label+".nonlinearity1", h), out, 3, 1, graph.Same(1))
	if n.config.scaleShift() {
		time := n.linear(label+".time_emb_proj", n.time, 2*out)
		h = n.norm(label+".norm2", h, groups)
		h = n.Apply(label+".scale_shift", graph.ScaleShift{}, h, time)
	} else {
		time := n.linear(label+".time_emb_proj", n.time, out)
		h = n.Apply(label+".add_time", graph.AddChannel{}, h, time)
		h = n.norm(label+".norm2", h, groups)
	}
	h = n.conv(label+".conv2", n.silu(label+".nonlinearity2", h), out, 3, 1, graph.Same(1))
	if n.channels(x) != out {
		x = n.conv(label+".conv_shortcut", x, out, 1, 1, graph.Same(0))
	}
	return n.residual(label, x, h, scale)
}

// attention is Attention with a residual over the pixels of each picture. Nil
// groups mean no norm. The sum is divided by scale.
func (n *network) attention(label string, x graph.ID, groups *int, scale float64) graph.ID {
	channels := n.channels(x)
	dim := n.config.headDim(channels)
	heads := channels / dim
	inner := heads * dim // less than channels where dim does not divide them
	h := x
	if groups != nil {
		h = n.norm(label+".group_norm", h, *groups)
	}
	q := n.projection(label, "to_q", "query", h, inner)
	k := n.projection(label, "to_k", "key", h, inner)
	v := n.projection(label, "to_v", "value", h, inner)
	h = n.Apply(label+".attention", graph.Attention{Heads: heads, Scale: 1 / math.Sqrt(float64(dim))}, q, k, v)
	h = n.projection(label, "to_out.0", "proj_attn", h, channels)
	return n.residual(label, x, h, scale)
}

// projection is a linear layer of an attention block, whose weights may have the
// name that diffusers used before version 0.18.
func (n *network) projection(label, name, old string, x graph.ID, out int) graph.ID {
	if n.set.Lookup(label+"."+name+".weight") == nil && n.set.Lookup(label+"."+old+".weight") != nil {
		name = old
	}
	return n.linear(label+"."+name, x, out)
}

// residual is (x + h)/scale.
func (n *network) residual(label string, x, h graph.ID, scale float64) graph.ID {
	if scale == 1 {
		return n.Apply(label, graph.Add{}, x, h)
	}
	return n.Apply(label, graph.Affine{Factor: 1 / scale}, n.Apply(label+".add", graph.Add{}, x, h))
}

func (n *network) conv(label string, x graph.ID, out, size, stride int, pad graph.Padding) graph.ID {
	return n.Apply(label, graph.Conv2D{
		Weight: n.weight(label+".weight", out, n.channels(x), size, size),
		Bias:   n.weight(label+".bias", out),
		Stride: stride, Pad: pad,
	}, x)
}

func (n *network) linear(label string, x graph.ID, out int) graph.ID {
	return n.Apply(label, graph.Linear{
		Weight: n.weight(label+".weight", out, n.channels(x)),
		Bias:   n.weight(label+".bias", out),
	}, x)
}

func (n *network) norm(label string, x graph.ID, groups int) graph.ID {
	c := n.channels(x)
	return n.Apply(label, graph.GroupNorm{
		Weight: n.weight(label+".weight", c), Bias: n.weight(label+".bias", c),
		Groups: groups, Eps: n.config.NormEps,
	}, x)
}

func (n *network) embedding(label string, x graph.ID, rows, dim int) graph.ID {
	return n.Apply(label, graph.Embedding{Weight: n.weight(label+".weight", rows, dim)}, x)
}

func (n *network) silu(label string, x graph.ID) graph.ID {
	return n.Apply(label, graph.SiLU{}, x)
}

// weight looks a tensor up. Where it is missing or has another shape the builder
// keeps the error and an empty tensor stands in.
func (n *network) weight(name string, shape ...int) *weights.Tensor {
	if n.list != nil {
		*n.list = append(*n.list, Parameter{name, shape})
		return &weights.Tensor{Name: name, Shape: shape}
	}
	t, err := n.set.Get(name, shape)
	if err != nil {
		n.Fail(err)
		return &weights.Tensor{Name: name, Shape: shape}
	}
	return t
}

// channels is the innermost extent of a value; 1 after an error, when the graph is
// not built any more.
func (n *network) channels(x graph.ID) int {
	shape := n.Shape(x)
	if len(shape) == 0 {
		return 1
	}
	return shape[len(shape)-1]
}
