package dpm

import (
	"fmt"

	"unnoise/model/graph"
)

// mlp is the network of the heartbeat: layers of sigmoid units (appendix D.1.2), read
// out through bumps over time. The paper gives each of the 2000 steps its own readout,
// 2 million weights; bumps, as in the authors' later code, need 24 thousand.
func (n *network) mlp() {
	c := n.config
	values := c.Values()
	x := n.Input("sample", n.batch, values)
	t := n.Input("timestep", n.batch)
	in := values
	for i := range c.Layers {
		label := fmt.Sprintf("layers.%d", i)
		x = n.Apply(label+".sigmoid", graph.Unary{Func: graph.Sigmoid}, n.linear(label, x, in, c.Hidden))
		in = c.Hidden
	}
	readout := n.linear("readout", x, in, c.TemporalBasis*values)
	odds := n.Apply("odds", graph.MatMul{},
		n.reshape("bumps", n.bumps(t), n.batch, 1, c.TemporalBasis),
		n.reshape("readout", readout, n.batch, c.TemporalBasis, values))
	n.Output("odds", n.reshape("odds", odds, n.batch, values))
}
