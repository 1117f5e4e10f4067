//go:build js && wasm

package gpu_test

import (
	"slices"
	"strings"
	"testing"

	"unnoise/model/gpu"
	"unnoise/model/gpu/device"
	"unnoise/model/graph"
	"unnoise/model/optest"
)

// checkAttention runs the table's cases of attention and of its gradients with those
// names, or all.
func checkAttention(t *testing.T, dev *device.Device, opts gpu.Options, names ...string) {
	t.Helper()
	ran := 0
	for _, c := range optest.Cases() {
		family, name, _ := strings.Cut(c.Name, "/")
		if family != "attention" && family != "attention_grad" || len(names) > 0 && !slices.Contains(names, name) {
			continue
		}
		ran++
		err := c.Check(func(g *graph.Graph) (graph.Program, error) {
			return gpu.Compile(t.Context(), dev, g, opts)
		})
		if err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
	}
	if ran < 2*len(names) || ran == 0 {
		t.Errorf("%d cases of %v in the table", ran, names)
	}
}

// TestAttentionFused forces the kernel that stores no scores.
func TestAttentionFused(t *testing.T) {
	checkAttention(t, open(t), gpu.Options{Prefer: []gpu.Config{gpu.Fused}, Isolate: true})
}

// TestAttentionPasses cuts attention into passes: of some heads, of some queries of
// one head, and of one query.
func TestAttentionPasses(t *testing.T) {
	dev := open(t)
	for _, words := range []int{300, 50, 1} {
		gpu.LimitScores(t, words)
		checkAttention(t, dev, gpu.Options{Prefer: []gpu.Config{gpu.Tile}, Isolate: true}, "heads", "other_keys")
		checkAttention(t, dev, gpu.Options{Prefer: []gpu.Config{gpu.Plain}, Isolate: true}, "head_of_one_channel")
	}
}

// TestAttentionKernels checks that parts of a fused projection are not copied, and that
// the three gradients share the probabilities.
func TestAttentionKernels(t *testing.T) {
	const tokens, heads, dim = 16, 2, 8
	build := func(splitHeads int, gradient bool) *graph.Graph {
		b := graph.NewBuilder()
		x := b.Input("x", 1, tokens, 3*heads*dim)
		part := func(i int) graph.ID { return b.Apply("split", graph.Split{Heads: splitHeads, Parts: 3, Part: i}, x) }
		q, k, v := part(0), part(1), part(2)
		y := b.Apply("attention", graph.Attention{Heads: heads, Scale: 0.3}, q, k, v)
		b.Output("y", y)
		if gradient {
			for i, g := range b.Gradient(y, b.Input("g", 1, tokens, heads*dim), q, k, v) {
				b.Output([]string{"q", "k", "v"}[i], g)
			}
		}
		g, err := b.Build()
		if err != nil {
			t.Fatal(err)
		}
		return g
	}
	dev := open(t)
	kernels := func(g *graph.Graph, config gpu.Config) (keys []string) {
		for _, k := range compile(t, dev, g, gpu.Options{Prefer: []gpu.Config{config}}).Stats().Kernels {
			keys = append(keys, k.Key)
		}
		return keys
	}
	for _, splitHeads := range []int{1, heads} {
		if got := kernels(build(splitHeads, false), gpu.Fused); !slices.Equal(got, []string{"attention_fused(DIM4=2)"}) {
			t.Errorf("split in %d heads: %v", splitHeads, got)
		}
	}
	count := 0
	got := kernels(build(1, true), gpu.Fused)
	for _, key := range got {
		if key == "attention_softmax" {
			count++
		}
	}
	if count != 1 {
		t.Errorf("the probabilities of one attention are computed %d times for its gradients: %v", count, got)
	}
}
