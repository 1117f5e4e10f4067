package unet

import (
	"unnoise/model/graph"
	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// Parameter is a tensor that a network is made of.
type Parameter struct {
	Name  string
	Shape tensor.Shape // PyTorch's: OIHW for a convolution
}

// Parameters lists the tensors that Build asks a set for, in the order of forward.
// Projections of attention have the names that diffusers gives them since 0.18.
func (c Config) Parameters() ([]Parameter, error) {
	var list []Parameter
	n := &network{Builder: graph.NewBuilder(), config: c, set: weights.NewSet(nil), list: &list}
	side := c.Multiple()
	n.forward(1, side, side)
	if _, err := n.Build(); err != nil {
		return nil, err
	}
	return list, nil
}
