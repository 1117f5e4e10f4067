//go:build js && wasm

package gpu_test

import (
	"testing"

	"unnoise/model/gpu"
	"unnoise/model/graph"
	"unnoise/model/optest"
)

func TestStates(t *testing.T) {
	dev := open(t)
	optest.RunStates(t, func(g *graph.Graph) (graph.Program, error) {
		return gpu.Compile(t.Context(), dev, g, gpu.Options{})
	})
	for _, message := range dev.Uncaptured() {
		t.Error(message)
	}
}

func TestTraining(t *testing.T) {
	dev := open(t)
	optest.RunTraining(t, func(g *graph.Graph) (graph.Program, error) {
		return gpu.Compile(t.Context(), dev, g, gpu.Options{})
	})
}
