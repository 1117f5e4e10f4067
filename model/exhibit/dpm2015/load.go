package dpm2015

import (
	"context"
	"fmt"

	"unnoise/model/dpm"
	"unnoise/model/exhibit"
	"unnoise/model/graph"
	"unnoise/model/rng"
)

// load makes a network of the catalogue ready to be asked. The caller closes it.
func load(ctx context.Context, env *exhibit.Env, id string) (*dpm.Network, error) {
	set, err := env.Weights(ctx, id)
	if err != nil {
		return nil, err
	}
	n, err := dpm.NewNetwork(set, func(ctx context.Context, g *graph.Graph) (graph.Program, error) { return env.Compile(ctx, g) })
	if err != nil {
		return nil, fmt.Errorf("model %q: %w", id, err)
	}
	return n, nil
}

// noise draws standard normal values that belong to a seed and a purpose.
func noise(seed uint64, purpose string, n int) []float32 {
	z := make([]float32, n)
	rng.ForName(seed, purpose).Normal(z)
	return z
}

// moments are the steps at which frames of a long chain are shown, from the last down to
// 0: at most count of them, evenly.
func moments(from, count int) []int {
	count = min(count, from+1)
	out := make([]int, count)
	for i := range out {
		out[i] = from - i*from/max(1, count-1)
	}
	return out
}
