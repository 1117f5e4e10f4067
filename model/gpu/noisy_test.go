//go:build js && wasm

package gpu_test

import (
	"testing"

	"unnoise/model/gpu"
	"unnoise/model/graph"
	"unnoise/model/noisy/noisytest"
)

// TestNoisyClassifier compares classifiers of noisy pictures, and the gradients that steer by
// them, with PyTorch.
func TestNoisyClassifier(t *testing.T) {
	dev := open(t)
	noisytest.Run(t, func(g *graph.Graph) (graph.Program, error) {
		return gpu.Compile(t.Context(), dev, g, gpu.Options{})
	}, networkTolerance)
	for _, message := range dev.Uncaptured() {
		t.Error(message)
	}
}
