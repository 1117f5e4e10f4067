package mlp

import (
	"math"

	"unnoise/model/graph"
	"unnoise/model/rng"
	"unnoise/model/tensor"
	"unnoise/model/weights"
)

const (
	// How many sines and cosines each coordinate and the time become. With the
	// coordinates themselves the input has 96 values.
	coordinateFeatures = 30
	timeFeatures       = 34
	inputs             = 2 + 2*coordinateFeatures + timeFeatures
	// The coordinates’ waves are from 0.6 to 25 units long: the layers sharpen what
	// is finer, and longer waves would say no more than the coordinates.
	coordinateScale  = 10
	coordinatePeriod = 40
	timePeriod       = 10000 // as in DDPM
)

// parameters is what a network reads its parameters from.
type parameters struct {
	names []string
	ids   []graph.ID
}

// declare makes states of all parameters.
func (c Config) declare(b *graph.Builder) parameters {
	var p parameters
	add := func(name string, init []float32, shape ...int) {
		t, err := weights.FromTorch(name, weights.F32, tensor.Shape(shape), init)
		if err != nil {
			b.Fail(err)
			return
		}
		p.names = append(p.names, name)
		p.ids = append(p.ids, b.State(name, t))
	}
	for _, l := range c.layers() {
		add(l.name+".weight", c.initial(l, ".weight", l.out*l.in), l.out, l.in)
		add(l.name+".bias", c.initial(l, ".bias", l.out), l.out)
	}
	return p
}

// initial draws a parameter's first values evenly from ±1/√in, as torch.nn.Linear
// does; the output begins as zeros, so that the first prediction is 0.
func (c Config) initial(l layer, kind string, n int) []float32 {
	values := make([]float32, n)
	if l.name == "output" {
		return values
	}
	rng.ForName(c.Seed, l.name+kind).Uniform(values)
	bound := 1 / math.Sqrt(float64(l.in))
	for i, u := range values {
		values[i] = float32(bound * (2*float64(u) - 1))
	}
	return values
}

// forward appends the network: x [N, 2] and t [N] give the prediction [N, 2].
func (c Config) forward(b *graph.Builder, x, t graph.ID, p parameters) graph.ID {
	n := 0
	if s := b.Shape(t); s != nil {
		n = s[0]
	}
	flat := b.Apply("coordinates", graph.Reshape{Shape: tensor.Shape{2 * n}}, x)
	scaled := b.Apply("coordinates", graph.Affine{Factor: coordinateScale}, flat)
	waves := b.Apply("coordinates", graph.Sinusoidal{Dim: coordinateFeatures, MaxPeriod: coordinatePeriod}, scaled)
	place := b.Apply("coordinates", graph.Reshape{Shape: tensor.Shape{n, 2 * coordinateFeatures}}, waves)
	time := b.Apply("time", graph.Sinusoidal{Dim: timeFeatures, MaxPeriod: timePeriod}, t)
	h := b.Apply("embedding", graph.Concat{}, b.Apply("embedding", graph.Concat{}, x, place), time)
	for k, l := range c.layers() {
		y := b.Apply(l.name, graph.Linear{}, h, p.at(2*k), p.at(2*k+1))
		switch l.name {
		case "output":
			return y
		case "input":
			h = b.Apply(l.name+".act", graph.SiLU{}, y)
		default:
			h = b.Apply(l.name+".sum", graph.Add{}, h, b.Apply(l.name+".act", graph.SiLU{}, y))
		}
	}
	return h
}

// at is parameter k, 0 after an error.
func (p parameters) at(k int) graph.ID {
	if k >= len(p.ids) {
		return 0
	}
	return p.ids[k]
}

// Graph is the network alone, for batches of n points: inputs x [n, 2] and t [n],
// output prediction [n, 2], parameters as states.
func (c Config) Graph(n int) (*graph.Graph, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	b := graph.NewBuilder()
	x, t := b.Input("x", n, 2), b.Input("t", n)
	b.Output("prediction", c.forward(b, x, t, c.declare(b)))
	return b.Build()
}
