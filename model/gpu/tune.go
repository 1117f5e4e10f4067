//go:build js && wasm

package gpu

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"time"

	"unnoise/model/gpu/device"
	"unnoise/model/graph"
)

// tuneRounds is how often each configuration of a shape is measured, in turns, so
// that a change of the clock or of the load meets all; the shortest time counts.
const tuneRounds = 3

// tuneCutoff ends the measurements of a configuration so many times slower than the
// fastest.
const tuneCutoff = 1.5

// tuneMargin is how much faster than the default a configuration must be, measured
// alone, to be taken: less is noise.
const tuneMargin = 0.95

// TuneOptions are what is tuned, and for how long. The zero value has no time for
// anything.
type TuneOptions struct {
	// Budget is how long everything may take, about. Two thirds are for configurations
	// alone, the rest for whole steps.
	Budget time.Duration
	// Precision is that of the program that the choices are for.
	Precision Precision
	// Progress, if set, hears how many shapes are measured.
	Progress func(done, total int)
}

// Tune measures, on the device, the configurations that fit each shape of heavy
// operation in a graph: of the matrix products that operations are made of, and then of
// the operations, those with the most work first. One is measured in any case; shapes for
// which there is no time keep their default.
//
// What is fastest alone, its data in the caches, need not be in a step. Therefore whole
// steps are raced, with the defaults and with the choices in turn (race.go), and choices
// are kept where a step is faster with them: all, or else of each kind of operation those
// that help (tune_step.go).
func Tune(ctx context.Context, dev *device.Device, g *graph.Graph, opts TuneOptions) (Tuned, error) {
	if opts.Budget <= 0 {
		return Tuned{Choices: Choices{}}, nil
	}
	begun := time.Now()
	choices, shapes, err := measureAlone(ctx, dev, g, opts, begun.Add(opts.Budget*2/3))
	if err != nil {
		return Tuned{}, err
	}
	tuned := Tuned{Choices: Choices{}, Shapes: shapes}
	if len(choices) > 0 {
		err = tuned.keepHelpful(ctx, stepTrials(dev, g, opts.Precision, begun.Add(opts.Budget)), choices)
	}
	return tuned, err
}

// measureAlone finds the shapes whose fastest configuration is not the default.
func measureAlone(ctx context.Context, dev *device.Device, g *graph.Graph, opts TuneOptions, deadline time.Time) (choices Choices, shapes int, err error) {
	parts, err := productShapes(dev, g, opts.Precision)
	if err != nil {
		return nil, 0, err
	}
	nodes, err := tunable(dev, g, opts.Precision)
	if err != nil {
		return nil, 0, err
	}
	candidates := slices.Concat(parts, nodes)
	choices = Choices{}
	for i, candidate := range candidates {
		if opts.Progress != nil {
			opts.Progress(i, len(candidates))
		}
		until := deadline
		if i == 0 {
			until = time.Now().Add(time.Hour) // one at least, however slow the machine
		}
		if !time.Now().Before(until) {
			break
		}
		config, err := candidate.fastest(ctx, dev, choices, until)
		if err != nil {
			return nil, 0, err
		}
		if config != "" {
			shapes++
		}
		if config != "" && config != candidate.usual {
			choices[candidate.shape] = config
		}
	}
	return choices, shapes, nil
}

// contender is a configuration that is measured.
type contender struct {
	config   Config
	program  *Program
	shortest time.Duration
}

