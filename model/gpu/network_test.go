//go:build js && wasm

package gpu_test

import (
	"testing"

	"unnoise/model/gpu"
	"unnoise/model/graph"
	"unnoise/model/tensor"
	"unnoise/model/unet/unettest"
)

// networkTolerance is the project's bound on ‖a−b‖/‖b‖ for whole networks in
// float32 on WebGPU, against diffusers in float64.
const networkTolerance = 3e-5

// f16Tolerance is the project's bound for networks that store f16.
const f16Tolerance = 3e-3

// TestNetworksF16 compares whole networks that store f16 with diffusers.
func TestNetworksF16(t *testing.T) {
	dev := open(t)
	if !dev.Features.ShaderF16 {
		expectNoF16(t, dev)
		return
	}
	unettest.Run(t, func(g *graph.Graph) (graph.Program, error) {
		return gpu.Compile(t.Context(), dev, g, gpu.Options{Precision: gpu.F16})
	}, f16Tolerance)
	for _, message := range dev.Uncaptured() {
		t.Error(message)
	}
}

// TestLargeInputs scales the pictures given to networks by 100: what overflows f16
// must not become a NaN, which the comparison would not let pass.
func TestLargeInputs(t *testing.T) {
	long(t)
	dev := open(t)
	for _, name := range []string{"fashion", "odd", "class_identity", "reference", "cifar10"} {
		t.Run(name, func(t *testing.T) {
			golden, err := unettest.Load(name)
			if err != nil {
				t.Fatal(err)
			}
			g, err := golden.Graph()
			if err != nil {
				t.Fatal(err)
			}
			var shapes []tensor.Shape
			for _, p := range g.Inputs {
				shapes = append(shapes, g.Shape(p.Value))
			}
			in := golden.Inputs(shapes)
			for i := range in[0] {
				in[0][i] *= 100
			}
			run := func(precision gpu.Precision) []float32 {
				_, out := arrays(g)
				if err := compile(t, dev, g, gpu.Options{Precision: precision}).Run(t.Context(), in, out); err != nil {
					t.Fatal(err)
				}
				return out[0]
			}
			want := run(gpu.F32)
			if e := relativeError(want, want); e != 0 {
				t.Fatalf("float32 gives a value that is not finite: %v", e)
			}
			if !dev.Features.ShaderF16 {
				expectNoF16(t, dev)
				return
			}
			e := relativeError(run(gpu.F16), want)
			t.Logf("f16 differs from f32 by %.2g", e)
			if !(e <= f16Tolerance) {
				t.Errorf("relative error %.2g, allowed %.2g", e, f16Tolerance)
			}
		})
	}
}

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
