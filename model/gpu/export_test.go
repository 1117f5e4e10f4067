//go:build js && wasm

package gpu

import (
	"context"
	"testing"
	"time"

	"unnoise/model/gpu/device"
	"unnoise/model/graph"
)

// LimitScores has attention go over its queries in passes of that many scores, for one
// test.
func LimitScores(t *testing.T, words int) {
	before := maxScoreWords
	maxScoreWords = words
	t.Cleanup(func() { maxScoreWords = before })
}

// PeakSizes is how much MeasureRoofline does at once: invocations of multiply-adds, and
// bytes read, and as many written, by a copy.
func PeakSizes(dev *device.Device) (invocations, copied int) {
	work := peakWorkOf(dev)
	return work.invocations, 4 * work.copyWords
}

// Shapes lists the shapes that Tune measures.
func Shapes(dev *device.Device, g *graph.Graph, precision Precision) ([]string, error) {
	products, err := productShapes(dev, g, precision)
	if err != nil {
		return nil, err
	}
	nodes, err := tunable(dev, g, precision)
	var out []string
	for _, c := range append(products, nodes...) {
		out = append(out, c.shape)
	}
	return out, err
}

// KeepHelpful is the check of whole steps on its own.
func KeepHelpful(ctx context.Context, dev *device.Device, g *graph.Graph, choices Choices, budget time.Duration) (Tuned, error) {
	tuned := Tuned{Choices: Choices{}}
	err := tuned.keepHelpful(ctx, stepTrials(dev, g, F32, time.Now().Add(budget)), choices)
	return tuned, err
}

// Dispatches lists the kernels of a step, and what is copied after it, without compiling.
func Dispatches(dev *device.Device, g *graph.Graph, opts Options) (kernels []Kernel, copies int, err error) {
	l, err := lower(g, newChooser(dev, opts))
	if err != nil {
		return nil, 0, err
	}
	for _, step := range l.step {
		kernels = append(kernels, Kernel{Node: step.label, Key: step.key()})
	}
	return kernels, len(l.carries), nil
}

// Memory plans the activations of a step without compiling: how many times the lower bound
// they take, and what is wrong with the plan.
func Memory(dev *device.Device, g *graph.Graph, opts Options) (ratio float64, err error) {
	l, err := lower(g, newChooser(dev, opts))
	if err != nil {
		return 0, err
	}
	t, _ := l.tenancy()
	s := t.sharedSlots()
	return float64(s.total()) / float64(t.bound()), replayed(t, s)
}
