package dpm

import (
	"context"
	"fmt"

	"unnoise/model/graph"
	"unnoise/model/weights"
)

// Answer is what a network says about the reverse steps from N samples: coefficients of
// a Gaussian's mean and variance (Step), or what is added to the log odds of bits. N ×
// values each.
type Answer struct {
	Mean, Variance []float32
	Odds           []float32
}

// Network asks a network's programs, one for each batch size. It is used by one
// goroutine at a time.
type Network struct {
	Config Config
	// MaxBatch: larger batches are cut into pieces of at most this size.
	MaxBatch int

	set      *weights.Set
	compile  func(context.Context, *graph.Graph) (graph.Program, error)
	programs map[int]graph.Program
	answer   [2][]float32
	steps    []float32
}

// NewNetwork returns a Network of a set of weights. compile makes graphs ready to run,
// when a batch size is first asked for. The error is ParseConfig's.
func NewNetwork(set *weights.Set, compile func(context.Context, *graph.Graph) (graph.Program, error)) (*Network, error) {
	config, err := ParseConfig(set.Config)
	if err != nil {
		return nil, err
	}
	batch := 4096
	if config.Network == "pictures" {
		batch = 32
	}
	return &Network{Config: config, MaxBatch: batch, set: set, compile: compile, programs: map[int]graph.Program{}}, nil
}

// Ask answers for len(t) samples xs, each at its own step, 1 … T−1. The answer's slices
// are used again by the next call. The error is ctx's where it was cancelled.
func (n *Network) Ask(ctx context.Context, xs []float32, t []int) (Answer, error) {
	values := n.Config.Values()
	if len(xs) != len(t)*values {
		return Answer{}, fmt.Errorf("%d values given for %d samples of %d", len(xs), len(t), values)
	}
	outputs := 2
	if n.Config.Kernel == "binomial" {
		outputs = 1
	}
	n.steps = room(n.steps, len(t))
	for i, step := range t {
		if step < 1 || step >= n.Config.Timesteps {
			return Answer{}, fmt.Errorf("step %d is not one of 1 to %d, which the network answers for", step, n.Config.Timesteps-1)
		}
		n.steps[i] = float32(step)
	}
	for i := range outputs {
		n.answer[i] = room(n.answer[i], len(xs))
	}
	for first := 0; first < len(t); first += n.MaxBatch {
		end := min(first+n.MaxBatch, len(t))
		program, err := n.program(ctx, end-first)
		if err != nil {
			return Answer{}, err
		}
		out := make([][]float32, outputs)
		for i := range out {
			out[i] = n.answer[i][first*values : end*values]
		}
		if err := program.Run(ctx, [][]float32{xs[first*values : end*values], n.steps[first:end]}, out); err != nil {
			return Answer{}, err
		}
	}
	if outputs == 1 {
		return Answer{Odds: n.answer[0]}, nil
	}
	return Answer{Mean: n.answer[0], Variance: n.answer[1]}, nil
}

// AskAt is Ask for samples that are all at the same step.
func (n *Network) AskAt(ctx context.Context, xs []float32, t int) (Answer, error) {
	steps := make([]int, len(xs)/n.Config.Values())
	for i := range steps {
		steps[i] = t
	}
	return n.Ask(ctx, xs, steps)
}

func (n *Network) program(ctx context.Context, batch int) (graph.Program, error) {
	if p, ok := n.programs[batch]; ok {
		return p, nil
	}
	g, err := Build(n.set, batch)
	if err != nil {
		return nil, err
	}
	p, err := n.compile(ctx, g)
	if err == nil {
		n.programs[batch] = p
	}
	return p, err
}

// Close frees the programs.
func (n *Network) Close() {
	for _, p := range n.programs {
		p.Close()
	}
	clear(n.programs)
}

// room returns n values of slice, a longer one where needed.
func room(slice []float32, n int) []float32 {
	if cap(slice) < n {
		return make([]float32, n)
	}
	return slice[:n]
}
