package cpu_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"testing"

	"unnoise/model/cpu"
	"unnoise/model/graph"
	"unnoise/model/optest"
	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// chain is a graph of n silus, each of which the output depends on.
func chain(t *testing.T, n int) *graph.Graph {
	t.Helper()
	b := graph.NewBuilder()
	x := b.Input("x", 1, 8)
	for range n {
		x = b.Apply("silu", graph.SiLU{}, x)
	}
	b.Output("y", x)
	g, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func compile(t *testing.T, g *graph.Graph) graph.Program {
	t.Helper()
	p, err := cpu.Compile(g)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// countdown is a context that is cancelled after Err has been asked n times.
type countdown struct {
	context.Context
	left int
}

func (c *countdown) Err() error {
	if c.left--; c.left < 0 {
		return context.Canceled
	}
	return nil
}

func TestCancelBetweenNodes(t *testing.T) {
	p := compile(t, chain(t, 10))
	defer p.Close()
	ctx := &countdown{context.Background(), 5}
	in, out := [][]float32{make([]float32, 8)}, [][]float32{make([]float32, 8)}
	if err := p.Run(ctx, in, out); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled in the middle: %v", err)
	}
	if ctx.left != -1 {
		t.Errorf("went on after it was cancelled: asked %d more times", -1-ctx.left)
	}
	if err := p.Run(context.Background(), in, out); err != nil {
		t.Errorf("a program must run again after it was cancelled: %v", err)
	}
}

func TestWrongSizes(t *testing.T) {
	p := compile(t, chain(t, 1))
	defer p.Close()
	right, short := [][]float32{make([]float32, 8)}, [][]float32{make([]float32, 7)}
	for what, c := range map[string]struct {
		in, out [][]float32
		want    string
	}{
		"short input":  {short, right, `input "x" has 7 values, shape [1, 8] needs 8`},
		"short output": {right, short, `output "y" has 7 values, shape [1, 8] needs 8`},
		"no input":     {nil, right, "0 inputs given"},
		"no output":    {right, nil, "0 outputs given"},
	} {
		if err := p.Run(context.Background(), c.in, c.out); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestClose(t *testing.T) {
	p := compile(t, chain(t, 1))
	p.Close()
	p.Close()
	values := [][]float32{make([]float32, 8)}
	if err := p.Run(context.Background(), values, values); err == nil {
		t.Error("a closed program ran")
	}
}

// TestOutputIsAnInput: an input may be handed through.
func TestOutputIsAnInput(t *testing.T) {
	b := graph.NewBuilder()
	x := b.Input("x", 2, 2)
	b.Output("x again", x)
	b.Output("y", b.Apply("silu", graph.SiLU{}, x))
	g, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	p := compile(t, g)
	defer p.Close()
	in, out := []float32{1, 2, 3, 4}, [][]float32{make([]float32, 4), make([]float32, 4)}
	if err := p.Run(context.Background(), [][]float32{in}, out); err != nil || !slices.Equal(out[0], in) {
		t.Errorf("%v, %v", out[0], err)
	}
}

type unknown struct{}

func (unknown) Kind() string                                  { return "unheard_of" }
func (unknown) Params() []*weights.Tensor                     { return nil }
func (unknown) Infer(in []tensor.Shape) (tensor.Shape, error) { return in[0], nil }

func TestUnknownOperation(t *testing.T) {
	b := graph.NewBuilder()
	b.Output("y", b.Apply("there", unknown{}, b.Input("x", 1)))
	g, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cpu.Compile(g); err == nil || !strings.Contains(err.Error(), "there") || !strings.Contains(err.Error(), "unheard_of") {
		t.Errorf("%v", err)
	}
}

// TestAnyNumberOfGoroutines: every value is computed by one goroutine in a fixed
// order, so the results are the same to the last bit.
func TestAnyNumberOfGoroutines(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, c := range optest.Cases() {
		g, in, err := c.Build()
		if err != nil {
			t.Fatal(err)
		}
		var first [][]float32
		for _, procs := range []int{1, 2, 7} {
			runtime.GOMAXPROCS(procs)
			p := compile(t, g)
			out := make([][]float32, len(g.Outputs))
			for i, port := range g.Outputs {
				out[i] = make([]float32, g.Shape(port.Value).Elems())
			}
			if err := p.Run(context.Background(), in, out); err != nil {
				t.Fatal(err)
			}
			p.Close()
			if first == nil {
				first = out
			} else if !slices.EqualFunc(first, out, slices.Equal) {
				t.Errorf("%s: %d goroutines give another result than 1", c.Name, procs)
			}
		}
	}
}

// TestBuffersAreShared: a long chain needs two buffers, not one for each value.
func TestBuffersAreShared(t *testing.T) {
	b := graph.NewBuilder()
	x := b.Input("x", 1, 1<<20)
	for range 100 {
		x = b.Apply("silu", graph.SiLU{}, x)
	}
	b.Output("y", x)
	g, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	p := compile(t, g)
	defer p.Close()
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 10<<20 { // two of 4 MiB
		t.Errorf("%d MiB for 100 values of 4 MiB", used>>20)
	}
}
