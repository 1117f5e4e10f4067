package optest

import (
	_ "embed"
	"encoding/json"
	"math"
	"testing"

	"unnoise/model/graph"
	"unnoise/model/weights"
)

// torchOps is written by tools/golden/ops.py.
//
//go:embed testdata/torch_ops.json
var torchOps []byte

// torchCase is a function of PyTorch in float64: its result, and the gradients with
// respect to its inputs of the sum of the result times the cotangent.
type torchCase struct {
	Name   string
	Inputs []struct {
		Shape  []int
		Values []float32
	}
	Cotangent []float32
	Output    []float64
	Gradients [][]float64 // empty where nothing is differentiated
}

// torchFunctions are the operations with the constants that the script has.
var torchFunctions = map[string]graph.Op{
	"relu":                            graph.Unary{Func: graph.ReLU},
	"leaky_relu":                      graph.Unary{Func: graph.LeakyReLU, Alpha: 0.05},
	"elu":                             graph.Unary{Func: graph.ELU, Alpha: 1.5},
	"gelu":                            graph.Unary{Func: graph.GELU},
	"gelu_tanh":                       graph.Unary{Func: graph.GELUTanh},
	"quick_gelu":                      graph.Unary{Func: graph.QuickGELU},
	"sigmoid":                         graph.Unary{Func: graph.Sigmoid},
	"softplus":                        graph.Unary{Func: graph.Softplus},
	"tanh":                            graph.Unary{Func: graph.Tanh},
	"exp":                             graph.Unary{Func: graph.Exp},
	"log":                             graph.Unary{Func: graph.Log},
	"sqrt":                            graph.Unary{Func: graph.Sqrt},
	"square":                          graph.Unary{Func: graph.Square},
	"reciprocal":                      graph.Unary{Func: graph.Reciprocal},
	"abs":                             graph.Unary{Func: graph.Abs},
	"clamp":                           graph.Unary{Func: graph.Clamp, Low: -0.5, High: 0.75},
	"group_norm":                      graph.GroupNorm{Groups: 3, Eps: 1e-5},
	"layer_norm":                      graph.LayerNorm{Eps: 1e-5},
	"instance_norm_plus":              graph.InstanceNormPlus{Eps: 1e-5},
	"instance_norm_plus_without_beta": graph.InstanceNormPlus{Eps: 1e-5},
	"instance_norm_plus_one_row":      graph.InstanceNormPlus{Eps: 1e-5},
	"rbf":                             graph.RBF{},
	"rbf_normalised":                  graph.RBF{Normalised: true},
}

// TestTorch holds the table's formulas and the backward passes against PyTorch.
func TestTorch(t *testing.T) {
	var cases []torchCase
	if err := json.Unmarshal(torchOps, &cases); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, c := range cases {
		seen[c.Name] = true
		t.Run(c.Name, func(t *testing.T) { checkTorch(t, c) })
	}
	for name := range torchFunctions {
		if !seen[name] {
			t.Errorf("no golden values of %s", name)
		}
	}
	if !seen["fourier"] {
		t.Error("no golden values of fourier")
	}
}

func checkTorch(t *testing.T, c torchCase) {
	op, known := torchFunctions[c.Name]
	if c.Name == "fourier" { // its frequencies are a parameter
		w, err := weights.FromTorch("w", weights.F32, c.Inputs[1].Shape, c.Inputs[1].Values)
		if err != nil {
			t.Fatal(err)
		}
		op, known, c.Inputs = graph.Fourier{Weight: w}, true, c.Inputs[:1]
	}
	if !known {
		t.Fatalf("no operation for %s", c.Name)
	}
	compareTorch(t, c, op)
}

// compareTorch compares what op makes of the case's inputs, and the gradients.
func compareTorch(t *testing.T, c torchCase, op graph.Op) {
	b := graph.NewBuilder()
	var ids []graph.ID
	var values [][]float32
	for _, in := range c.Inputs {
		ids = append(ids, b.Input("x", in.Shape...))
		values = append(values, in.Values)
	}
	y := b.Apply("y", op, ids...)
	b.Output("y", y)
	if len(c.Gradients) > 0 {
		v := b.Input("v", b.Shape(y)...)
		values = append(values, c.Cotangent)
		for _, g := range b.Gradient(y, v, ids...) {
			b.Output("gradient", g)
		}
	}
	g, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	for i, got := range Reference(g, values) {
		want := c.Output
		if i > 0 {
			want = c.Gradients[i-1]
		}
		if e := distance(got, want); !(e <= 1e-12) {
			t.Errorf("%s: relative error %.2g", g.Outputs[i].Name, e)
		}
	}
}

// distance is ‖a−b‖/‖b‖, +Inf where the lengths differ.
func distance(a, b []float64) float64 {
	if len(a) != len(b) {
		return math.Inf(1)
	}
	var difference, norm float64
	for i, w := range b {
		difference += (a[i] - w) * (a[i] - w)
		norm += w * w
	}
	return math.Sqrt(difference / norm)
}
