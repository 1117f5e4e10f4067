package optest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"unnoise/model/graph"
	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// RunStates checks that an executor's programs keep states between runs.
func RunStates(t *testing.T, compile Compile) {
	t.Helper()
	t.Run("counter", func(t *testing.T) { checkCounter(t, compile) })
	t.Run("exchange", func(t *testing.T) { checkExchange(t, compile) })
	t.Run("exchange in other shapes", func(t *testing.T) { checkReshapedExchange(t, compile) })
	t.Run("layout", func(t *testing.T) { checkLayout(t, compile) })
	t.Run("silent", func(t *testing.T) { checkSilent(t, compile) })
	t.Run("given", func(t *testing.T) { checkGiven(t, compile) })
}

// stateful compiles a graph with states.
func stateful(t *testing.T, compile Compile, build func(b *graph.Builder)) graph.Stateful {
	t.Helper()
	b := graph.NewBuilder()
	build(b)
	g, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	program, err := compile(g)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(program.Close)
	p, ok := program.(graph.Stateful)
	if !ok {
		t.Fatalf("%T keeps no states", program)
	}
	return p
}

func read(t *testing.T, p graph.Stateful, name string, n int) []float32 {
	t.Helper()
	out := make([]float32, n)
	if err := p.ReadState(context.Background(), name, out); err != nil {
		t.Fatal(err)
	}
	return out
}

// counter adds its input to a state, whose value before that is the output.
func counter(b *graph.Builder) {
	sum := b.ZeroState("sum", 3)
	b.Carry(sum, b.Apply("add", graph.Add{}, sum, b.Input("x", 3)))
	b.Output("before", sum)
}

func checkCounter(t *testing.T, compile Compile) {
	ctx := context.Background()
	p := stateful(t, compile, counter)
	in := [][]float32{{1, 2, -3}}
	out := [][]float32{make([]float32, 3)}
	run := func(out [][]float32, want ...float32) {
		t.Helper()
		if err := p.Run(ctx, in, out); err != nil {
			t.Fatal(err)
		}
		if out[0] != nil && !slices.Equal(out[0], want) {
			t.Errorf("the sum is %v, expected %v", out[0], want)
		}
	}
	run(out, 0, 0, 0)
	run(out, 1, 2, -3)
	run([][]float32{nil}) // not wanted, but it counts
	run(out, 3, 6, -9)
	if got := read(t, p, "sum", 3); !slices.Equal(got, []float32{4, 8, -12}) {
		t.Errorf("read %v", got)
	}
	if err := p.WriteState(ctx, "sum", []float32{0.5, 0, 7}); err != nil {
		t.Fatal(err)
	}
	run(out, 0.5, 0, 7)

	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if err := p.Run(cancelled, in, out); err == nil {
		t.Error("a cancelled run succeeded")
	}
	run(out, 1.5, 2, 4)
	for want, err := range map[string]error{
		`no state "total"`:    p.ReadState(ctx, "total", make([]float32, 3)),
		`"sum": 4 values`:     p.WriteState(ctx, "sum", make([]float32, 4)),
		`"sum": 2 values`:     p.ReadState(ctx, "sum", make([]float32, 2)),
		"context canceled":    p.ReadState(cancelled, "sum", make([]float32, 3)),
		"0 outputs given":     p.Run(ctx, in, nil),
		"has 2 values, shape": p.Run(ctx, in, [][]float32{make([]float32, 2)}),
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("expected an error with %q: %v", want, err)
		}
	}
	p.Close()
	if err := p.ReadState(ctx, "sum", make([]float32, 3)); err == nil {
		t.Error("a closed program gave a state")
	}
}

// checkExchange has two states take each other's place, which fails where they are
// copied one after the other.
func checkExchange(t *testing.T, compile Compile) {
	p := stateful(t, compile, func(b *graph.Builder) {
		one, two := b.State("one", tensorOf(weights.F32, tensor.Shape{2}, 1, 2)), b.ZeroState("two", 2)
		b.Carry(one, two)
		b.Carry(two, one)
	})
	for run := range 3 {
		if err := p.Run(context.Background(), nil, nil); err != nil {
			t.Fatal(err)
		}
		full, empty := "two", "one"
		if run%2 == 1 {
			full, empty = empty, full
		}
		if a, b := read(t, p, full, 2), read(t, p, empty, 2); !slices.Equal(a, []float32{1, 2}) || !slices.Equal(b, []float32{0, 0}) {
			t.Errorf("after run %d %s is %v, %s %v", run+1, full, a, empty, b)
		}
	}
}

