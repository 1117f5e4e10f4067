package graph_test

import (
	"strings"
	"testing"

	"unnoise/model/graph"
	"unnoise/model/tensor"
	"unnoise/model/weights"
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

// TestTrainable makes states of the weights asked for, one for a tensor that is read
// twice, and leaves the graph it goes on from as it is.
func TestTrainable(t *testing.T) {
	tensorOf := func(name string, shape ...int) *weights.Tensor {
		out, err := weights.FromTorch(name, weights.F32, shape, make([]float32, tensor.Shape(shape).Elems()))
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	w, bias, conv := tensorOf("w", 4, 4), tensorOf("b", 4), tensorOf("conv", 4, 4, 1, 3)
	b := graph.NewBuilder()
	x := b.Input("x", 1, 2, 2, 4)
	y := b.Apply("first", graph.Linear{Weight: w, Bias: bias}, x)
	y = b.Apply("second", graph.Linear{Weight: w, Bias: bias}, y)
	y = b.Apply("conv", graph.Conv2D{Weight: conv, Stride: 1, Pad: graph.Padding{Left: 1, Right: 1}}, y)
	y = b.Apply("third", graph.Linear{Weight: tensorOf("frozen", 4, 4)}, y)
	b.Output("y", y)
	g, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	trainable, params := graph.Trainable(g, func(name string) bool { return name == "w" || name == "conv" })
	out, err := trainable.Build()
	if err != nil {
		t.Fatal(err)
	}
	if len(params) != 2 || trainable.Label(params[0]) != "w" || trainable.Label(params[1]) != "conv" {
		t.Errorf("%d parameters", len(params))
	}
	if got := trainable.Shape(params[1]); !got.Equal(tensor.Shape{4, 1, 3, 4}) {
		t.Errorf("the convolution's weight has shape %v, expected its stored one", got)
	}
	if len(out.States) != 3 { // w, its bias, conv
		t.Errorf("%d states", len(out.States))
	}
	for i, inputs := range []int{3, 3, 2, 1} {
		if got := len(out.Nodes[i].In); got != inputs {
			t.Errorf("%s has %d inputs, expected %d", out.Nodes[i].Label, got, inputs)
		}
		if len(g.Nodes[i].In) != 1 {
			t.Errorf("%s of the first graph has changed", g.Nodes[i].Label)
		}
	}
}
