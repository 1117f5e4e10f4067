//go:build js && wasm

package gpu_test

import (
	"testing"

	"unnoise/model/gpu"
	"unnoise/model/graph"
	"unnoise/model/unet/unettest"
)

// networkTolerance is the project's bound on ‖a−b‖/‖b‖ for whole networks in
// float32 on WebGPU, against diffusers in float64.
const networkTolerance = 3e-5

// TestNetworks compares whole networks with diffusers.
func TestNetworks(t *testing.T) {
	dev := open(t)
	unettest.Run(t, func(g *graph.Graph) (graph.Program, error) {
		program, err := gpu.Compile(t.Context(), dev, g, gpu.Options{})
		if err == nil {
			s := program.Stats()
			t.Logf("%d dispatches, %d pipelines, activations %.1f MB (at least %.1f MB), weights %.1f MB, %.2f GFLOP",
				s.Dispatches, s.Pipelines, float64(s.ActivationBytes)/1e6, float64(s.ActivationBound)/1e6,
				float64(s.WeightBytes)/1e6, float64(s.FLOPs)/1e9)
		}
		return program, err
	}, networkTolerance)
}
