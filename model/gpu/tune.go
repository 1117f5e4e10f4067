//go:build js && wasm

package gpu

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"unnoise/model/gpu/device"
	"unnoise/model/graph"
)

// tuneRepeats is how often a candidate runs; the shortest time counts.
const tuneRepeats = 3

// Tune measures, on the device, the configurations that fit each shape of heavy
// operation in a graph, and returns the fastest of each. It stops when the budget
// is spent: shapes not measured by then are left out and keep their default. The
// shapes with the most operations come first.
//
// Progress, if not nil, hears how many shapes are done.
func Tune(ctx context.Context, dev *device.Device, g *graph.Graph, budget time.Duration, progress func(done, total int)) (Choices, error) {
	candidates, err := tunable(dev, g)
	if err != nil {
		return nil, err
	}
	choices := Choices{}
	deadline := time.Now().Add(budget)
	for i, candidate := range candidates {
		if progress != nil {
			progress(i, len(candidates))
		}
		if !time.Now().Before(deadline) {
			break
		}
		config, err := candidate.fastest(ctx, dev)
		if err != nil {
			return nil, err
		}
		choices[candidate.shape] = config
	}
	return choices, nil
}

// fastest runs one operation on its own in each configuration.
func (c candidate) fastest(ctx context.Context, dev *device.Device) (Config, error) {
	var winner Config
	var shortest time.Duration
	for _, config := range c.fitting {
		if config == Plain && len(c.fitting) > 1 {
			continue // never the fastest where another fits
		}
		took, err := c.measure(ctx, dev, config)
		switch {
		case ctx.Err() != nil || errors.Is(err, ErrDeviceLost):
			return "", err
		case err != nil:
			continue // another configuration may do
		case winner == "" || took < shortest:
			winner, shortest = config, took
		}
	}
	if winner == "" {
		winner = Plain
	}
	return winner, nil
}

func (c candidate) measure(ctx context.Context, dev *device.Device, config Config) (time.Duration, error) {
	program, err := Compile(ctx, dev, c.graph, Options{Prefer: []Config{config}})
	if err != nil {
		return 0, err
	}
	defer program.Close()
	return program.best(ctx, tuneRepeats)
}

// candidate is one shape of a heavy operation, as a graph of its own.
type candidate struct {
	shape   string
	fitting []Config
	flops   int64
	graph   *graph.Graph
}

// tunable lists the distinct shapes of a graph that have more than one
// configuration, the one with the most operations in total first.
func tunable(dev *device.Device, g *graph.Graph) ([]candidate, error) {
	seen := map[string]int{}
	var out []candidate
	choose := newChooser(dev, Options{})
	choose.observe = func(n fused, shape string, fitting []Config) {
		if i, ok := seen[shape]; ok {
			out[i].flops += out[i].graph.FLOPs()
			return
		}
		if len(fitting) < 3 { // Plain alone, or one better than Plain
			return
		}
		seen[shape] = len(out)
		alone := alone(g, n)
		out = append(out, candidate{shape: shape, fitting: fitting, flops: alone.FLOPs(), graph: alone})
	}
	if _, err := lower(g, choose); err != nil {
		return nil, err
	}
	slices.SortStableFunc(out, func(a, b candidate) int { return cmp.Compare(b.flops, a.flops) })
	return out, nil
}

// alone is a graph with nothing but the group n, whose inputs become its own.
func alone(g *graph.Graph, n fused) *graph.Graph {
	b := graph.NewBuilder()
	if op, ok := n.Op.(graph.Attention); ok {
		return aloneAttention(g, n, op)
	}
	if op, ok := n.Op.(graph.Conv2D); ok {
		n.Op = withBytes(op)
	}
	x := b.Input("a", g.Shape(n.a)...)
	if n.b != none {
		x = b.Apply("concat", graph.Concat{}, x, b.Input("b", g.Shape(n.b)...))
	}
	if n.upsample {
		x = b.Apply("upsample", graph.Upsample{}, x)
	}
	y := b.Apply(n.Label, n.Op, x)
	if n.shift != none {
		y = b.Apply("shift", graph.AddChannel{}, y, b.Input("shift", g.Shape(n.shift)...))
	}
	if n.residual != none {
		y = b.Apply("residual", graph.Add{}, y, b.Input("residual", g.Shape(n.residual)...))
	}
	b.Output("y", y)
	return built(b)
}

// aloneAttention is a graph with an attention alone, without its projections.
func aloneAttention(g *graph.Graph, n fused, op graph.Attention) *graph.Graph {
	b := graph.NewBuilder()
	in := make([]graph.ID, len(n.In))
	for i, id := range n.In {
		in[i] = b.Input([]string{"q", "k", "v"}[i], g.Shape(id)...)
		if n.split[i].Parts > 0 {
			in[i] = b.Apply("split", n.split[i], in[i])
		}
	}
	b.Output("y", b.Apply(n.Label, op, in...))
	return built(b)
}

func built(b *graph.Builder) *graph.Graph {
	out, err := b.Build()
	if err != nil {
		panic("gpu: a node of a valid graph is not valid on its own: " + err.Error())
	}
	return out
}
