package dpm

import (
	"fmt"

	"unnoise/model/graph"
	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// Build returns the graph of a network for a batch. Its inputs are "sample" [N, values],
// for pictures [N, H, W, 1], and "timestep" [N]; its outputs "mean" and "variance",
// [N, values] each, which are μ_c and b_c of [Step], or "odds" [N, values]. The errors
// are ParseConfig's, or name a tensor that is missing or has another shape.
func Build(set *weights.Set, batch int) (*graph.Graph, error) {
	config, err := ParseConfig(set.Config)
	if err != nil {
		return nil, err
	}
	if batch < 1 {
		return nil, fmt.Errorf("a batch of %d samples, expected at least 1", batch)
	}
	n := &network{Builder: graph.NewBuilder(), config: config, set: set, batch: batch}
	n.forward()
	return n.Build()
}

// Parameter is a tensor that a network is made of.
type Parameter struct {
	Name  string
	Shape tensor.Shape // PyTorch's: OIHW for a convolution
}

// Parameters lists the tensors that Build asks a set for.
func (c Config) Parameters() ([]Parameter, error) {
	n := &network{Builder: graph.NewBuilder(), config: c, batch: 1}
	n.forward()
	if _, err := n.Build(); err != nil {
		return nil, err
	}
	return n.list, nil
}

// network is a network being written down.
type network struct {
	*graph.Builder
	config Config
	set    *weights.Set // nil: list takes note of every weight instead
	list   []Parameter
	batch  int
}

func (n *network) forward() {
	switch n.config.Network {
	case "rbf":
		n.rbf()
	case "mlp":
		n.mlp()
	default:
		n.pictures()
	}
}

// coefficients gives μ_c and b_c, the halves of the channels of x, as outputs.
func (n *network) coefficients(x graph.ID, half int) {
	shape := tensor.Shape{n.batch, n.config.Values()}
	for i, name := range []string{"mean", "variance"} {
		part := n.Apply(name, graph.Slice{From: i * half, To: (i + 1) * half}, x)
		n.Output(name, n.Apply(name, graph.Reshape{Shape: shape}, part))
	}
}

// bumps are the weights of the temporal basis at each sample's step: [N, bumps].
func (n *network) bumps(timestep graph.ID) graph.ID {
	basis, err := n.config.basis()
	if err != nil {
		n.Fail(err)
		return timestep
	}
	return n.Apply("temporal_basis", graph.Embedding{Weight: basis}, timestep)
}

// linear is a layer on the innermost extent, of in channels.
func (n *network) linear(label string, x graph.ID, in, out int) graph.ID {
	return n.Apply(label, graph.Linear{
		Weight: n.weight(label+".weight", out, in), Bias: n.weight(label+".bias", out),
	}, x)
}

func (n *network) reshape(label string, x graph.ID, shape ...int) graph.ID {
	return n.Apply(label, graph.Reshape{Shape: shape}, x)
}

// weight looks a tensor up. Where it is missing or has another shape the builder keeps
// the error and an empty tensor stands in.
func (n *network) weight(name string, shape ...int) *weights.Tensor {
	if n.set == nil {
		n.list = append(n.list, Parameter{name, shape})
		return &weights.Tensor{Name: name, Shape: shape}
	}
	t, err := n.set.Get(name, shape)
	if err != nil {
		n.Fail(err)
		return &weights.Tensor{Name: name, Shape: shape}
	}
	return t
}
