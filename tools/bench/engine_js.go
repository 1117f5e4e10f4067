//go:build js && wasm

package main

import (
	"context"
	"fmt"
	"slices"

	"unnoise/model/gpu"
	"unnoise/model/gpu/device"
	"unnoise/model/graph"
	"unnoise/model/unet"
	"unnoise/model/weights"
)

const engine = "unnoise-f32"

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
	height, width, err := pictureSize(set)
	if err != nil {
		return err
	}
	one, err := unet.Build(set, 1, height, width)
	if err != nil {
		return err
	}
	if err := b.host(one); err != nil || *host {
		return err
	}
	if err := b.roofline(); err != nil {
		return err
	}
	if err := b.convolution(one); err != nil {
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
	emit(row{Case: "peak-copy", Adapter: b.adapter, Engine: engine, GBPerSecond: roof.BytesPerSecond / 1e9})
	return nil
}

// convolution measures the largest convolution of a step in each configuration,
// and the peak again between the runs, so that both see the same machine.
func (b *bench) convolution(g *graph.Graph) error {
	op, in, label := largestConv(g)
	for _, config := range []gpu.Config{gpu.Winograd, gpu.Tile} {
		once, err := b.newConv(op, in, 1, config)
		if err != nil {
			return err
		}
		defer once.Close()
		const many = 17
		all, err := b.newConv(op, in, many, config)
		if err != nil {
			return err
		}
		defer all.Close()
		var ms []float64
		for range *repeats {
			short, err := times(b.ctx, once.Program, once.graph)
			if err != nil {
				return err
			}
			long, err := times(b.ctx, all.Program, all.graph)
			if err != nil {
				return err
			}
			roof, err := gpu.MeasureRoofline(b.ctx, b.dev)
			if err != nil {
				return err
			}
			b.peak = max(b.peak, roof.FMAPerSecond)
			ms = append(ms, (long[0]-short[0])/(many-1)) // without the fixed cost of a run
		}
		slices.Sort(ms)
		flops := float64(once.Stats().FLOPs)
		emit(row{Case: "largest-conv-" + string(config), Batch: in[0], Adapter: b.adapter, Engine: engine,
			MsMedian: median(ms), MsMin: ms[0], Dispatches: once.Stats().Dispatches,
			GFLOPS: flops / ms[0] / 1e6, PercentOfPeak: 100 * flops / ms[0] * 1e3 / b.peak,
			Note: fmt.Sprintf("%s %v to %d channels", label, in, op.Weight.Rows())})
	}
	emit(row{Case: "peak-fma", Adapter: b.adapter, Engine: engine, GFLOPS: b.peak / 1e9, PercentOfPeak: 100, Note: b.dev.Info.Name()})
	return nil
}

// conv is one convolution computed a number of times.
type conv struct {
	*gpu.Program
	graph *graph.Graph
}

func (b *bench) newConv(op graph.Conv2D, in []int, count int, config gpu.Config) (conv, error) {
	g, err := convGraph(op, in, count)
	if err != nil {
		return conv{}, err
	}
	program, err := gpu.Compile(b.ctx, b.dev, g, gpu.Options{Prefer: []gpu.Config{config}})
	return conv{program, g}, err
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
	choices, err := gpu.Tune(b.ctx, b.dev, g, *tune, nil)
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
