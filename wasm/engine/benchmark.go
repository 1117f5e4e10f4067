//go:build js && wasm

package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"unnoise/model/bench"
	"unnoise/model/bench/gpubench"
	"unnoise/model/cpu"
	"unnoise/model/gpu"
	"unnoise/model/gpu/device"
	"unnoise/model/graph"
	"unnoise/model/unet"
	"unnoise/model/weights"
	"unnoise/wasm/message"
	"unnoise/wasm/obtain"
	"unnoise/wasm/tier"
	"unnoise/wasm/wire"
)

// How often a step is timed on the visitor's device, and how long its kernels may be
// chosen among before.
var (
	quickly    = effort{bench.Repeats{Most: 3, Budget: 2 * time.Second}, 0}
	thoroughly = effort{bench.Repeats{Most: 20, Budget: 8 * time.Second}, 5 * time.Second}
)

type effort struct {
	repeats bench.Repeats
	tune    time.Duration
}

// benchmark measures the device and sends what it finds as it finds it.
func (e *engine) benchmark(ctx context.Context, m *message.Measure) {
	began := time.Now()
	if err := newMeasurement(e, ctx, m).carryOut(); err != nil {
		if ctx.Err() == nil {
			text, hint := obtain.Describe(explainMeasurement(err))
			e.post(&message.Error{RunID: m.RunID, Message: text, Hint: hint})
		}
		return
	}
	if ctx.Err() == nil {
		e.post(&message.Done{RunID: m.RunID, Seconds: time.Since(began).Seconds()})
	}
}

func explainMeasurement(err error) error {
	switch {
	case errors.Is(err, device.ErrLost):
		return &obtain.Problem{Message: "The GPU was lost while it was measured.", Hint: "Please try again; the quick measurement asks less of it."}
	case errors.Is(err, device.ErrOutOfMemory):
		return &obtain.Problem{Message: "The GPU has not enough memory for this measurement.", Hint: "Please close other tabs and try again, or measure quickly."}
	}
	return fmt.Errorf("the measurement stopped: %w", err)
}

// measurement is one benchmark in progress.
type measurement struct {
	*engine
	ctx         context.Context
	request     *message.Measure
	effort      effort
	roof        bench.Roofline
	done, total int
}

func newMeasurement(e *engine, ctx context.Context, m *message.Measure) *measurement {
	b := &measurement{engine: e, ctx: ctx, request: m, effort: thoroughly}
	if m.Quick {
		b.effort = quickly
	}
	return b
}

// subject is a network to be timed with a batch of pictures.
type subject struct {
	name, words string
	set         *weights.Set
	batch, size int
	profiled    bool // its kernels are timed one by one, too
}

// subjects lists what is timed. Without a GPU it is a picture at a time.
func (b *measurement) subjects(reference *weights.Set) []subject {
	const words = "the reference network"
	out := []subject{{bench.ReferenceCase, words, reference, 1, 32, true}}
	few := b.request.Quick || b.executor.Device == nil
	if !few {
		out = append(out, subject{bench.ReferenceCase, words, reference, 8, 32, false}, subject{bench.ReferenceCase, words, reference, 1, 64, false})
	}
	if b.model != nil {
		name, words := b.model.id+"-step", "the model “"+b.model.id+"”"
		out = append(out, subject{name, words, b.model.set, 1, b.model.info.Height, false})
		if !few {
			out = append(out, subject{name, words, b.model.set, 16, b.model.info.Height, false})
		}
	}
	return out
}

func (b *measurement) carryOut() error {
	if b.executor == nil {
		return errors.New("the engine was not opened before it was asked to measure")
	}
	b.total = 1
	b.says("Drawing the weights of the reference network")
	reference, err := bench.Reference(nil)
	if err != nil {
		return err
	}
	subjects := b.subjects(reference)
	precisions := b.precisions()
	b.total = 1 + len(subjects)*len(precisions)
	if b.executor.Device == nil {
		b.done++
		return b.onCPU(subjects)
	}
	if err := b.peaks(); err != nil {
		return err
	}
	for _, s := range subjects {
		for _, precision := range precisions {
			if err := b.onGPU(s, precision); err != nil {
				return fmt.Errorf("%s: %w", s.words, err)
			}
		}
	}
	return nil
}

