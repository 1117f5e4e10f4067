package optest

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"unnoise/model/graph"
)

// interpreted is an executor made of the table's own formulas. Faults are put in
// through evaluate and after.
type interpreted struct {
	graph    *graph.Graph
	evaluate func(op graph.Op, out array, in []array)
	after    func(run int, in, out [][]float32) // may be nil
	runs     int
}

func (p *interpreted) Run(_ context.Context, in, out [][]float32) error {
	wide := make([][]float64, len(in))
	for i, values := range in {
		wide[i] = widen(values)
	}
	for i, values := range interpret(p.graph, wide, p.evaluate) {
		for j, v := range values {
			out[i][j] = float32(v)
		}
	}
	if p.after != nil {
		p.after(p.runs, in, out)
	}
	p.runs++
	return nil
}

func (p *interpreted) Close() {}

// executor compiles graphs into interpreted programs.
func executor(evaluate func(graph.Op, array, []array), after func(int, [][]float32, [][]float32)) Compile {
	return func(g *graph.Graph) (graph.Program, error) {
		return &interpreted{graph: g, evaluate: evaluate, after: after}, nil
	}
}

func TestFormulasPass(t *testing.T) { Run(t, executor(evaluate, nil)) }

func TestNamesAreUnique(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range Cases() {
		if seen[c.Name] {
			t.Errorf("two cases are named %q", c.Name)
		}
		seen[c.Name] = true
	}
}

// TestFaultyOpsAreCaught computes one operation wrongly at a time. A case of that
// operation's own family must fail, so that the report points at the culprit.
func TestFaultyOpsAreCaught(t *testing.T) {
	var table Table
	for _, f := range faults {
		t.Run(f.family+"/"+f.name, func(t *testing.T) {
			wrong := executor(func(op graph.Op, out array, in []array) {
				if !f.apply(op, out, in) {
					evaluate(op, out, in)
				}
			}, nil)
			if !caught(&table, f.family, wrong) {
				t.Errorf("no case of %s notices it", f.family)
			}
		})
	}
}

// TestEveryFamilyHasAFault keeps the list above complete.
func TestEveryFamilyHasAFault(t *testing.T) {
	for _, c := range Cases() {
		family, _, _ := strings.Cut(c.Name, "/")
		if family != "chain" && family != "gradient" && !slices.ContainsFunc(faults, func(f fault) bool { return f.family == family }) {
			t.Errorf("no fault is tried for %s", family)
		}
	}
}

// TestFaultyProgramsAreCaught has right formulas and careless programs.
func TestFaultyProgramsAreCaught(t *testing.T) {
	var table Table
	var previous []float32
	for name, after := range map[string]func(run int, in, out [][]float32){
		"last value not written":  func(_ int, _, out [][]float32) { out[0][len(out[0])-1] = float32(math.NaN()) },
		"writes past the end":     func(_ int, _, out [][]float32) { out[0][:len(out[0])+1][len(out[0])] = 0 },
		"writes into its input":   func(_ int, in, _ [][]float32) { in[0][0]++ },
		"gives the last result":   func(run int, _, out [][]float32) { previous = stale(previous, run, out[0]) },
		"infinite":                func(_ int, _, out [][]float32) { out[0][0] = float32(math.Inf(1)) },
		"neighbours change place": func(_ int, _, out [][]float32) { out[0][0], out[0][1] = out[0][1], out[0][0] },
	} {
		t.Run(name, func(t *testing.T) {
			if !caught(&table, "conv2d", executor(evaluate, after)) {
				t.Error("no case notices it")
			}
		})
	}
}

// stale keeps the first run's output and gives it again in the second.
func stale(previous []float32, run int, out []float32) []float32 {
	if run == 0 {
		return slices.Clone(out)
	}
	copy(out, previous)
	return previous
}

// caught reports whether a case of a family fails.
func caught(table *Table, family string, compile Compile) bool {
	return slices.ContainsFunc(Cases(), func(c Case) bool {
		return c.Family() == family && table.check(c, compile, false) != nil
	})
}
