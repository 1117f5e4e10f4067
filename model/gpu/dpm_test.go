//go:build js && wasm

package gpu_test

import (
	"context"
	"testing"

	"unnoise/model/dpm/dpmtest"
	"unnoise/model/gpu"
	"unnoise/model/graph"
)

// TestDPMNetworks compares the networks of the first diffusion paper with PyTorch.
func TestDPMNetworks(t *testing.T) {
	dev := open(t)
	dpmtest.Run(t, func(ctx context.Context, g *graph.Graph) (graph.Program, error) {
		return gpu.Compile(ctx, dev, g, gpu.Options{})
	}, networkTolerance)
}
