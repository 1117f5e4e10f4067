//go:build !js

package main

import (
	"context"
	"fmt"

	"unnoise/model/cpu"
	"unnoise/model/unet"
)

// measure measures the CPU executor.
func measure(ctx context.Context, adapter string) error {
	set, note, err := network()
	if err != nil {
		return err
	}
	height, width, err := pictureSize(set)
	if err != nil {
		return err
	}
	for _, batch := range batches {
		g, err := unet.Build(set, batch, height, width)
		if err != nil {
			return err
		}
		program, err := cpu.Compile(g)
		if err != nil {
			return err
		}
		ms, err := times(ctx, program, g)
		program.Close()
		if err != nil {
			return fmt.Errorf("batch %d: %w", batch, err)
		}
		emit(row{Case: "fashion-step", Batch: batch, Adapter: adapter, Engine: "unnoise-cpu",
			MsMedian: median(ms), MsMin: ms[0], GFLOPS: float64(g.FLOPs()) / ms[0] / 1e6, Note: note})
	}
	return nil
}