// fastest runs one operation on its own in each configuration, and returns the fastest:
// the default, unless another is faster by tuneMargin. It is empty where none of them
// works, when the default says why, and where the deadline passes before each has been
// measured once.
func (c candidate) fastest(ctx context.Context, dev *device.Device, choices Choices, deadline time.Time) (Config, error) {
	var field []*contender
	defer func() {
		for _, x := range field {
			x.program.Close()
		}
	}()
	for _, config := range c.fitting {
		if config == Plain && config != c.usual && len(c.fitting) > 1 {
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
				return c.winner(field, best), nil
			}
			if best != nil && x.shortest < math.MaxInt64 && float64(x.shortest) > tuneCutoff*float64(best.shortest) {
				continue
			}
			took, err := x.program.Profile(ctx, 1)
			if err != nil {
				return "", err
			}
			var sum time.Duration
			for i, d := range took {
				if c.graph == nil || x.program.stats.Kernels[i].Node == c.node {
					sum += d // not what only brings the inputs into the right form
				}
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
	return c.winner(field, best), nil
}

// winner is the best of the field, or the default where that is about as fast.
func (c candidate) winner(field []*contender, best *contender) Config {
	for _, x := range field {
		if x.config == c.usual && float64(best.shortest) > tuneMargin*float64(x.shortest) {
			return x.config
		}
	}
	return best.config
}

// compile makes a program of nothing but the candidate in one configuration.
func (c candidate) compile(ctx context.Context, dev *device.Device, config Config, choices Choices) (*Program, error) {
	if c.graph == nil {
		return compileProduct(ctx, dev, c.product, config, c.precision)
	}
	return Compile(ctx, dev, c.graph, Options{Prefer: []Config{config}, Choices: choices, Precision: c.precision})
}

// candidate is one shape of a heavy operation, as a graph of its own, or of a batch
// of matrix products.
type candidate struct {
	shape     string
	usual     Config // the default
	fitting   []Config
	precision Precision
	flops     int64
	graph     *graph.Graph // nil for products
	node      string       // of the graph, that is measured
	product   matrices
}

// tunable lists the distinct shapes of a graph that have more than one
// configuration, the one with the most operations in total first.
func tunable(dev *device.Device, g *graph.Graph, precision Precision) ([]candidate, error) {
	seen := map[string]int{}
	var out []candidate
	choose := newChooser(dev, Options{Precision: precision})
	choose.observe = func(n fused, shape string, fitting []Config) {
		if i, ok := seen[shape]; ok {
			out[i].flops += out[i].graph.FLOPs()
			return
		}
		fitting = slices.DeleteFunc(slices.Clone(fitting), func(config Config) bool { return !choose.worthMeasuring(config) })
		if slices.Contains(fitting, Plain) && len(fitting) < 3 || len(fitting) < 2 { // Plain alone, or one better than Plain
			return
		}
		seen[shape] = len(out)
		alone := alone(g, n, strings.HasPrefix(shape, "moments "))
		out = append(out, candidate{
			shape: shape, usual: fitting[0], fitting: fitting, precision: precision,
			flops: alone.FLOPs(), graph: alone, node: n.Label,
		})
	}
	if _, err := lower(g, choose); err != nil {
		return nil, err
	}
	slices.SortStableFunc(out, func(a, b candidate) int { return cmp.Compare(b.flops, a.flops) })
	return out, nil
}

// aloneBuilder builds a graph of one group of another.
type aloneBuilder struct {
	*graph.Builder
	of *graph.Graph
}

// input stands for a value: an input of the new graph, copied, since a program's inputs
// are float32 where its values may be f16.
func (b aloneBuilder) input(name string, id graph.ID) graph.ID {
	return b.Apply(name+" as stored", graph.Affine{Factor: 1}, b.Input(name, b.of.Shape(id)...))
}

// alone is a graph with nothing but the group n, whose inputs become its own, and where
// asked the norm that reads it.
func alone(g *graph.Graph, n fused, normed bool) *graph.Graph {
	b := aloneBuilder{graph.NewBuilder(), g}
	if op, ok := n.Op.(graph.Attention); ok {
		return aloneAttention(g, n, op)
	}
	if op, ok := n.Op.(graph.Conv2D); ok {
		n.Op = withBytes(op)
	}
	of := n
	if n.norm != nil {
		of = n.norm.fused
	}
	x := b.input("a", of.a)
	if of.b != none {
		x = b.Apply("concat", graph.Concat{}, x, b.input("b", of.b))
	}
	if n.norm != nil {
		x = b.Apply(n.Label, graph.GroupNorm{Groups: n.norm.groups, Eps: n.norm.op.Eps}, x)
		x = b.Apply(n.Label, graph.SiLU{}, x)
	}
	if n.upsample {
		x = b.Apply("upsample", graph.Upsample{}, x)
	}
	y := b.Apply(n.Label, n.Op, x)
	if n.shift != none {
		y = b.Apply("shift", graph.AddChannel{}, y, b.input("shift", n.shift))
	}
	if n.residual != none {
		y = b.Apply("residual", graph.Add{}, y, b.input("residual", n.residual))
	}
	if normed {
		y = b.Apply(n.Label, graph.GroupNorm{Groups: n.normGroups, Eps: 1e-5}, y)
	}
	b.Output("y", y)
	return built(b.Builder)
}

// aloneAttention is a graph with an attention alone, without its projections.
func aloneAttention(g *graph.Graph, n fused, op graph.Attention) *graph.Graph {
	b := aloneBuilder{graph.NewBuilder(), g}
	in := make([]graph.ID, len(n.In))
	for i, id := range n.In {
		in[i] = b.input([]string{"q", "k", "v"}[i], id)
		if n.split[i].Parts > 0 {
			in[i] = b.Apply("split", n.split[i], in[i])
		}
	}
	b.Output("y", b.Apply(n.Label, op, in...))
	return built(b.Builder)
}

func built(b *graph.Builder) *graph.Graph {
	out, err := b.Build()
	if err != nil {
		panic("gpu: a node of a valid graph is not valid on its own: " + err.Error())
	}
	return out
}
