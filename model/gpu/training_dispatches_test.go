//go:build js && wasm

package gpu_test

import (
	"testing"

	"unnoise/model/diffusion"
	"unnoise/model/gpu"
	"unnoise/model/graph"
	"unnoise/model/mlp"
	"unnoise/shaders"
)

// trainingKernels counts the kernels of a step of the laboratory's training by stem, in
// which Adam and the averages of the parameters are parts.
func trainingKernels(t *testing.T, change func(*graph.Graph)) (counts map[string]int, total, copies int) {
	t.Helper()
	schedule, err := diffusion.Cosine(1000)
	if err != nil {
		t.Fatal(err)
	}
	c := mlp.Config{Width: 128, Depth: 3, Schedule: schedule, Batch: 256, Rate: 2e-3, Average: .99}
	g, err := c.TrainingGraph()
	if err != nil {
		t.Fatal(err)
	}
	change(g)
	kernels, copies, err := gpu.Dispatches(open(t), g, gpu.Options{})
	if err != nil {
		t.Fatal(err)
	}
	counts = map[string]int{}
	for _, k := range kernels {
		counts[shaders.Stem(k.Key)]++
	}
	return counts, len(kernels), copies
}

// TestTrainingDispatches holds a step of the laboratory's training to its dispatches: one
// for each of the ten parameters and all its averages, none that arranges a weight for a
// product of the forward pass.
func TestTrainingDispatches(t *testing.T) {
	counts, total, copies := trainingKernels(t, func(*graph.Graph) {})
	if total > 58 || copies > 2 || counts["adam_update"] != 10 || counts["moving_average"] != 2 || counts["adam_step"] != 0 {
		t.Errorf("%d dispatches and %d copies: %v", total, copies, counts)
	}
	if counts["expand"] > 4 { // of the gradients of the products' results
		t.Errorf("%d values are arranged", counts["expand"])
	}
}

// TestUpdatesThatOthersRead has something else read what Adam's kernels would change: that
// which would must then not, and none where a parameter is read after them.
func TestUpdatesThatOthersRead(t *testing.T) {
	find := func(g *graph.Graph, name string) graph.State {
		for _, s := range g.States {
			if s.Name == name {
				return s
			}
		}
		t.Fatalf("no state %q", name)
		return graph.State{}
	}
	show := func(g *graph.Graph, id graph.ID) { g.Outputs = append(g.Outputs, graph.Port{Name: "shown", Value: id}) }
	const weight = "layers.1.weight"
	for _, c := range []struct {
		name   string
		change func(*graph.Graph)
		want   [3]int // updates, steps, averages
	}{
		{"a parameter is an output", func(g *graph.Graph) { show(g, find(g, weight).Value) }, [3]int{9, 1, 5}},
		{"its successor is", func(g *graph.Graph) { show(g, find(g, weight).Next) }, [3]int{9, 1, 5}},
		{"an average is", func(g *graph.Graph) { show(g, find(g, "adam.exp_avg."+weight).Value) }, [3]int{9, 1, 5}},
		{"an average of itself is", func(g *graph.Graph) { show(g, find(g, "average."+weight).Next) }, [3]int{0, 10, 32}},
		{"a parameter is read later", func(g *graph.Graph) {
			w := find(g, weight)
			out := graph.ID(len(g.Values))
			g.Values = append(g.Values, graph.Value{Label: "later", Shape: g.Shape(w.Value)})
			g.Nodes = append(g.Nodes, graph.Node{Label: "later", Op: graph.Affine{Factor: 2}, In: []graph.ID{w.Value}, Out: out})
			show(g, out)
		}, [3]int{0, 10, 32}},
	} {
		counts, _, _ := trainingKernels(t, c.change)
		got := [3]int{counts["adam_update"], counts["adam_step"], counts["moving_average"]}
		if got != c.want {
			t.Errorf("%s: %v updates, steps and averages, expected %v", c.name, got, c.want)
		}
	}
}
