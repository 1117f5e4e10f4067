package drawn

import (
	"encoding/json"
	"math"
	"strings"

	"unnoise/model/rng"
	"unnoise/model/tensor"
	"unnoise/model/unet"
	"unnoise/model/weights"
)

// seed of everything drawn; SEED in tools/golden/unet.py.
const seed = 0

// Weights draws every tensor of the network with that config.json. progress, if not
// nil, hears how many of the parameters are drawn. The error is unet.ParseConfig's.
func Weights(config json.RawMessage, progress func(done, total int)) (*weights.Set, error) {
	parsed, err := unet.ParseConfig(config)
	if err != nil {
		return nil, err
	}
	parameters, err := parsed.Parameters()
	if err != nil {
		return nil, err
	}
	total := 0
	for _, p := range parameters {
		total += p.Shape.Elems()
	}
	set := weights.NewSet(config)
	done := 0
	for _, p := range parameters {
		t, err := Tensor(p.Name, p.Shape)
		if err != nil {
			return nil, err
		}
		if err := set.Add(t); err != nil {
			return nil, err
		}
		if done += p.Shape.Elems(); progress != nil {
			progress(done, total)
		}
	}
	return set, nil
}

// Tensor draws a parameter, in sizes that keep a network's activations near 1, and
// stores it as float32.
func Tensor(name string, shape tensor.Shape) (*weights.Tensor, error) {
	values := Values(name, shape.Elems())
	switch {
	case len(shape) > 1:
		fanIn := shape.Elems() / shape[0]
		scale := float32(1 / math.Sqrt(float64(fanIn)))
		for i := range values {
			values[i] *= scale
		}
	case strings.HasSuffix(name, ".weight"): // of a norm
		for i := range values {
			values[i] = 1 + values[i]*0.1
		}
	default:
		for i := range values {
			values[i] *= 0.1
		}
	}
	return weights.FromTorch(name, weights.F32, shape, values)
}

// Values draws n standard normal values by name.
func Values(name string, n int) []float32 {
	values := make([]float32, n)
	rng.ForName(seed, name).Normal(values)
	return values
}
