//go:build js && wasm

package gpu_test

import (
	"testing"

	"unnoise/model/annotated/annotatedtest"
	"unnoise/model/gpu"
	"unnoise/model/graph"
)

// TestAnnotated compares whole networks of The Annotated Diffusion Model with PyTorch.
func TestAnnotated(t *testing.T) {
	dev := open(t)
	annotatedtest.Run(t, func(g *graph.Graph) (graph.Program, error) {
		return gpu.Compile(t.Context(), dev, g, gpu.Options{})
	}, networkTolerance)
	for _, message := range dev.Uncaptured() {
		t.Error(message)
	}
}
