package mlp

import (
	"context"
	"fmt"
	"math"

	"unnoise/model/diffusion"
	"unnoise/model/graph"
	"unnoise/model/rng"
)

// average is the state that holds the running average of a parameter.
const average = "average."

// TrainingGraph is one step of training: inputs xt [N, 2], t [N], target [N, 2] and the
// learning rate [1], output the loss [1], which is the mean of the squared errors of
// all coordinates (Ho et al. 2020, arXiv:2006.11239, eq. 14, for ε). N is the batch.
func (c Config) TrainingGraph() (*graph.Graph, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	b := graph.NewBuilder()
	x, t := b.Input("xt", c.Batch, 2), b.Input("t", c.Batch)
	target, rate := b.Input("target", c.Batch, 2), b.Input("rate", 1)
	p := c.declare(b)
	loss := b.MeanSquare("loss", c.forward(b, x, t, p), target)
	b.Output("loss", loss)
	grads := b.Gradient(loss, b.Fill("one", 1, 1), p.ids...)
	graph.Adam(b, "adam", graph.DefaultAdam, rate, p.ids, grads)
	if c.Average > 0 {
		// From zeros, as Adam's averages: Trainer divides by 1 − decayⁿ.
		for k, id := range p.ids {
			state := b.ZeroState(average+p.names[k], b.Shape(id)...)
			b.Carry(state, b.Apply(average+p.names[k], graph.MovingAverage{Decay: c.Average}, state, id))
		}
	}
	return b.Build()
}

// Data is what batches are drawn from.
type Data interface {
	// Sample draws n points x, y.
	Sample(g *rng.Generator, n int) []float32
}

// Trainer trains a network, step by step. It is used by one goroutine at a time.
type Trainer struct {
	config  Config
	data    Data
	program graph.Stateful
	random  *rng.Generator
	steps   int

	eps []float32
	in  [][]float32 // of the program: xt, t, target, rate
}

// Compile makes a graph ready to run.
type Compile func(ctx context.Context, g *graph.Graph) (graph.Program, error)

// NewTrainer compiles the training of a network on data. Close frees it.
func NewTrainer(ctx context.Context, c Config, data Data, compile Compile) (*Trainer, error) {
	g, err := c.TrainingGraph()
	if err != nil {
		return nil, err
	}
	program, err := stateful(ctx, g, compile)
	if err != nil {
		return nil, err
	}
	points := func() []float32 { return make([]float32, 2*c.Batch) }
	return &Trainer{
		config: c, data: data, program: program, random: rng.ForName(c.Seed, "batches"),
		eps: points(), in: [][]float32{points(), make([]float32, c.Batch), points(), {float32(c.Rate)}},
	}, nil
}

func stateful(ctx context.Context, g *graph.Graph, compile Compile) (graph.Stateful, error) {
	program, err := compile(ctx, g)
	if err != nil {
		return nil, err
	}
	p, ok := program.(graph.Stateful)
	if !ok {
		program.Close()
		return nil, fmt.Errorf("programs of this executor (%T) keep no states, so they cannot train", program)
	}
	return p, nil
}

// Close frees the program.
func (t *Trainer) Close() { t.program.Close() }

// Steps is how many have been taken.
func (t *Trainer) Steps() int { return t.steps }

// Step draws a batch and takes a step; it returns the loss before it.
func (t *Trainer) Step(ctx context.Context) (loss float64, err error) {
	t.draw()
	out := [][]float32{{0}}
	if err := t.program.Run(ctx, t.in, out); err != nil {
		return 0, fmt.Errorf("training step %d: %w", t.steps, err)
	}
	t.steps++
	return float64(out[0][0]), nil
}

// draw fills in a batch: every point has a timestep of its own, all as likely.
func (t *Trainer) draw() {
	s := t.config.Schedule
	x0 := t.data.Sample(t.random, t.config.Batch)
	t.random.Normal(t.eps)
	xt, target := t.in[0], t.in[2]
	for k := range t.config.Batch {
		at := min(int(t.random.Float64()*float64(s.Len())), s.Len()-1)
		t.in[1][k] = float32(at)
		pair := func(values []float32) []float32 { return values[2*k : 2*k+2] }
		diffusion.QSample(pair(xt), pair(x0), pair(t.eps), s.AlphaBar[at])
		switch t.config.Predict {
		case diffusion.PredictX0:
			copy(pair(target), pair(x0))
		case diffusion.PredictV:
			signal, noise := math.Sqrt(s.AlphaBar[at]), math.Sqrt(1-s.AlphaBar[at])
			diffusion.Combine(pair(target), pair(t.eps), pair(x0), signal, -noise)
		default:
			copy(pair(target), pair(t.eps))
		}
	}
}
