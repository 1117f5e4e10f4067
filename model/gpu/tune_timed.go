//go:build js && wasm

package gpu

import (
	"context"
	"math"
	"time"

	"unnoise/model/gpu/device"
	"unnoise/model/graph"
)

// stepTrials tries choices on whole steps of a graph until the deadline.
func stepTrials(dev *device.Device, g *graph.Graph, precision Precision, deadline time.Time) trials {
	within := agreeF32
	if precision == F16 {
		within = agreeF16
	}
	return trials{
		compile: func(ctx context.Context, choices Choices) (entrant, error) {
			return newTimed(ctx, dev, g, precision, choices)
		},
		now:      time.Now,
		deadline: deadline,
		within:   within,
	}
}

// timed is a program whose steps are timed, from values in memory to values in memory.
type timed struct {
	*Program
	in, out [][]float32
}

func newTimed(ctx context.Context, dev *device.Device, g *graph.Graph, precision Precision, choices Choices) (*timed, error) {
	program, err := Compile(ctx, dev, g, Options{Precision: precision, Choices: choices})
	if err != nil {
		return nil, err
	}
	t := &timed{Program: program}
	for _, p := range g.Inputs {
		values := make([]float32, g.Shape(p.Value).Elems())
		for i := range values {
			values[i] = float32(math.Sin(float64(i + 1)))
		}
		t.in = append(t.in, values)
	}
	for _, p := range g.Outputs {
		t.out = append(t.out, make([]float32, g.Shape(p.Value).Elems()))
	}
	return t, nil
}

// result is what the last step gave; nothing where a step depends on those before it.
func (t *timed) result() [][]float32 {
	if len(t.graph.States) > 0 {
		return nil
	}
	return t.out
}

// step runs a step and returns how long it took.
func (t *timed) step(ctx context.Context) (time.Duration, error) {
	begun := time.Now()
	err := t.Run(ctx, t.in, t.out)
	return time.Since(begun), err
}
