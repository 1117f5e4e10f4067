package unettest_test

import (
	"strings"
	"testing"

	"unnoise/model/cpu"
	"unnoise/model/graph"
	"unnoise/model/unet/unettest"
)

// TestFaultsAreLocated spoils one node and demands that the error names the module
// it belongs to.
func TestFaultsAreLocated(t *testing.T) {
	golden, err := unettest.Load("odd")
	if err != nil {
		t.Fatal(err)
	}
	for node, c := range map[string]struct {
		spoil  func(graph.Op) graph.Op
		module string
	}{
		"conv_in": {
			func(op graph.Op) graph.Op { o := op.(graph.Conv2D); o.Bias = nil; return o }, "conv_in"},
		"down_blocks.0.downsamplers.0.conv": {
			func(op graph.Op) graph.Op {
				o := op.(graph.Conv2D)
				o.Pad = graph.Padding{Top: 1, Left: 1}
				return o
			}, "down_blocks.0.downsamplers.0.conv"},
		"mid_block.attentions.0.attention": {
			func(op graph.Op) graph.Op { o := op.(graph.Attention); o.Heads = 1; return o }, "mid_block.attentions.0"},
		"up_blocks.1.resnets.2.norm2": {
			func(op graph.Op) graph.Op { o := op.(graph.GroupNorm); o.Eps = 1e-2; return o }, "up_blocks.1.resnets.2"},
		"conv_norm_out": {
			func(op graph.Op) graph.Op { o := op.(graph.GroupNorm); o.Groups = 2; return o }, "conv_norm_out"},
	} {
		spoiled := 0
		_, err := golden.Check(func(g *graph.Graph) (graph.Program, error) {
			copied := *g
			copied.Nodes = append([]graph.Node(nil), g.Nodes...)
			for i := range copied.Nodes {
				if copied.Nodes[i].Label == node {
					copied.Nodes[i].Op = c.spoil(copied.Nodes[i].Op)
					spoiled++
				}
			}
			return cpu.Compile(&copied)
		}, 1e-5)
		if spoiled == 0 {
			t.Errorf("no node is labelled %s", node)
		}
		if err == nil || !strings.Contains(err.Error(), "the first wrong module is "+c.module+",") {
			t.Errorf("%s spoiled, but the error is: %v", node, err)
		}
	}
}
