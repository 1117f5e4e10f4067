package optest

import (
	"strings"
	"testing"

	"unnoise/model/graph"
)

func TestGradients(t *testing.T) { Gradients(t) }

// wrongSiLU has a VJP that forgets to multiply by the gradient of its result.
type wrongSiLU struct{ graph.SiLU }

func (wrongSiLU) VJP(b *graph.Builder, n graph.Node, grad graph.ID, _ []bool) []graph.ID {
	ones := b.Fill("ones", 1, b.Shape(grad)...)
	return []graph.ID{b.Apply(n.Label+".grad", graph.SiLUGrad{}, n.In[0], ones)}
}

// shortSiLU has a VJP of the wrong shape.
type shortSiLU struct{ graph.SiLU }

func (shortSiLU) VJP(b *graph.Builder, n graph.Node, grad graph.ID, _ []bool) []graph.ID {
	return []graph.ID{b.Apply(n.Label+".grad", graph.ChannelSum{}, grad)}
}

// TestWrongGradientsAreCaught demands that Gradients notices a wrong VJP.
func TestWrongGradientsAreCaught(t *testing.T) {
	unwrap := func(op graph.Op, out array, in []array) {
		if _, wrong := op.(wrongSiLU); wrong {
			op = graph.SiLU{}
		}
		evaluate(op, out, in)
	}
	wrong := Case{Name: "wrong", build: func(s *sketch) { s.result(s.apply(wrongSiLU{}, s.normal(2, 5))) }}
	if err := wrong.checkGradient(unwrap); err == nil || !strings.Contains(err.Error(), "relative error") {
		t.Errorf("a wrong VJP: %v", err)
	}
	short := Case{Name: "short", build: func(s *sketch) { s.result(s.apply(shortSiLU{}, s.normal(2, 5))) }}
	if err := short.checkGradient(evaluate); err == nil || !strings.Contains(err.Error(), "shape [5]") {
		t.Errorf("a VJP of the wrong shape: %v", err)
	}
}

// TestNoSecondGradient wants the second derivative of a function that has none here.
func TestNoSecondGradient(t *testing.T) {
	b := graph.NewBuilder()
	x, ones := b.Input("x", 3), b.Fill("ones", 1, 3)
	slope := b.Gradient(b.Apply("act", graph.Unary{Func: graph.GELU}, x), ones, x)[0]
	b.Gradient(slope, ones, x)
	if _, err := b.Build(); err == nil || !strings.Contains(err.Error(), "gelu has no second derivative") {
		t.Errorf("a second derivative: %v", err)
	}
}

// TestNoGradient wants the gradient of an operation that has none.
func TestNoGradient(t *testing.T) {
	b := graph.NewBuilder()
	x := b.Input("x", 1)
	y := b.Apply("embed", graph.Sinusoidal{Dim: 4, MaxPeriod: 10}, x)
	b.Gradient(y, b.Fill("ones", 1, 1, 4), x)
	if _, err := b.Build(); err == nil || !strings.Contains(err.Error(), "embed (sinusoidal)") {
		t.Errorf("an operation without a gradient: %v", err)
	}
}
