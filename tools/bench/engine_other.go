//go:build !js

package main

import (
	"context"
	"errors"
	"fmt"

	"unnoise/model/bench"
	"unnoise/model/cpu"
	"unnoise/model/graph"
	"unnoise/model/unet"
	"unnoise/model/weights"
)

// measure measures the CPU executor.
func measure(ctx context.Context, adapter string) error {
	if *serve {
		return errors.New("-serve is for JavaScript: build this program for js/wasm")
	}
	set, note, err := network()
	if err != nil {
		return err
	}
	height, width, err := pictureSize(set)
	if err != nil {
		return err
	}
	for _, batch := range batches() {
		if err := step(ctx, "fashion-step", set, batch, height, width, bench.Row{Adapter: adapter, Note: note}); err != nil {
			return err
		}
	}
	reference, err := bench.Reference(nil)
	if err != nil {
		return err
	}
	return step(ctx, bench.ReferenceCase, reference, 1, 32, 32, bench.Row{Adapter: adapter, Size: 32})
}

// step measures a network with a batch of pictures.
func step(ctx context.Context, name string, set *weights.Set, batch, height, width int, row bench.Row) error {
	fail := func(err error) error { return fmt.Errorf("%s, batch %d: %w", name, batch, err) }
	g, err := unet.Build(set, batch, height, width)
	if err != nil {
		return fail(err)
	}
	var program graph.Program
	if program, err = cpu.Compile(g); err != nil {
		return fail(err)
	}
	defer program.Close()
	ms, err := bench.Time(ctx, program, g, runs(), nil)
	if err != nil {
		return fail(err)
	}
	row.Case, row.Batch, row.Engine = name, batch, "unnoise-cpu"
	emit(row.Timed(ms, g.FLOPs()))
	return nil
}
