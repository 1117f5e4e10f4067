package dpm

import "unnoise/model/graph"

// rbf is the network of the swiss roll: a layer of normalised radial basis functions,
// and for every step of time its own readout of the coefficients (appendix D.1.1).
func (n *network) rbf() {
	c := n.config
	values, hidden := c.Values(), c.Hidden
	x := n.Input("sample", n.batch, values)
	t := n.Input("timestep", n.batch)

	centres := n.Apply("centres", graph.Parameter{Weight: n.weight("centres", hidden, values)})
	logWidths := n.Apply("log_widths", graph.Parameter{Weight: n.weight("log_widths", hidden)})
	widths := n.Apply("widths", graph.Unary{Func: graph.Exp}, logWidths)
	units := n.Apply("rbf", graph.RBF{Normalised: true}, x, centres, widths)

	readout := n.Apply("readout", graph.Embedding{Weight: n.weight("readout.weight", c.Timesteps, 2*values*hidden)}, t)
	bias := n.Apply("readout_bias", graph.Embedding{Weight: n.weight("readout_bias.weight", c.Timesteps, 2*values)}, t)
	product := n.Apply("product", graph.MatMul{},
		n.reshape("readout", readout, n.batch, 2*values, hidden), n.reshape("rbf", units, n.batch, hidden, 1))
	sum := n.Apply("coefficients", graph.Add{}, n.reshape("product", product, n.batch, 2*values), bias)
	n.coefficients(sum, values)
}
