package optest

import (
	"context"
	"math"
	"strings"
	"testing"

	"unnoise/model/graph"
)

// formulas is an executor that evaluates the formulas, and then spoils the result.
type formulas struct {
	g     *graph.Graph
	spoil func(values []float32)
}

func (f formulas) Run(_ context.Context, in, out [][]float32) error {
	for i, values := range Reference(f.g, in) {
		for k, v := range values {
			out[i][k] = float32(v)
		}
		f.spoil(out[i])
	}
	return nil
}

func (f formulas) Close() {}

// TestMeasure tells by how much a result is wrong.
func TestMeasure(t *testing.T) {
	var silu Case
	for _, c := range Cases() {
		if c.Family() == "silu" {
			silu = c
		}
	}
	for _, test := range []struct {
		name     string
		half     bool
		spoil    func([]float32)
		low, top float64
		says     string
	}{
		{"right", false, func([]float32) {}, 0, Tolerance, ""},
		{"a thousandth too large", false, func(v []float32) {
			for i := range v {
				v[i] *= 1.001
			}
		}, 0.9e-3, 1.1e-3, "relative error 0.001"},
		{"the same in f16", true, func(v []float32) {
			for i := range v {
				v[i] *= 1.001
			}
		}, 0.9e-3, 1.1e-3, ""},
		{"not a number", false, func(v []float32) { v[0] = float32(math.NaN()) }, math.Inf(1), math.Inf(1), "NaN"},
		{"beyond its end", false, func(v []float32) { v[:len(v)+1][len(v)] = 1 }, 0, 0, "outside"},
	} {
		m, err := silu.Measure(func(g *graph.Graph) (graph.Program, error) { return formulas{g, test.spoil}, nil }, test.half)
		if m.Error < test.low || m.Error > test.top {
			t.Errorf("%s: the error is %g, want %g to %g", test.name, m.Error, test.low, test.top)
		}
		if (err == nil) != (test.says == "") || err != nil && !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}
