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
	if x == nil || x.device == nil || m == nil {
		e.post(&message.Tuned{Stopped: true, Note: "There is no GPU, or no model, to measure."})
		return
	}
	found, err := e.measure(ctx, x, m)
	switch {
	case ctx.Err() != nil:
		return // the page knows
	case err != nil && x.lostBy(err):
		e.post(&message.Tuned{Stopped: true, Precision: e.precisionInUse()})
		e.rebuild(0, 0)
		return
	case err != nil:
		e.post(&message.Tuned{Stopped: true, Precision: e.precisionInUse(), Note: "The kernels could not be measured: " + clause(err) + "."})
		return
	}
	m.choice = found
	note := ""
	if err := e.remember(); err != nil {
		note = "What was measured could not be stored, and will be measured again on the next visit."
	}
	e.obey()
	m.network.Close() // the next run compiles anew
	x.measured = false
	e.post(&message.Tuned{
		Precision: e.precisionInUse(), Shapes: found.shapes,
		F32Seconds: found.F32Seconds, F16Seconds: found.F16Seconds, Note: note,
	})
}

// measure finds the fastest kernels, keeps them if a whole step is faster with them
// than with the defaults (an operation measured alone finds its data in the caches,
// in a step it may not), and then finds the faster precision.
func (e *engine) measure(ctx context.Context, x *executor, m *model) (choice, error) {
	g, err := run.Build(m.set, 1, m.info.Height, m.info.Width)
	if err != nil {
		return choice{}, err
	}
	report := throttle(func(stage message.Stage, done, total int64) {
		if ctx.Err() == nil {
			e.post(&message.Progress{Stage: stage, Done: done, Total: total})
		}
	})
	found := choice{Precision: message.PrecisionF32, measured: true}
	found.Choices, err = gpu.Tune(ctx, x.device, g, tuneBudget, func(done, total int) {
		report(message.StageTune, int64(done), int64(total))
	})
	if err != nil {
		return found, err
	}
	found.shapes = len(found.Choices)
	in := sampleInput(g, m.info)
	exact, took, err := e.timeStep(ctx, g, in, gpu.Options{})
	if err != nil {
		return found, err
	}
	_, tuned, err := e.timeStep(ctx, g, in, gpu.Options{Choices: found.Choices})
	if err != nil {
		return found, err
	}
	if tuned >= took {
		found.Choices = gpu.Choices{}
	}
	found.F32Seconds = min(took, tuned).Seconds()
	if !x.device.Features.ShaderF16 {
		return found, nil
	}
	coarse, took, err := e.timeStep(ctx, g, in, gpu.Options{Choices: found.Choices, Precision: gpu.F16})
	if err != nil {
		return found, nilUnless(ctx.Err() != nil || x.lostBy(err), err) // f32 it is
	}
	found.F16Seconds = took.Seconds()
	if took.Seconds() < found.F32Seconds && relativeError(coarse, exact) <= selfCheck {
		found.Precision = message.PrecisionF16
	}
	return found, nil
}

func nilUnless(condition bool, err error) error {
	if condition {
		return err
	}
	return nil
}

// timeStep runs a network on its own and returns its answer and the shortest time.
func (e *engine) timeStep(ctx context.Context, g *graph.Graph, in [][]float32, opts gpu.Options) ([]float32, time.Duration, error) {
	program, err := e.executor.compile(ctx, g, opts)
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
