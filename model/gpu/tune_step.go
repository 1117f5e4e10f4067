//go:build js && wasm

package gpu

import (
	"context"
	"errors"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"unnoise/model/gpu/device"
	"unnoise/model/graph"
)

const (
	// stepRounds is how often a step is timed with each of two sets of choices, in turns;
	// the shortest time counts.
	stepRounds = 3
	// stepMargin is how much shorter a step must be for choices to be kept.
	stepMargin = 0.98
)

// keepHelpful keeps the choices with which a whole step is faster: all of them, else,
// while there is time, those of each kind of operation that make it faster.
func (t *Tuned) keepHelpful(ctx context.Context, dev *device.Device, g *graph.Graph, opts TuneOptions, choices Choices, deadline time.Time) error {
	best, err := newTimed(ctx, dev, g, opts.Precision, nil)
	if err != nil {
		return err
	}
	defer func() { best.Close() }()
	if err := best.run(ctx, &best.shortest); err != nil { // warms up, and says how long a step is
		return err
	}
	groups := byKind(choices)
	trials := append([]Choices{choices}, groups...)
	if len(groups) == 1 {
		trials = trials[:1]
	}
	for i, trial := range trials {
		if time.Until(deadline) < 2*stepRounds*best.shortest {
			break
		}
		with := maps.Clone(t.Choices)
		maps.Copy(with, trial)
		other, err := newTimed(ctx, dev, g, opts.Precision, with)
		if err != nil {
			return err
		}
		if err := race(ctx, best, other); err != nil {
			other.Close()
			return err
		}
		if len(t.Choices) == 0 {
			t.Default = best.shortest
		}
		if float64(other.shortest) > stepMargin*float64(best.shortest) {
			other.Close()
			continue
		}
		best.Close()
		best, t.Choices = other, with
		if i == 0 {
			break // all
		}
	}
	if t.Default > 0 {
		t.Tuned = best.shortest
	}
	return nil
}

// byKind splits choices by the kind of operation, the first word of its shape, in the
// alphabetical order of the kinds.
func byKind(choices Choices) []Choices {
	kinds := map[string]Choices{}
	for shape, config := range choices {
		kind, _, _ := strings.Cut(shape, " ")
		if kinds[kind] == nil {
			kinds[kind] = Choices{}
		}
		kinds[kind][shape] = config
	}
	var out []Choices
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		out = append(out, kinds[kind])
	}
	return out
}

// timed is a program whose steps are timed.
type timed struct {
	*Program
	in, out  [][]float32
	shortest time.Duration
}

func newTimed(ctx context.Context, dev *device.Device, g *graph.Graph, precision Precision, choices Choices) (*timed, error) {
	program, err := Compile(ctx, dev, g, Options{Precision: precision, Choices: choices})
	if err != nil {
		return nil, err
	}
	t := &timed{Program: program, shortest: math.MaxInt64}
	for _, p := range g.Inputs {
		t.in = append(t.in, make([]float32, g.Shape(p.Value).Elems()))
	}
	for _, p := range g.Outputs {
		t.out = append(t.out, make([]float32, g.Shape(p.Value).Elems()))
	}
	return t, nil
}

// run runs a step and keeps the shorter of its time and *shortest.
func (t *timed) run(ctx context.Context, shortest *time.Duration) error {
	begun := time.Now()
	err := t.Run(ctx, t.in, t.out)
	*shortest = min(*shortest, time.Since(begun))
	return err
}

// race times two programs in turns, so that a change of the clock or of the load meets
// both, after a step of each that warms up.
func race(ctx context.Context, a, b *timed) error {
	var warm time.Duration
	if err := errors.Join(a.run(ctx, &warm), b.run(ctx, &warm)); err != nil {
		return err
	}
	a.shortest = math.MaxInt64
	for range stepRounds {
		if err := errors.Join(a.run(ctx, &a.shortest), b.run(ctx, &b.shortest)); err != nil {
			return err
		}
	}
	return nil
}
