//go:build js && wasm

package gpu

import (
	"context"
	"time"

	"unnoise/model/gpu/device"
	"unnoise/model/graph"
	"unnoise/shaders"
)

// Roofline is what a device can do at best, measured (Williams, Waterman &
// Patterson 2009).
type Roofline struct {
	FMAPerSecond   float64 // float32 operations, two for each fused multiply-add
	BytesPerSecond float64 // of a copy, read and written
}

// The measured work: long enough on the slowest adapter that the fixed cost of a
// submit, about a millisecond, does not matter, and at most about a second.
const (
	firstRounds = 256
	longEnough  = 60 * time.Millisecond
	peakRepeats = 5
)

// peakWork is how much of the work goes on at the same time.
type peakWork struct {
	invocations int // of the multiply-adds
	copyWords   int // of the copy, read and written
}

// An adapter that computes on the CPU has a few lanes and caches of a few MiB. The
// largest GPUs have some 150 multiprocessors of 2048 invocations, which hide the latency
// of an addition behind each other, and caches of up to 96 MiB that a copy must not fit
// into; both buffers keep within a binding.
var (
	softwarePeak = peakWork{64 * 64, 4 << 20}
	hardwarePeak = peakWork{1 << 19, 16 << 20}
)

func peakWorkOf(dev *device.Device) peakWork {
	if dev.Info.Software {
		return softwarePeak
	}
	return hardwarePeak
}

// MeasureRoofline measures the device; it takes a second or two.
func MeasureRoofline(ctx context.Context, dev *device.Device) (Roofline, error) {
	var out Roofline
	work := peakWorkOf(dev)
	for rounds := firstRounds; ; rounds *= 4 {
		best, err := bestOf(ctx, dev, work.multiply(rounds))
		if err != nil {
			return out, err
		}
		out.FMAPerSecond = float64(work.invocations) * float64(rounds) * 8 * 4 * 2 / best.Seconds()
		if best >= longEnough || rounds >= 1<<24 {
			break
		}
	}
	for copies := 1; ; copies *= 4 {
		best, err := bestOf(ctx, dev, work.copy(copies))
		if err != nil {
			return out, err
		}
		out.BytesPerSecond = float64(copies) * float64(work.copyWords) * 4 * 2 / best.Seconds()
		if best >= longEnough || copies >= 1<<10 {
			return out, nil
		}
	}
}

func (w peakWork) multiply(rounds int) *lowering {
	l := emptyLowering("peak")
	l.emit("peak_fma", nil, shaders.PeakFMA{Rounds: uint32(rounds)}, w.invocations, 0, l.scratch("sink", 4*w.invocations))
	return l
}

func (w peakWork) copy(copies int) *lowering {
	l := emptyLowering("copy")
	x, y := l.scratch("from", w.copyWords), l.scratch("to", w.copyWords)
	for range copies {
		l.emit("peak_copy", nil, shaders.PeakCopy{Count: uint32(w.copyWords / 4)}, w.copyWords/4, 0, x, y)
	}
	return l
}

func emptyLowering(node string) *lowering {
	l := newLowering(&graph.Graph{}, &chooser{})
	l.node = node
	return l
}

// bestOf runs launches a few times and returns the shortest time.
func bestOf(ctx context.Context, dev *device.Device, l *lowering) (time.Duration, error) {
	c := &compiler{dev: dev, graph: l.graph, lowering: l, program: newProgram(dev, l.graph)}
	defer c.program.Close()
	if failed := c.compilePipelines(); failed != nil {
		return 0, failed.err
	}
	c.plan = planMemory(l, true)
	if err := c.build(ctx); err != nil {
		return 0, err
	}
	return c.program.best(ctx, peakRepeats)
}

// best is the shortest time of a few runs with zeros as inputs, after one that
// warms up.
func (p *Program) best(ctx context.Context, repeats int) (time.Duration, error) {
	in, out := zeros(p.graph, p.graph.Inputs), zeros(p.graph, p.graph.Outputs)
	shortest := time.Duration(-1)
	for i := range repeats + 1 {
		begun := time.Now()
		if err := p.Run(ctx, in, out); err != nil {
			return 0, err
		}
		if took := time.Since(begun); i > 0 && (shortest < 0 || took < shortest) {
			shortest = took
		}
	}
	return shortest, nil
}

func zeros(g *graph.Graph, ports []graph.Port) [][]float32 {
	var out [][]float32
	for _, p := range ports {
		out = append(out, make([]float32, g.Shape(p.Value).Elems()))
	}
	return out
}
