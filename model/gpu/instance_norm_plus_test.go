//go:build js && wasm

package gpu_test

import (
	"slices"
	"testing"

	"unnoise/model/gpu"
	"unnoise/model/graph"
)

// TestActivationOfANorm checks that NCSN's norm and its activation are one kernel.
func TestActivationOfANorm(t *testing.T) {
	b := graph.NewBuilder()
	x := b.Apply("norm", graph.InstanceNormPlus{Eps: 1e-5}, b.Input("x", 1, 4, 4, 8), b.Input("style", 1, 24))
	b.Output("y", b.Apply("elu", graph.Unary{Func: graph.ELU, Alpha: 1}, x))
	g, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	var kernels []string
	for _, k := range compile(t, open(t), g, gpu.Options{}).Stats().Kernels {
		kernels = append(kernels, k.Key)
	}
	if len(kernels) != 3 || slices.Contains(kernels, "unary(FUNC=2)") {
		t.Errorf("kernels %v, expected statistics, shift and norm", kernels)
	}
}
