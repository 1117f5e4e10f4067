//go:build js && wasm

package gpubench

import (
	"context"
	"slices"
	"time"

	"unnoise/model/bench"
	"unnoise/model/gpu"
	"unnoise/model/gpu/device"
	"unnoise/model/graph"
)

// Together compiles a graph once for each of the options and times their steps in turns,
// so that all see the same machine: for the defaults beside what was tuned, and f16 beside
// f32. The rows are in the order of the options, without case and adapter; what the first
// says of repeats and of the roof holds for all.
func Together(ctx context.Context, dev *device.Device, g *graph.Graph, options []Options) ([]bench.Row, error) {
	programs := make([]*gpu.Program, len(options))
	for i, opts := range options {
		program, err := Compile(ctx, dev, g, opts)
		if err != nil {
			return nil, err
		}
		defer program.Close()
		programs[i] = program
	}
	in, out := bench.Arrays(g)
	ms := make([][]float64, len(options))
	repeats := options[0].Repeats
	begun := time.Now()
	for round := 0; round < 2 || round <= repeats.Most && time.Since(begun) < repeats.Budget; round++ {
		for i, program := range programs {
			start := time.Now()
			if err := program.Run(ctx, in, out); err != nil {
				return nil, err
			}
			if round > 0 { // the first warms up
				ms[i] = append(ms[i], time.Since(start).Seconds()*1e3)
			}
		}
	}
	rows := make([]bench.Row, len(options))
	for i, program := range programs {
		slices.Sort(ms[i])
		rows[i] = row(g, options[i].Precision, program, ms[i], options[0].Roof)
	}
	return rows, nil
}
