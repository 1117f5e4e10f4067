package bench

import (
	"context"
	"slices"
	"time"

	"unnoise/model/graph"
)

// Repeats says how often a step is timed: Most times, but no more once Budget is
// spent. It is timed at least once, after a run that warms up.
type Repeats struct {
	Most   int
	Budget time.Duration
}

// Time runs a program once to warm up and then repeatedly. It returns milliseconds in
// rising order, from values in memory to values in memory. after, if not nil, is
// called between runs: the CPU executor never waits, so its caller must.
func Time(ctx context.Context, p graph.Program, g *graph.Graph, repeats Repeats, after func()) ([]float64, error) {
	in, out := Arrays(g)
	begun := time.Now()
	var ms []float64
	for i := 0; i < 2 || (i <= repeats.Most && time.Since(begun) < repeats.Budget); i++ {
		start := time.Now()
		if err := p.Run(ctx, in, out); err != nil {
			return nil, err
		}
		if i > 0 {
			ms = append(ms, time.Since(start).Seconds()*1e3)
		}
		if after != nil {
			after()
		}
	}
	slices.Sort(ms)
	return ms, nil
}

// Arrays are inputs of a step, constant, and room for its outputs.
func Arrays(g *graph.Graph) (in, out [][]float32) {
	for _, p := range g.Inputs {
		values := make([]float32, g.Shape(p.Value).Elems())
		for i := range values {
			values[i] = 0.5
		}
		in = append(in, values)
	}
	for _, p := range g.Outputs {
		out = append(out, make([]float32, g.Shape(p.Value).Elems()))
	}
	return in, out
}
