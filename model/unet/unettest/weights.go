package unettest

import (
	"unnoise/model/tensor"
	"unnoise/model/unet/drawn"
	"unnoise/model/weights"
)

// Weights draws every tensor of the network.
func (g Golden) Weights() (*weights.Set, error) {
	set := weights.NewSet(g.Config)
	if g.Attributes != nil {
		set.Meta[weights.MetaAttributes] = string(g.Attributes)
	}
	for _, p := range g.Parameters {
		t, err := drawn.Tensor(p.Name, p.Shape)
		if err != nil {
			return nil, err
		}
		if err := set.Add(t); err != nil {
			return nil, err
		}
	}
	return set, nil
}

// Inputs are the values of a graph's inputs, in the order that package unet gives
// them: sample [N, H, W, C], timestep [N] and, where the network takes them,
// class_labels.
func (g Golden) Inputs(shapes []tensor.Shape) [][]float32 {
	n, h, w, c := shapes[0][0], shapes[0][1], shapes[0][2], shapes[0][3]
	sample := make([]float32, n*h*w*c)
	tensor.NCHWToNHWC(sample, drawn.Values("input.sample", len(sample)), n, c, h, w)
	inputs := [][]float32{sample, g.Timestep}
	if len(shapes) > 2 {
		labels := g.ClassLabels
		if len(labels) == 0 {
			labels = drawn.Values("input.class_labels", shapes[2].Elems())
		}
		inputs = append(inputs, labels)
	}
	return inputs
}
