package dpm

import (
	"fmt"
	"math"

	"unnoise/model/graph"
)

// leak is the slope of the units below 0 (regression.py, LeakyRelu).
const leak = 0.05

// pictures is the code's network for pictures (regression.py, MLP_conv_dense): layers of
// multi-scale convolutions beside a dense network that sees the whole picture, then
// layers for each pixel alone, whose last gives the coefficients of the temporal basis.
func (n *network) pictures() {
	c := n.config
	x := n.Input("sample", n.batch, c.Height, c.Width, 1)
	t := n.Input("timestep", n.batch)

	y, in := x, 1
	for i := range c.Layers {
		y = n.multiScale(fmt.Sprintf("convolutions.%d", i), y, in)
		in = c.Filters
	}
	pixels := c.Values()
	z, in := n.reshape("lower", x, n.batch, pixels), pixels
	for i := range c.DenseLayers {
		out := c.Hidden
		if i == c.DenseLayers-1 {
			out = c.DenseOutputs * pixels
		}
		label := fmt.Sprintf("lower.%d", i)
		z, in = n.leaky(label, n.linear(label, z, in, out)), out
	}
	z = n.reshape("lower", z, n.batch, c.Height, c.Width, c.DenseOutputs)
	y = n.Apply("concat", graph.Concat{},
		n.scale("of_filters", y, 1/math.Sqrt(float64(c.Filters))),
		n.scale("of_dense", z, 1/math.Sqrt(float64(c.DenseOutputs))))

	in = c.Filters + c.DenseOutputs
	for i := range c.UpperLayers - 1 {
		label := fmt.Sprintf("upper.%d", i)
		y, in = n.leaky(label, n.linear(label, y, in, c.Upper)), c.Upper
	}
	y = n.linear(fmt.Sprintf("upper.%d", c.UpperLayers-1), y, in, 2*c.TemporalBasis)
	y = n.Apply("readout", graph.MatMul{},
		n.reshape("upper", y, n.batch, 2*pixels, c.TemporalBasis),
		n.reshape("bumps", n.bumps(t), n.batch, c.TemporalBasis, 1))
	n.coefficients(n.reshape("readout", y, n.batch, pixels, 2), 1)
}

// multiScale is one layer (regression.py, MultiScaleConvolution): the picture and its
// halvings are convolved, each with its own units, and added up from coarse to fine.
func (n *network) multiScale(label string, x graph.ID, in int) graph.ID {
	c := n.config
	var total graph.ID
	for scale := c.Scales - 1; scale >= 0; scale-- {
		at := fmt.Sprintf("%s.scales.%d", label, scale)
		y := x
		if scale > 0 {
			y = n.Apply(at+".mean", graph.AvgPool2D{Window: graph.Window{Size: 1 << scale, Stride: 1 << scale}}, x)
		}
		y = n.leaky(at, n.Apply(at, graph.Conv2D{
			Weight: n.weight(at+".weight", c.Filters, in, 3, 3), Bias: n.weight(at+".bias", c.Filters),
			Stride: 1, Pad: graph.Same(1),
		}, y))
		if scale < c.Scales-1 {
			y = n.Apply(at+".sum", graph.Add{}, y, n.Apply(at+".upsample", graph.Upsample{}, total))
		}
		total = y
	}
	return n.scale(label, total, 1/float64(c.Scales))
}

func (n *network) leaky(label string, x graph.ID) graph.ID {
	return n.Apply(label+".leaky", graph.Unary{Func: graph.LeakyReLU, Alpha: leak}, x)
}

func (n *network) scale(label string, x graph.ID, factor float64) graph.ID {
	return n.Apply(label, graph.Affine{Factor: factor}, x)
}