// checkReshapedExchange has two states take each other's place in other shapes, which
// fails where a reshaped state is the state itself.
func checkReshapedExchange(t *testing.T, compile Compile) {
	p := stateful(t, compile, func(b *graph.Builder) {
		row, column := b.State("row", tensorOf(weights.F32, tensor.Shape{2}, 1, 2)), b.ZeroState("column", 2, 1)
		b.Carry(row, b.Apply("to row", graph.Reshape{Shape: tensor.Shape{2}}, column))
		b.Carry(column, b.Apply("to column", graph.Reshape{Shape: tensor.Shape{2, 1}}, row))
	})
	if err := p.Run(context.Background(), nil, nil); err != nil {
		t.Fatal(err)
	}
	if a, b := read(t, p, "row", 2), read(t, p, "column", 2); !slices.Equal(a, []float32{0, 0}) || !slices.Equal(b, []float32{1, 2}) {
		t.Errorf("the row is %v, the column %v", a, b)
	}
}

// checkLayout begins with stored tensors: a convolution's weight is in its stored
// order, and quantized values are expanded.
func checkLayout(t *testing.T, compile Compile) {
	for _, kind := range []weights.Type{weights.F32, weights.F16} {
		values := make([]float32, 2*3*1*2)
		for i := range values {
			values[i] = float32(i)
		}
		init := tensorOf(kind, tensor.Shape{2, 3, 1, 2}, values...)
		p := stateful(t, compile, func(b *graph.Builder) {
			w := b.State("w", init)
			if got := b.Shape(w); !got.Equal(tensor.Shape{2, 1, 2, 3}) {
				t.Errorf("the state's shape is %v", got)
			}
			b.Output("twice", b.Apply("twice", graph.Affine{Factor: 2}, w))
		})
		out := [][]float32{make([]float32, len(values))}
		if err := p.Run(context.Background(), nil, out); err != nil {
			t.Fatal(err)
		}
		for i, v := range init.Float32() {
			if out[0][i] != 2*v {
				t.Errorf("%v: value %d is %g, expected %g", kind, i, out[0][i], 2*v)
			}
		}
	}
}

// checkSilent runs a program without outputs many times.
func checkSilent(t *testing.T, compile Compile) {
	p := stateful(t, compile, func(b *graph.Builder) {
		x := b.ZeroState("x", 5)
		b.Carry(x, b.Apply("step", graph.Affine{Factor: 1, Offset: 1}, x))
	})
	const runs = 100
	for range runs {
		if err := p.Run(context.Background(), nil, nil); err != nil {
			t.Fatal(err)
		}
	}
	if got := read(t, p, "x", 5); got[0] != runs || got[4] != runs {
		t.Errorf("%d runs added up to %v", runs, got)
	}
}

// checkGiven has states become what is computed nowhere: inputs, of which the second does
// not stand where a buffer begins, and weights.
func checkGiven(t *testing.T, compile Compile) {
	p := stateful(t, compile, func(b *graph.Builder) {
		b.Carry(b.ZeroState("first", 3), b.Input("a", 3))
		b.Carry(b.ZeroState("second", 2), b.Input("b", 2))
		b.Carry(b.ZeroState("third", 2), b.Apply("one", graph.Parameter{Weight: tensorOf(weights.F32, tensor.Shape{2}, 6, 7)}))
		b.Carry(b.ZeroState("fourth", 2), b.Apply("other", graph.Parameter{Weight: tensorOf(weights.F32, tensor.Shape{2}, 8, 9)}))
	})
	if err := p.Run(context.Background(), [][]float32{{1, 2, 3}, {4, 5}}, nil); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][]float32{"first": {1, 2, 3}, "second": {4, 5}, "third": {6, 7}, "fourth": {8, 9}} {
		if got := read(t, p, name, len(want)); !slices.Equal(got, want) {
			t.Errorf("%s is %v, expected %v", name, got, want)
		}
	}
}

func tensorOf(kind weights.Type, shape tensor.Shape, values ...float32) *weights.Tensor {
	out, err := weights.FromTorch(fmt.Sprintf("%v", shape), kind, shape, values)
	if err != nil {
		panic(err)
	}
	return out
}
