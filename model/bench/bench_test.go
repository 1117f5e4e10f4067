package bench

import (
	"context"
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"unnoise/model/graph"
	"unnoise/model/unet"
	"unnoise/model/weights"
)

// TestReference holds the network to the size that the comparisons are stated for.
func TestReference(t *testing.T) {
	calls := 0
	set, err := Reference(func(done, total int) {
		if calls++; done > total {
			t.Errorf("%d of %d drawn", done, total)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	parameters := 0
	for _, name := range set.Names() {
		parameters += set.Lookup(name).Shape.Elems()
	}
	if parameters != 8_952_067 || calls != set.Len() {
		t.Errorf("%d parameters, progress %d times", parameters, calls)
	}
	g, err := unet.Build(set, 1, 32, 32)
	if err != nil {
		t.Fatal(err)
	}
	var conv int64
	for _, n := range g.Nodes {
		if op, ok := n.Op.(graph.Conv2D); ok {
			conv += 2 * int64(g.Shape(n.Out).Elems()) * int64(op.Weight.Cols())
		}
	}
	if got := float64(conv) / 1e9; math.Abs(got-2.86) > 0.005 {
		t.Errorf("%.3f GFLOP of convolution, expected 2.86", got)
	}
}

func TestOps(t *testing.T) {
	b := graph.NewBuilder()
	x := b.Input("x", 1, 2, 2, 4)
	x = b.Apply("norm", graph.GroupNorm{Groups: 1, Eps: 1e-5, Weight: ones("w"), Bias: ones("b")}, x)
	b.Output("y", b.Apply("act", graph.SiLU{}, x))
	g, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	roof := Roofline{FMAPerSecond: 1e9, BytesPerSecond: 1e9}
	ops := Ops(g, []Dispatch{
		{Node: "norm", Kernel: "stats", Operations: 1e6, Bytes: 2e6, Took: 4 * time.Millisecond},
		{Node: "norm", Kernel: "apply(A=1)", Operations: 2e6, Bytes: 1e6, Took: 5 * time.Millisecond},
		{Node: "norm", Kernel: "apply(A=2)", Operations: 4e6, Bytes: 1e6, Took: 10 * time.Millisecond},
		{Node: "act", Kernel: "silu", Operations: 1e6, Took: time.Millisecond},
	}, roof)
	want := []Op{
		{"group_norm", "apply", 2, 15, 75, 0.4, 2e6 / 15e-3 / 1e9, 3, "arithmetic", 40},
		{"group_norm", "stats", 1, 4, 20, 0.25, 0.5, 0.5, "memory", 50},
		{"silu", "silu", 1, 1, 5, 1, 0, 0, "arithmetic", 100},
	}
	if len(ops) != len(want) {
		t.Fatalf("%+v", ops)
	}
	for i := range want {
		if !near(ops[i], want[i]) {
			t.Errorf("got  %+v\nwant %+v", ops[i], want[i])
		}
	}
}

// near compares two ops as they are written, to six digits.
func near(a, b Op) bool {
	round := func(o Op) string {
		for _, v := range []*float64{&o.Ms, &o.Percent, &o.GFLOPS, &o.GBPerSecond, &o.Intensity, &o.PercentOfPeak} {
			*v = math.Round(*v*1e6) / 1e6
		}
		text, _ := json.Marshal(o)
		return string(text)
	}
	return round(a) == round(b)
}

func ones(name string) *weights.Tensor {
	t, err := weights.FromTorch(name, weights.F32, []int{4}, []float32{1, 1, 1, 1})
	if err != nil {
		panic(err)
	}
	return t
}

// slow is a program that takes a while and counts its runs.
type slow struct{ runs int }

func (s *slow) Run(context.Context, [][]float32, [][]float32) error {
	s.runs++
	time.Sleep(2 * time.Millisecond)
	return nil
}
func (s *slow) Close() {}

func TestTime(t *testing.T) {
	g := &graph.Graph{}
	for _, c := range []struct {
		repeats Repeats
		least   int
		most    int
	}{
		{Repeats{Most: 4, Budget: time.Hour}, 4, 4},
		{Repeats{Most: 1000, Budget: 0}, 1, 1},
		{Repeats{Most: 1000, Budget: 10 * time.Millisecond}, 1, 5},
	} {
		p := &slow{}
		ms, err := Time(t.Context(), p, g, c.repeats, nil)
		if err != nil || len(ms) < c.least || len(ms) > c.most || p.runs != len(ms)+1 {
			t.Errorf("%+v: %v %v, %d runs", c.repeats, ms, err, p.runs)
		}
	}
}

func TestRowHasTheFieldsOfTheFile(t *testing.T) {
	text, err := json.Marshal(Row{Case: ReferenceCase, Batch: 1, Adapter: "lavapipe", Engine: "unnoise-f32"}.Timed([]float64{2, 3, 9}, 4e6))
	if want := `{"case":"reference-unet","batch":1,"adapter":"lavapipe","engine":"unnoise-f32","ms_median":3,"ms_min":2,"gflops":2}`; err != nil || strings.TrimSpace(string(text)) != want {
		t.Errorf("%s, %v", text, err)
	}
}
