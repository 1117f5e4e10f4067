package refinenet

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
	if height < 1 || width < 1 || height%2 != 0 || width%2 != 0 {
		return nil, fmt.Errorf("the network cannot take pictures of %d×%d: height and width must be even", height, width)
	}
	n := &network{Builder: graph.NewBuilder(), config: config, set: set}
	n.forward(batch, height, width)
	return n.Build()
}

// network is a RefineNet being written down, in the order of the programs' forward.
type network struct {
	*graph.Builder
	config Config
	set    *weights.Set
	level  graph.ID // [N], the noise levels' numbers
}

func (n *network) forward(batch, height, width int) {
	c := n.config
	sample := n.Input("sample", batch, height, width, c.InChannels)
	n.level = n.Input("timestep", batch)
	half := size{height / 2, width / 2}
	narrow, wide := c.Width, 2*c.Width

	x := n.Apply("center", graph.Affine{Factor: 2, Offset: -1}, sample)
	x = n.conv("begin_conv", x, convolution{in: c.InChannels, out: narrow, size: 3, bias: true})
	layer1 := n.stage("res1", x, residual{in: narrow, out: narrow})
	layer2 := n.stage("res2", layer1, residual{in: narrow, out: wide, down: true})
	layer3 := n.stage("res3", layer2, residual{in: wide, out: wide, down: true, dilation: 2})
	layer4 := n.stage("res4", layer3, residual{in: wide, out: wide, down: true, dilation: 4})

	x = n.refine("refine1", refinement{in: wide, out: wide, size: half}, layer4)
	x = n.refine("refine2", refinement{in: wide, out: wide, size: half}, layer3, x)
	x = n.refine("refine3", refinement{in: wide, out: narrow, size: half}, layer2, x)
	x = n.refine("refine4", refinement{in: narrow, out: narrow, size: size{height, width}, last: true}, layer1, x)

	x = n.elu("normalizer.elu", n.norm("normalizer", x, narrow))
	n.Output("sample", n.conv("end_conv", x, convolution{in: narrow, out: c.InChannels, size: 3, bias: true}))
}

// stage is two residual blocks, of which the first may change width and size.
func (n *network) stage(label string, x graph.ID, r residual) graph.ID {
	x = n.residual(label+".0", x, r)
	return n.residual(label+".1", x, residual{in: r.out, out: r.out, dilation: r.dilation})
}
