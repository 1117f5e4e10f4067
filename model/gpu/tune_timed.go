//go:build js && wasm

package gpu

import (
	"context"
	"time"

	"unnoise/model/gpu/device"
	"unnoise/model/graph"
)

// stepTrials tries choices on whole steps of a graph until the deadline.
func stepTrials(dev *device.Device, g *graph.Graph, precision Precision, deadline time.Time) trials {
	return trials{
		compile: func(ctx context.Context, choices Choices) (entrant, error) {
			return newTimed(ctx, dev, g, precision, choices)
		},
		now:      time.Now,
		deadline: deadline,
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
		t.in = append(t.in, make([]float32, g.Shape(p.Value).Elems()))
	}
	for _, p := range g.Outputs {
		t.out = append(t.out, make([]float32, g.Shape(p.Value).Elems()))
	}
	return t, nil
}

// step runs a step and returns how long it took.
func (t *timed) step(ctx context.Context) (time.Duration, error) {
	begun := time.Now()
	err := t.Run(ctx, t.in, t.out)
	return time.Since(begun), err
}
