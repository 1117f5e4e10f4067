//go:build js && wasm

package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"unnoise/model/bench"
	"unnoise/model/bench/gpubench"
	"unnoise/model/gpu"
	"unnoise/model/gpu/device"
	"unnoise/model/graph"
	"unnoise/model/unet"
	"unnoise/model/weights"
)

const engine = "unnoise-f32"

// session measures one device.
type session struct {
	ctx     context.Context
	dev     *device.Device
	adapter string
	roof    bench.Roofline
}

// measure measures the WebGPU executor.
func measure(ctx context.Context, adapter string) error {
	dev, err := device.Open(ctx)
	if err != nil {
		return err
	}
	defer dev.Destroy()
	s := &session{ctx: ctx, dev: dev, adapter: adapter}
	if *serve {
		return s.serve()
	}
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
	if *host {
		return s.host(one)
	}
	if s.roof, err = gpubench.Roofline(ctx, dev); err != nil {
		return err
	}
	if err := s.convolution(one); err != nil {
		return err
	}
	for _, batch := range batches() {
		if err := s.steps(set, batch, height, width, note); err != nil {
			return fmt.Errorf("batch %d: %w", batch, err)
		}
	}
	if err := s.kernels(); err != nil {
		return err
	}
	return s.host(one)
}

// emit prints a row of this device.
func (s *session) emit(r bench.Row) {
	r.Adapter = s.adapter
	emit(r)
}

// precisions are those that the device can compute in.
func (s *session) precisions() []gpu.Precision {
	if s.dev.Features.ShaderF16 {
		return []gpu.Precision{gpu.F32, gpu.F16}
	}
	return []gpu.Precision{gpu.F32}
}

// convolution measures the largest convolution of a step in each configuration,
// and the peak again between the runs, so that both see the same machine.
func (s *session) convolution(g *graph.Graph) error {
	op, in, label := largestConv(g)
	for _, config := range []gpu.Config{gpu.Winograd, gpu.Tile} {
		once, err := s.newConv(op, in, 1, config)
		if err != nil {
			return err
		}
		defer once.Close()
		const many = 17
		all, err := s.newConv(op, in, many, config)
		if err != nil {
			return err
		}
		defer all.Close()
		var ms []float64
		for range *repeats {
			short, err := bench.Time(s.ctx, once.Program, once.graph, runs(), nil)
			if err != nil {
				return err
			}
			long, err := bench.Time(s.ctx, all.Program, all.graph, runs(), nil)
			if err != nil {
				return err
			}
			roof, err := gpubench.Roofline(s.ctx, s.dev)
			if err != nil {
				return err
			}
			s.roof.FMAPerSecond = max(s.roof.FMAPerSecond, roof.FMAPerSecond)
			s.roof.BytesPerSecond = max(s.roof.BytesPerSecond, roof.BytesPerSecond)
			ms = append(ms, (long[0]-short[0])/(many-1)) // without the fixed cost of a run
		}
		slices.Sort(ms)
		row := bench.Row{Case: "largest-conv-" + string(config), Batch: in[0], Engine: engine, Dispatches: once.Stats().Dispatches,
			Note: fmt.Sprintf("%s %v to %d channels", label, in, op.Weight.Rows())}.Timed(ms, once.Stats().FLOPs)
		row.PercentOfPeak = 100 * row.GFLOPS * 1e9 / s.roof.FMAPerSecond
		s.emit(row)
	}
	s.emit(bench.Row{Case: "peak-fma", Engine: engine, GFLOPS: s.roof.FMAPerSecond / 1e9, PercentOfPeak: 100, Note: s.dev.Info.Name()})
	s.emit(bench.Row{Case: "peak-copy", Engine: engine, GBPerSecond: s.roof.BytesPerSecond / 1e9})
	return nil
}

// conv is one convolution computed a number of times.
type conv struct {
	*gpu.Program
	graph *graph.Graph
}

func (s *session) newConv(op graph.Conv2D, in []int, count int, config gpu.Config) (conv, error) {
	g, err := convGraph(op, in, count)
	if err != nil {
		return conv{}, err
	}
	program, err := gpu.Compile(s.ctx, s.dev, g, gpu.Options{Prefer: []gpu.Config{config}})
	return conv{program, g}, err
}

// steps measures the shipped model in each precision, as it is compiled by default and
// tuned, in turns.
func (s *session) steps(set *weights.Set, batch, height, width int, note string) error {
	g, err := unet.Build(set, batch, height, width)
	if err != nil {
		return err
	}
	var options []gpubench.Options
	for _, precision := range s.precisions() {
		for _, budget := range []time.Duration{0, *tune} {
			options = append(options, gpubench.Options{Precision: precision, Tune: budget, Repeats: runs(), Roof: s.roof})
		}
	}
	rows, err := gpubench.Together(s.ctx, s.dev, g, options)
	if err != nil {
		return err
	}
	for i, row := range rows {
		row.Case, row.Note = "fashion-step", note
		if options[i].Tune > 0 {
			row.Case = "fashion-step-tuned"
		}
		s.emit(row)
	}
	return nil
}

// kernels measures what each kernel of a step of the reference network takes.
func (s *session) kernels() error {
	set, err := bench.Reference(nil)
	if err != nil {
		return err
	}
	g, err := unet.Build(set, 1, 32, 32)
	if err != nil {
		return err
	}
	for _, precision := range s.precisions() {
		result, err := gpubench.Step(s.ctx, s.dev, g, gpubench.Options{
			Precision: precision, Tune: *tune, Repeats: bench.Repeats{Most: 1}, Profile: true, Roof: s.roof})
		if err != nil {
			return err
		}
		for _, op := range result.Ops {
			s.emit(bench.Row{Case: "op " + op.Kind + "/" + op.Kernel, Batch: 1, Size: 32, Engine: result.Row.Engine,
				MsMedian: op.Ms, MsMin: op.Ms, Dispatches: op.Dispatches, GFLOPS: op.GFLOPS, GBPerSecond: op.GBPerSecond,
				Percent: op.Percent, Bound: op.Bound, PercentOfPeak: op.PercentOfPeak})
		}
	}
	return nil
}
