package unettest

import (
	"math"
	"strings"

	"unnoise/model/rng"
	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// seed of every golden network; SEED in tools/golden/unet.py.
const seed = 0

// Weights draws every tensor of the network, as draw does in tools/golden/unet.py,
// and stores it as float32.
func (g Golden) Weights() (*weights.Set, error) {
	set := weights.NewSet(g.Config)
	for _, p := range g.Parameters {
		values := randn(p.Name, p.Shape.Elems())
		switch {
		case len(p.Shape) > 1:
			fanIn := p.Shape.Elems() / p.Shape[0]
			scale := float32(1 / math.Sqrt(float64(fanIn)))
			for i := range values {
				values[i] *= scale
			}
		case strings.HasSuffix(p.Name, ".weight"): // of a norm
			for i := range values {
				values[i] = 1 + values[i]*0.1
			}
		default:
			for i := range values {
				values[i] *= 0.1
			}
		}
		t, err := weights.FromTorch(p.Name, weights.F32, p.Shape, values)
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
	tensor.NCHWToNHWC(sample, randn("input.sample", len(sample)), n, c, h, w)
	inputs := [][]float32{sample, g.Timestep}
	if len(shapes) > 2 {
		labels := g.ClassLabels
		if len(labels) == 0 {
			labels = randn("input.class_labels", shapes[2].Elems())
		}
		inputs = append(inputs, labels)
	}
	return inputs
}

// randn draws n values by name.
func randn(name string, n int) []float32 {
	values := make([]float32, n)
	rng.ForName(seed, name).Normal(values)
	return values
}
