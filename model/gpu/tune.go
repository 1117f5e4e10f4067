//go:build js && wasm

package gpu

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"unnoise/model/gpu/device"
	"unnoise/model/graph"
	"unnoise/shaders"
)

// tuneRounds is how often each configuration of a shape is measured, in turns, so
// that a change of the clock or of the load meets all; the shortest time counts.
const tuneRounds = 3

// tuneCutoff ends the measurements of a configuration so many times slower than the
// fastest.
const tuneCutoff = 1.5

// Tune measures, on the device, the configurations that fit each shape of heavy
// operation in a graph, and returns the fastest of each: of the matrix products that
// operations are made of, and then of the operations. It stops when the budget is
// spent: shapes not measured by then are left out and keep their default. The shapes
// with the most operations come first.
//
// Progress, if not nil, hears how many shapes are done.
func Tune(ctx context.Context, dev *device.Device, g *graph.Graph, budget time.Duration, progress func(done, total int)) (Choices, error) {
	parts, err := productShapes(dev, g)
	if err != nil {
		return nil, err
	}
	nodes, err := tunable(dev, g)
	if err != nil {
		return nil, err
	}
	candidates := slices.Concat(parts, nodes)
	choices := Choices{}
	deadline := time.Now().Add(budget)
	for i, candidate := range candidates {
		if progress != nil {
			progress(i, len(candidates))
		}
		if !time.Now().Before(deadline) {
			break
		}
		config, err := candidate.fastest(ctx, dev, choices, deadline)
		if err != nil {
			return nil, err
		}
		if config != "" {
			choices[candidate.shape] = config
		}
	}
	return choices, nil
}

// contender is a configuration that is measured.
type contender struct {
	config   Config
	program  *Program
	shortest time.Duration
}

// fastest runs one operation on its own in each configuration. It is empty where
// none of them works, when the default says why, and where the deadline passes before
// each has been measured once.
func (c candidate) fastest(ctx context.Context, dev *device.Device, choices Choices, deadline time.Time) (Config, error) {
	var field []*contender
	defer func() {
		for _, x := range field {
			x.program.Close()
		}
	}()
	for _, config := range c.fitting {
		if config == Plain && len(c.fitting) > 1 {
			continue // never the fastest where another fits
		}
		if !time.Now().Before(deadline) {
			return "", nil
		}
		program, err := c.compile(ctx, dev, config, choices)
		switch {
		case ctx.Err() != nil || errors.Is(err, ErrDeviceLost):
			return "", cmp.Or(ctx.Err(), err)
		case err != nil || len(program.stats.Rejected) > 0:
			if program != nil {
				program.Close()
			}
			continue // another configuration may do
		}
		field = append(field, &contender{config, program, math.MaxInt64})
	}
	var best *contender
	for round := range tuneRounds {
		for _, x := range field {
			if !time.Now().Before(deadline) {
				if round == 0 {
					return "", nil
				}
				return best.config, nil
			}
			if best != nil && x.shortest < math.MaxInt64 && float64(x.shortest) > tuneCutoff*float64(best.shortest) {
				continue
			}
			took, err := x.program.Profile(ctx, 1)
			if err != nil {
				return "", err
			}
			var sum time.Duration
			for _, d := range took {
				sum += d
			}
			x.shortest = min(x.shortest, sum)
			if best == nil || x.shortest < best.shortest {
				best = x
			}
		}
	}
	if best == nil {
		return "", nil
	}
	return best.config, nil
}

// compile makes a program of nothing but the candidate in one configuration.
func (c candidate) compile(ctx context.Context, dev *device.Device, config Config, choices Choices) (*Program, error) {
	if c.graph == nil {
		return compileProduct(ctx, dev, c.product, config)
	}
	return Compile(ctx, dev, c.graph, Options{Prefer: []Config{config}, Choices: choices})
}

// candidate is one shape of a heavy operation, as a graph of its own, or of a batch
// of matrix products.
type candidate struct {
	shape   string
	fitting []Config
	flops   int64
	graph   *graph.Graph // nil for products
	product shaders.Matmul
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
