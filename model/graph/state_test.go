package graph_test

import (
	"strings"
	"testing"

	"unnoise/model/graph"
)

func TestStateErrors(t *testing.T) {
	for want, build := range map[string]func(b *graph.Builder){
		`two states are named "x"`: func(b *graph.Builder) { b.ZeroState("x", 2); b.ZeroState("x", 3) },
		`extent that is not`:       func(b *graph.Builder) { b.ZeroState("x", 2, 0) },
		`"in" is not a state`:      func(b *graph.Builder) { b.Carry(b.Input("in", 1), b.Input("other", 1)) },
		`two next values`: func(b *graph.Builder) {
			x, in := b.ZeroState("x", 1), b.Input("in", 1)
			b.Carry(x, in)
			b.Carry(x, in)
		},
		`"x" has shape [1], its next value [2]`: func(b *graph.Builder) { b.Carry(b.ZeroState("x", 1), b.Input("in", 2)) },
	} {
		b := graph.NewBuilder()
		build(b)
		if _, err := b.Build(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("expected an error with %q: %v", want, err)
		}
	}
}

// TestBuildDropsWhatNothingNeeds: VJPs may append what nobody reads.
func TestBuildDropsWhatNothingNeeds(t *testing.T) {
	b := graph.NewBuilder()
	x, s := b.Input("x", 2), b.ZeroState("s", 2)
	y := b.Apply("y", graph.SiLU{}, x)
	b.Apply("unused", graph.SiLU{}, b.Apply("unused", graph.SiLU{}, y))
	b.Carry(s, b.Apply("next", graph.Add{}, s, x))
	b.Output("y", y)
	g, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	if len(g.Nodes) != 2 || g.Nodes[0].Label != "y" || g.Nodes[1].Label != "next" {
		t.Errorf("%v", g.Nodes)
	}
}
