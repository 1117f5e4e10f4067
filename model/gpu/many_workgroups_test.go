//go:build js && wasm

package gpu_test

import (
	"testing"

	"unnoise/model/cpu"
	"unnoise/model/gpu"
	"unnoise/model/graph"
	"unnoise/model/tensor"
)

// TestManyWorkgroups needs more workgroups than one dimension has, of kernels that number
// their invocations through and of those that give a workgroup to each row or group.
func TestManyWorkgroups(t *testing.T) {
	long(t)
	const rows = 66_000 // over 65535
	dev := open(t)
	for _, test := range []struct {
		name   string
		prefer gpu.Config
		op     graph.Op
		shape  tensor.Shape
	}{
		{"values", "", graph.SiLU{}, tensor.Shape{rows, 64}},
		{"sums of rows", "", graph.Sum{From: 1, To: 2}, tensor.Shape{rows, 3}},
		{"rows of a softmax", gpu.Subgroups, graph.Softmax{}, tensor.Shape{rows, 5}},
		{"groups of a norm", gpu.Subgroups, graph.GroupNorm{Groups: 2, Eps: 1e-5}, tensor.Shape{rows / 2, 1, 2, 8}},
	} {
		b := graph.NewBuilder()
		b.Output("y", b.Apply("y", test.op, b.Input("x", test.shape...)))
		g, err := b.Build()
		if err != nil {
			t.Fatal(err)
		}
		in, want := arrays(g)
		reference, err := cpu.Compile(g)
		if err != nil {
			t.Fatal(err)
		}
		if err := reference.Run(t.Context(), in, want); err != nil {
			t.Fatal(err)
		}
		reference.Close()
		_, got := arrays(g)
		program := compile(t, dev, g, gpu.Options{Prefer: []gpu.Config{test.prefer}, Isolate: true})
		if err := program.Run(t.Context(), in, got); err != nil {
			t.Fatal(err)
		}
		if e := relativeError(got[0], want[0]); !(e <= 1e-6) {
			t.Errorf("%s: relative error %.2g", test.name, e)
		}
	}
}
