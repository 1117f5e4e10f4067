//go:build js && wasm

package gpu_test

import (
	"testing"

	"unnoise/model/gpu"
	"unnoise/model/graph"
	"unnoise/model/refinenet/refinenettest"
)

// TestRefineNet compares whole networks of NCSN and NCSNv2 with PyTorch.
func TestRefineNet(t *testing.T) {
	dev := open(t)
	refinenettest.Run(t, func(g *graph.Graph) (graph.Program, error) {
		return gpu.Compile(t.Context(), dev, g, gpu.Options{})
	}, networkTolerance)
	for _, message := range dev.Uncaptured() {
		t.Error(message)
	}
}