// precisions are those that the device can compute in.
func (b *measurement) precisions() []gpu.Precision {
	if x := b.executor.Device; x != nil && x.Features.ShaderF16 {
		return []gpu.Precision{gpu.F32, gpu.F16}
	}
	return []gpu.Precision{gpu.F32}
}

// peaks measures what the device can do at best.
func (b *measurement) peaks() error {
	b.send(&message.Measured{Device: describeDevice(b.executor)})
	b.says("Measuring what this device can do at best")
	var err error
	if b.roof, err = gpubench.Roofline(b.ctx, b.executor.Device); err != nil {
		return err
	}
	b.done++
	adapter := b.executor.Ready.Adapter
	b.send(&message.Measured{Roof: &b.roof, Rows: []bench.Row{
		{Case: "peak-fma", Adapter: adapter, Engine: "unnoise-f32", GFLOPS: b.roof.FMAPerSecond / 1e9, PercentOfPeak: 100},
		{Case: "peak-copy", Adapter: adapter, Engine: "unnoise-f32", GBPerSecond: b.roof.BytesPerSecond / 1e9},
	}})
	return nil
}

func (b *measurement) onGPU(s subject, precision gpu.Precision) error {
	b.says(fmt.Sprintf("Measuring %s, %s, in %s", s.words, pictures(s), precision))
	g, err := unet.Build(s.set, s.batch, s.size, s.size)
	if err != nil {
		return err
	}
	result, err := gpubench.Step(b.ctx, b.executor.Device, g, gpubench.Options{
		Precision: precision, Tune: b.effort.tune, Repeats: b.effort.repeats, Slice: tier.Slice, Profile: s.profiled, Roof: b.roof})
	if err != nil {
		return err
	}
	b.done++
	row := result.Row
	row.Case, row.Size, row.Adapter = s.name, s.size, b.executor.Ready.Adapter
	b.send(&message.Measured{Rows: []bench.Row{row}, Ops: result.Ops, Engine: row.Engine})
	return nil
}

func (b *measurement) onCPU(subjects []subject) error {
	for _, s := range subjects {
		b.says(fmt.Sprintf("Measuring %s, %s, on the CPU", s.words, pictures(s)))
		wire.Turn() // the CPU never waits, so the page must be let in
		g, err := unet.Build(s.set, s.batch, s.size, s.size)
		if err != nil {
			return err
		}
		var program graph.Program
		if program, err = cpu.Compile(g); err != nil {
			return err
		}
		ms, err := bench.Time(b.ctx, program, g, b.effort.repeats, wire.Turn)
		program.Close()
		if err != nil {
			return err
		}
		b.done++
		row := bench.Row{Case: s.name, Batch: s.batch, Size: s.size, Adapter: "cpu", Engine: "unnoise-cpu"}
		b.send(&message.Measured{Rows: []bench.Row{row.Timed(ms, g.FLOPs())}})
	}
	return nil
}

func (b *measurement) says(what string) {
	if b.ctx.Err() == nil {
		b.post(&message.Measuring{RunID: b.request.RunID, What: what, Done: b.done, Total: b.total})
	}
}

func (b *measurement) send(m *message.Measured) {
	m.RunID = b.request.RunID
	if b.ctx.Err() == nil {
		b.post(m)
	}
}

func pictures(s subject) string {
	if s.batch == 1 {
		return fmt.Sprintf("one picture of %d×%d", s.size, s.size)
	}
	return fmt.Sprintf("%d pictures of %d×%d", s.batch, s.size, s.size)
}

// describeDevice is what the page shows of the device.
func describeDevice(x *tier.Executor) *message.Device {
	l := x.Device.Limits
	return &message.Device{
		Name: x.Ready.Adapter, Vendor: x.Device.Info.Vendor, Architecture: x.Device.Info.Architecture,
		Software: x.Ready.Software, Features: x.Ready.Features,
		Limits: []message.Limit{
			{Name: "maxStorageBufferBindingSize", Value: l.StorageBindingBytes},
			{Name: "maxBufferSize", Value: l.BufferBytes},
			{Name: "maxComputeWorkgroupStorageSize", Value: l.WorkgroupStorageBytes},
			{Name: "maxComputeInvocationsPerWorkgroup", Value: l.WorkgroupInvocations},
			{Name: "maxComputeWorkgroupsPerDimension", Value: l.Workgroups},
			{Name: "minUniformBufferOffsetAlignment", Value: l.UniformAlignment},
		},
	}
}
