//go:build js && wasm

package gpubench

import (
	"context"
	"time"

	"unnoise/model/bench"
	"unnoise/model/gpu"
	"unnoise/model/gpu/device"
	"unnoise/model/graph"
)

// Options say how a step is timed. The zero value compiles with the defaults and times
// one step.
type Options struct {
	Precision gpu.Precision
	// Tune is how long configurations may be measured before; 0 takes the defaults.
	Tune    time.Duration
	Repeats bench.Repeats
	// Profile asks for the table of kernels, against Roof.
	Profile bool
	Roof    bench.Roofline
	// Slice is gpu.Options.Slice.
	Slice time.Duration
}

// Result is a step timed.
type Result struct {
	Row bench.Row  // without case and adapter
	Ops []bench.Op // empty without Options.Profile
}

// Step compiles a graph, times its steps and, where asked, each of its kernels.
func Step(ctx context.Context, dev *device.Device, g *graph.Graph, opts Options) (Result, error) {
	program, err := Compile(ctx, dev, g, opts)
	if err != nil {
		return Result{}, err
	}
	defer program.Close()
	ms, err := bench.Time(ctx, program, g, opts.Repeats, nil)
	if err != nil {
		return Result{}, err
	}
	out := Result{Row: row(g, opts.Precision, program, ms, opts.Roof)}
	if opts.Profile {
		out.Ops, err = profile(ctx, program, g, opts.Roof)
	}
	return out, err
}

// row is what a program's steps took, sorted, in ms.
func row(g *graph.Graph, precision gpu.Precision, program *gpu.Program, ms []float64, roof bench.Roofline) bench.Row {
	r := bench.Row{Batch: g.Shape(g.Inputs[0].Value)[0], Engine: "unnoise-" + precision.String(), Dispatches: program.Stats().Dispatches}
	r = r.Timed(ms, program.Stats().FLOPs)
	if roof.FMAPerSecond > 0 {
		r.PercentOfPeak = 100 * r.GFLOPS * 1e9 / roof.FMAPerSecond
	}
	return r
}

// Compile compiles a graph, tuned where asked.
func Compile(ctx context.Context, dev *device.Device, g *graph.Graph, opts Options) (*gpu.Program, error) {
	tuned, err := gpu.Tune(ctx, dev, g, gpu.TuneOptions{Budget: opts.Tune, Precision: opts.Precision})
	if err != nil {
		return nil, err
	}
	return gpu.Compile(ctx, dev, g, gpu.Options{Precision: opts.Precision, Choices: tuned.Choices, Slice: opts.Slice})
}

// profileRepeats is how often each kernel is timed; the shortest time counts.
const profileRepeats = 3

func profile(ctx context.Context, program *gpu.Program, g *graph.Graph, roof bench.Roofline) ([]bench.Op, error) {
	took, err := program.Profile(ctx, profileRepeats)
	if err != nil {
		return nil, err
	}
	kernels := program.Stats().Kernels
	dispatches := make([]bench.Dispatch, len(kernels))
	for i, k := range kernels {
		dispatches[i] = bench.Dispatch{Node: k.Node, Kernel: k.Key, Operations: k.Operations, Bytes: k.Bytes, Took: took[i]}
	}
	return bench.Ops(g, dispatches, roof), nil
}

// Roofline measures what the device can do at best; it takes a few seconds where the
// device is a program.
func Roofline(ctx context.Context, dev *device.Device) (bench.Roofline, error) {
	roof, err := gpu.MeasureRoofline(ctx, dev)
	return bench.Roofline{FMAPerSecond: roof.FMAPerSecond, BytesPerSecond: roof.BytesPerSecond}, err
}
