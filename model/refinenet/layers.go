package refinenet

import (
	"fmt"

	"unnoise/model/graph"
	"unnoise/model/weights"
)

// normEps is that of ConditionalInstanceNorm2dPlus and InstanceNorm2dPlus.
const normEps = 1e-5

// size is that of pictures.
type size struct{ height, width int }

// residual is the shape of a residual block. With down the width may change, and either
// the picture is halved or, with a dilation, kept and the convolutions widened.
type residual struct {
	in, out  int
	down     bool
	dilation int // 0: not dilated
}

// residual is norm, ELU and convolution, twice, and x or its projection added.
func (n *network) residual(label string, x graph.ID, r residual) graph.ID {
	middle := r.out
	if r.down {
		middle = r.in
	}
	pool := r.down && r.dilation == 0
	h := n.elu(label+".elu1", n.norm(label+".normalize1", x, r.in))
	h = n.conv(label+".conv1", h, convolution{in: r.in, out: middle, size: 3, dilation: r.dilation, bias: true})
	h = n.elu(label+".elu2", n.norm(label+".normalize2", h, middle))
	second := convolution{in: middle, out: r.out, size: 3, dilation: r.dilation, bias: true}
	switch {
	case pool:
		h = n.convMeanPool(label+".conv2", h, second)
		x = n.convMeanPool(label+".shortcut", x, convolution{in: r.in, out: r.out, size: 1, bias: true})
	case r.down:
		h = n.conv(label+".conv2", h, second)
		x = n.conv(label+".shortcut", x, convolution{in: r.in, out: r.out, size: 3, dilation: r.dilation, bias: true})
	default:
		h = n.conv(label+".conv2", h, second)
	}
	return n.Apply(label, graph.Add{}, h, x)
}

// convMeanPool is a convolution and the mean of every 2×2 pixels.
func (n *network) convMeanPool(label string, x graph.ID, c convolution) graph.ID {
	h := n.conv(label+".conv", x, c)
	return n.Apply(label, graph.AvgPool2D{Window: graph.Window{Size: 2, Stride: 2}}, h)
}

// units are residual convolution units: each twice ELU, after NCSN's norm, and a
// convolution, added to x.
func (n *network) units(label string, x graph.ID, channels, count int) graph.ID {
	for i := range count {
		h := x
		for j := range 2 {
			part := fmt.Sprintf("%s.%d_%d", label, i+1, j+1)
			h = n.elu(part+"_elu", n.levelNorm(part+"_norm", h, channels))
			h = n.conv(part+"_conv", h, convolution{in: channels, out: channels, size: 3})
		}
		x = n.Apply(label, graph.Add{}, x, h)
	}
	return x
}

// refinement is the shape of a refine block.
type refinement struct {
	in, out int
	size    size // of its result: the first input's
	last    bool
}

// refine is a refine block: two units for each input; where there are several, their
// fusion; chained pooling; and one unit, in the last block three.
func (n *network) refine(label string, r refinement, inputs ...graph.ID) graph.ID {
	adapted := make([]graph.ID, len(inputs))
	for i, x := range inputs {
		adapted[i] = n.units(fmt.Sprintf("%s.adapt_convs.%d", label, i), x, r.in, 2)
	}
	x := adapted[0]
	if len(inputs) > 1 {
		x = n.fuse(label+".msf", adapted, r)
	}
	x = n.chainedPooling(label+".crp", x, r.out)
	count := 1
	if r.last {
		count = 3
	}
	return n.units(label+".output_convs", x, r.out, count)
}

// fuse is multi-resolution fusion: the sum of a convolution of each input, brought to one
// size.
func (n *network) fuse(label string, xs []graph.ID, r refinement) graph.ID {
	var total graph.ID
	for i, x := range xs {
		h := n.levelNorm(fmt.Sprintf("%s.norms.%d", label, i), x, r.in)
		h = n.conv(fmt.Sprintf("%s.convs.%d", label, i), h, convolution{in: r.in, out: r.out, size: 3, bias: true})
		if s := n.Shape(h); s != nil && (s[1] != r.size.height || s[2] != r.size.width) {
			h = n.Apply(fmt.Sprintf("%s.resize.%d", label, i), graph.Resize{Filter: graph.BilinearCorners, Height: r.size.height, Width: r.size.width}, h)
		}
		if i == 0 {
			total = h
		} else {
			total = n.Apply(label, graph.Add{}, total, h)
		}
	}
	return total
}

// chainedPooling is ELU, and twice 5×5 pooling and a convolution of what came before, each
// added: of means after a norm in NCSN, of maxima in NCSNv2.
func (n *network) chainedPooling(label string, x graph.ID, channels int) graph.ID {
	window := graph.Window{Size: 5, Stride: 1, Pad: 2}
	x = n.elu(label+".elu", x)
	path := x
	for i := range 2 {
		path = n.levelNorm(fmt.Sprintf("%s.norms.%d", label, i), path, channels)
		var pool graph.Op = graph.MaxPool2D{Window: window}
		if n.config.Conditional() {
			pool = graph.AvgPool2D{Window: window}
		}
		path = n.Apply(fmt.Sprintf("%s.pool.%d", label, i), pool, path)
		path = n.conv(fmt.Sprintf("%s.convs.%d", label, i), path, convolution{in: channels, out: channels, size: 3})
		x = n.Apply(label, graph.Add{}, path, x)
	}
	return x
}

// levelNorm is norm where only NCSN has one.
func (n *network) levelNorm(label string, x graph.ID, channels int) graph.ID {
	if !n.config.Conditional() {
		return x
	}
	return n.norm(label, x, channels)
}

// norm is InstanceNorm++, in NCSN with the coefficients of the noise level.
func (n *network) norm(label string, x graph.ID, channels int) graph.ID {
	if n.config.Conditional() {
		table := n.weight(label+".embed.weight", n.config.Levels, 3*channels)
		row := n.Apply(label+".embed", graph.Embedding{Weight: table}, n.level)
		return n.Apply(label, graph.InstanceNormPlus{Eps: normEps}, x, row)
	}
	return n.Apply(label, graph.InstanceNormPlus{
		Gamma: n.weight(label+".gamma", channels), Alpha: n.weight(label+".alpha", channels),
		Beta: n.weight(label+".beta", channels), Eps: normEps,
	}, x)
}

// convolution is the shape of a convolution that keeps a picture's size.
type convolution struct {
	in, out, size int
	dilation      int // 0 means 1
	bias          bool
}

func (n *network) conv(label string, x graph.ID, s convolution) graph.ID {
	op := graph.Conv2D{
		Weight: n.weight(label+".weight", s.out, s.in, s.size, s.size),
		Stride: 1, Pad: graph.Same(s.size / 2 * max(1, s.dilation)), Dilation: s.dilation,
	}
	if s.bias {
		op.Bias = n.weight(label+".bias", s.out)
	}
	return n.Apply(label, op, x)
}

func (n *network) elu(label string, x graph.ID) graph.ID {
	return n.Apply(label, graph.Unary{Func: graph.ELU, Alpha: 1}, x)
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
