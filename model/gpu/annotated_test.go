//go:build js && wasm

package gpu_test

import (
	"math"
	"testing"

	"unnoise/model/annotated"
	"unnoise/model/annotated/annotatedtest"
	"unnoise/model/cpu"
	"unnoise/model/gpu"
	"unnoise/model/graph"
	"unnoise/model/unet/drawn"
	"unnoise/model/unet/unettest"
	"unnoise/model/weights"
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

// TestJoinedRows runs a network whose blocks run across the ends of rows, and demands
// what the CPU makes of the same values in float32.
func TestJoinedRows(t *testing.T) {
	dev := open(t)
	golden, err := annotatedtest.Load("odd")
	if err != nil {
		t.Fatal(err)
	}
	set, err := golden.Weights()
	if err != nil {
		t.Fatal(err)
	}
	joined, _, err := weights.QuantizeSetJoined(set, weights.Q8_0)
	if err != nil {
		t.Fatal(err)
	}
	if !joined.Lookup("downs.0.2.fn.fn.to_qkv.weight").Joined() {
		t.Fatal("the network has no joined rows")
	}
	expanded, _, err := weights.QuantizeSet(joined, weights.F32)
	if err != nil {
		t.Fatal(err)
	}
	answer := func(set *weights.Set, compile unettest.Compile) []float32 {
		g, err := annotated.Build(set, 1, 8, 6)
		if err != nil {
			t.Fatal(err)
		}
		program, err := compile(g)
		if err != nil {
			t.Fatal(err)
		}
		defer program.Close()
		sample := drawn.Values("input.sample", 8*6*3)
		out := [][]float32{make([]float32, 8*6*3)}
		if err := program.Run(t.Context(), [][]float32{sample, {17}}, out); err != nil {
			t.Fatal(err)
		}
		return out[0]
	}
	want := answer(expanded, cpu.Compile)
	got := answer(joined, func(g *graph.Graph) (graph.Program, error) {
		return gpu.Compile(t.Context(), dev, g, gpu.Options{})
	})
	var difference, norm float64
	for i := range want {
		difference += math.Pow(float64(got[i]-want[i]), 2)
		norm += math.Pow(float64(want[i]), 2)
	}
	if relative := math.Sqrt(difference / norm); !(relative <= networkTolerance) {
		t.Errorf("relative error %.2g, allowed %.2g", relative, networkTolerance)
	}
}
