//go:build js && wasm

package gpu_test

import (
	"testing"
	"time"

	"unnoise/model/gpu"
	"unnoise/model/graph"
	"unnoise/model/unet/unettest"
	"unnoise/model/weights"
)

// TestGradients compares the gradients of a whole network, with respect to its input
// and to parameters of every kind, with PyTorch's.
func TestGradients(t *testing.T) {
	dev := open(t)
	compile := func(g *graph.Graph) (graph.Program, error) {
		program, err := gpu.Compile(t.Context(), dev, g, gpu.Options{})
		if err == nil {
			s := program.Stats()
			t.Logf("%d dispatches, activations %.1f MB (at least %.1f MB)",
				s.Dispatches, float64(s.ActivationBytes)/1e6, float64(s.ActivationBound)/1e6)
		}
		return program, err
	}
	unettest.RunGradient(t, "fashion", compile, networkTolerance)
	unettest.RunQuantizedGradient(t, "fashion", weights.Q8_0, compile, 1e-6)
}

// TestNetworkTraining trains a whole network as PyTorch does; see the same test of
// package unet.
func TestNetworkTraining(t *testing.T) {
	long(t)
	dev := open(t)
	unettest.RunTraining(t, "fashion", func(g *graph.Graph) (graph.Program, error) {
		return gpu.Compile(t.Context(), dev, g, gpu.Options{})
	}, 1e-4)
	for _, message := range dev.Uncaptured() {
		t.Error(message)
	}
}

// TestTuneTraining tunes a network whose weights are values, with its backward pass.
func TestTuneTraining(t *testing.T) {
	long(t)
	dev := open(t)
	forward, err := fashion(t).Graph()
	if err != nil {
		t.Fatal(err)
	}
	b, params := graph.Trainable(forward, func(string) bool { return true })
	y := forward.Outputs[0].Value
	for _, grad := range b.Gradient(y, b.Input("v", forward.Shape(y)...), params...) {
		b.Output("gradient", grad)
	}
	g, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	tuned, err := gpu.Tune(t.Context(), dev, g, gpu.TuneOptions{Budget: 3 * time.Second})
	if err != nil || tuned.Shapes == 0 {
		t.Errorf("%d shapes measured in three seconds: %v", tuned.Shapes, err)
	}
	compile(t, dev, g, gpu.Options{Choices: tuned.Choices})
}
