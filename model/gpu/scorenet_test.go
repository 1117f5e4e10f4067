//go:build js && wasm

package gpu_test

import (
	"testing"

	"unnoise/model/gpu"
	"unnoise/model/graph"
	"unnoise/model/scorenet/scorenettest"
)

// TestScoreNet compares whole networks of the tutorial on score-based models with PyTorch.
func TestScoreNet(t *testing.T) {
	dev := open(t)
	scorenettest.Run(t, func(g *graph.Graph) (graph.Program, error) {
		return gpu.Compile(t.Context(), dev, g, gpu.Options{})
	}, networkTolerance)
	for _, message := range dev.Uncaptured() {
		t.Error(message)
	}
}
