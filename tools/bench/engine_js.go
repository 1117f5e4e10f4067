//go:build js && wasm

package main

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"time"

	"unnoise/model/gpu"
	"unnoise/model/gpu/device"
	"unnoise/model/graph"
	"unnoise/model/unet"
	"unnoise/model/weights"
)

const engine = "unnoise-f32"

var tuneBudget = flag.Duration("tune", 20*time.Second, "how long to measure configurations, for each batch")

// bench measures one device.
type bench struct {
	ctx     context.Context
	dev     *device.Device
	adapter string
	peak    float64 // FMA operations a second
}

// measure measures the WebGPU executor.
func measure(ctx context.Context, adapter string) error {
	dev, err := device.Open(ctx)
	if err != nil {
		return err
	}
	defer dev.Destroy()
	b := &bench{ctx: ctx, dev: dev, adapter: adapter}
	set, note, err := network()
	if err != nil {
		return err
	}
	if err := b.roofline(); err != nil {
		return err
	}
	height, width, err := pictureSize(set)
	if err != nil {
		return err
	}
	one, err := unet.Build(set, 1, height, width)
	if err != nil {
		return err
	}
	if err := b.convolution(one); err != nil {
		return err
	}
	if err := b.host(one); err != nil {
		return err
	}
	for _, batch := range batches {
		if err := b.step(set, batch, height, width, note); err != nil {
			return fmt.Errorf("batch %d: %w", batch, err)
		}
	}
	return nil
}

func (b *bench) roofline() error {
	roof, err := gpu.MeasureRoofline(b.ctx, b.dev)
	if err != nil {
		return err
	}
	b.peak = roof.FMAPerSecond
	emit(row{Case: "peak-fma", Adapter: b.adapter, Engine: engine, GFLOPS: roof.FMAPerSecond / 1e9, PercentOfPeak: 100, Note: b.dev.Info.Name()})
	emit(row{Case: "peak-copy", Adapter: b.adapter, Engine: engine, GBPerSecond: roof.BytesPerSecond / 1e9})
	return nil
}

// convolution measures the largest convolution of a step in each configuration.
func (b *bench) convolution(g *graph.Graph) error {
	op, in, label := largestConv(g)
	for _, config := range []gpu.Config{gpu.Winograd, gpu.Tile} {
		once, dispatches, err := b.convTimes(op, in, 1, config)
		if err != nil {
			return err
		}
		const many = 9
		all, _, err := b.convTimes(op, in, many, config)
		if err != nil {
			return err
		}
		ms := (all - once) / (many - 1) // without the fixed cost of a run
		flops := float64(2*op.Weight.Cols()) * float64(in[0]*in[1]*in[2]*op.Weight.Rows())
		if op.Stride != 1 {
			flops /= float64(op.Stride * op.Stride)
		}
		emit(row{Case: "largest-conv-" + string(config), Batch: in[0], Adapter: b.adapter, Engine: engine,
			MsMedian: ms, MsMin: ms, Dispatches: dispatches,
			GFLOPS: flops / ms / 1e6, PercentOfPeak: 100 * flops / ms * 1e3 / b.peak,
			Note: fmt.Sprintf("%s %v to %d channels", label, in, op.Weight.Rows())})
	}
	return nil
}

// convTimes is the shortest time of a convolution computed count times, ms.
func (b *bench) convTimes(op graph.Conv2D, in []int, count int, config gpu.Config) (ms float64, dispatches int, err error) {
	g, err := convGraph(op, in, count)
	if err != nil {
		return 0, 0, err
	}
	program, err := gpu.Compile(b.ctx, b.dev, g, gpu.Options{Prefer: []gpu.Config{config}})
	if err != nil {
		return 0, 0, err
	}
	defer program.Close()
	all, err := times(b.ctx, program, g)
	if err != nil {
		return 0, 0, err
	}
	return all[0], program.Stats().Dispatches, nil
}

// host measures what a step costs the host, with kernels that do nothing.
func (b *bench) host(g *graph.Graph) error {
	program, err := gpu.Compile(b.ctx, b.dev, g, gpu.Options{Hollow: true})
	if err != nil {
		return err
	}
	defer program.Close()
	in, out := arrays(g)
	var ms []float64
	for range 50 {
		if err := program.Run(b.ctx, in, out); err != nil {
			return err
		}
		ms = append(ms, program.HostTime().Seconds()*1e3)
	}
	ms = ms[10:] // after JavaScript's compiler has seen the code
	slices.Sort(ms)
	emit(row{Case: "host-work", Batch: 1, Adapter: b.adapter, Engine: engine,
		MsMedian: median(ms), MsMin: ms[0], Dispatches: program.Stats().Dispatches, Note: "kernels emptied"})
	return nil
}

func (b *bench) step(set *weights.Set, batch, height, width int, note string) error {
	g, err := unet.Build(set, batch, height, width)
	if err != nil {
		return err
	}
	choices, err := gpu.Tune(b.ctx, b.dev, g, *tuneBudget, nil)
	if err != nil {
		return err
	}
	for _, run := range []struct {
		name    string
		choices gpu.Choices
	}{{"fashion-step", nil}, {"fashion-step-tuned", choices}} {
		program, err := gpu.Compile(b.ctx, b.dev, g, gpu.Options{Choices: run.choices})
		if err != nil {
			return err
		}
		ms, err := times(b.ctx, program, g)
		stats := program.Stats()
		program.Close()
		if err != nil {
			return err
		}
		emit(row{Case: run.name, Batch: batch, Adapter: b.adapter, Engine: engine,
			MsMedian: median(ms), MsMin: ms[0], Dispatches: stats.Dispatches,
			GFLOPS: float64(stats.FLOPs) / ms[0] / 1e6, PercentOfPeak: 100 * float64(stats.FLOPs) / ms[0] * 1e3 / b.peak, Note: note})
	}
	return nil
}
