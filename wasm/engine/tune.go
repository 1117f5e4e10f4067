//go:build js && wasm

package main

import (
	"context"
	"fmt"
	"math"
	"time"

	"unnoise/model/gpu"
	"unnoise/model/graph"
	"unnoise/model/run"
	"unnoise/wasm/message"
	"unnoise/wasm/obtain"
	"unnoise/wasm/tier"
)

const (
	// tuneBudget is how long the kernels are measured, about: the shape in work when
	// it is spent is finished. The page says so.
	tuneBudget = 3 * time.Second
	// stepRepeats is how often a step is timed in each precision; the shortest counts.
	stepRepeats = 3
	// selfCheck is the largest relative error of an f16 step that is taken: networks
	// are tested to 3e-3, and this input has not been tested.
	selfCheck = 5e-3
)

// tune measures the loaded model's kernels and precisions on the device, uses the
// fastest from now on and remembers them.
func (e *engine) tune(ctx context.Context) {
	x, m := e.executor, e.model
	if x == nil || x.Device == nil || m == nil {
		e.post(&message.Tuned{Stopped: true, Note: "There is no GPU, or no model, to measure."})
		return
	}
	found, err := e.measure(ctx, x, m)
	switch {
	case ctx.Err() != nil:
		return // the page knows
	case err != nil && x.LostBy(err):
		e.post(&message.Tuned{Stopped: true, Precision: e.precisionInUse()})
		e.rebuild(0, 0)
		return
	case err != nil:
		e.post(&message.Tuned{Stopped: true, Precision: e.precisionInUse(), Note: "The kernels could not be measured: " + obtain.Clause(err) + "."})
		return
	}
	m.choice = found
	note := ""
	if found.wrong {
		note = "Some kernels that are faster on this GPU compute something else there, and are not used. Please run the self-test, selftest.html, and report what it finds."
	}
	if err := e.remember(); err != nil {
		note = "What was measured could not be stored, and will be measured again on the next visit."
	}
	e.obey()
	m.network.Close() // the next run compiles anew
	x.Measured = false
	e.post(&message.Tuned{
		Precision: e.precisionInUse(), Shapes: found.shapes,
		F32Seconds: found.F32Seconds, F16Seconds: found.F16Seconds, Note: note,
	})
}

// measure finds the fastest kernels for a step in each precision, and then the faster
// precision.
func (e *engine) measure(ctx context.Context, x *tier.Executor, m *model) (choice, error) {
	g, err := known.Build(m.set, 1, m.info.Height, m.info.Width)
	if err != nil {
		return choice{}, err
	}
	opts := gpu.TuneOptions{Budget: tuneBudget}
	found := choice{Precision: message.PrecisionF32, measured: true}
	half := x.Device.Features.ShaderF16
	if half {
		opts.Budget /= 2
	}
	opts.Progress = e.tuneProgress(ctx, false, half)
	tuned, err := gpu.Tune(ctx, x.Device, g, opts)
	if err != nil {
		return found, err
	}
	found.Choices, found.shapes, found.wrong = tuned.Choices, tuned.Shapes, tuned.Wrong
	in := sampleInput(g, m.info)
	exact, took, err := e.timeStep(ctx, g, in, gpu.Options{Choices: found.Choices})
	if err != nil {
		return found, err
	}
	found.F32Seconds = took.Seconds()
	if !half {
		return found, nil
	}
	lost := func(err error) error { return nilUnless(ctx.Err() != nil || x.LostBy(err), err) } // otherwise f32 it is
	opts.Precision, opts.Progress = gpu.F16, e.tuneProgress(ctx, true, half)
	if tuned, err = gpu.Tune(ctx, x.Device, g, opts); err != nil {
		return found, lost(err)
	}
	found.F16Choices, found.wrong = tuned.Choices, found.wrong || tuned.Wrong
	coarse, took, err := e.timeStep(ctx, g, in, gpu.Options{Choices: found.F16Choices, Precision: gpu.F16})
	if err != nil {
		return found, lost(err)
	}
	found.F16Seconds = took.Seconds()
	if took.Seconds() < found.F32Seconds && relativeError(coarse, exact) <= selfCheck {
		found.Precision = message.PrecisionF16
	}
	return found, nil
}

// tuneProgress tells the page how many shapes are measured; where there are two
// precisions each is one half of it.
func (e *engine) tuneProgress(ctx context.Context, second, two bool) func(done, total int) {
	report := obtain.Throttle(func(stage message.Stage, done, total int64) {
		if ctx.Err() == nil {
			e.post(&message.Progress{Stage: stage, Done: done, Total: total})
		}
	})
	return func(done, total int) {
		if second {
			done += total
		}
		if two {
			total *= 2
		}
		report(message.StageTune, int64(done), int64(total))
	}
}

func nilUnless(condition bool, err error) error {
	if condition {
		return err
	}
	return nil
}

// timeStep runs a network on its own and returns its answer and the shortest time.
func (e *engine) timeStep(ctx context.Context, g *graph.Graph, in [][]float32, opts gpu.Options) ([]float32, time.Duration, error) {
	program, err := e.executor.Compile(ctx, g, opts)
	if err != nil {
		return nil, 0, fmt.Errorf("%v: %w", opts.Precision, err)
	}
	defer program.Close()
	out := make([][]float32, len(g.Outputs))
	for i, port := range g.Outputs {
		out[i] = make([]float32, g.Shape(port.Value).Elems())
	}
	shortest := time.Duration(math.MaxInt64)
	for range 1 + stepRepeats { // the first warms up
		began := time.Now()
		if err := program.Run(ctx, in, out); err != nil {
			return nil, 0, err
		}
		shortest = min(shortest, time.Since(began))
	}
	return out[0], shortest, nil
}

// sampleInput is pure noise in the middle of the schedule, of class 0.
func sampleInput(g *graph.Graph, info run.Info) [][]float32 {
	in := make([][]float32, len(g.Inputs))
	for i, port := range g.Inputs {
		in[i] = make([]float32, g.Shape(port.Value).Elems())
		switch port.Name {
		case "sample":
			run.StartNoise(in[i], 0, 0)
		case "timestep":
			in[i][0] = float32(info.Scheduler.T() / 2)
		}
	}
	return in
}

// relativeError is ‖a−b‖/‖b‖; not a number where a is not.
func relativeError(a, b []float32) float64 {
	difference, norm := 0.0, 0.0
	for i := range b {
		d := float64(a[i]) - float64(b[i])
		difference += d * d
		norm += float64(b[i]) * float64(b[i])
	}
	return math.Sqrt(difference / norm)
}
