package optest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"unnoise/model/graph"
)

// Compile makes a graph ready to run: an executor.
type Compile = func(*graph.Graph) (graph.Program, error)

// Tolerance is the largest ‖a−b‖/‖b‖ of an executor that computes in float32:
// about forty roundings. Cases that need more say why.
const Tolerance = 5e-6

// Run runs the whole table through an executor that computes in float32.
func Run(t *testing.T, compile Compile) {
	t.Helper()
	new(Table).Run(t, compile)
}

// Table is the table of cases with what the formulas give for them, which is computed
// once for all executors that are run through it. The zero value is ready.
type Table struct {
	wanted map[answer][][]float64
}

// answer is one that the formulas give: for a case's inputs, as drawn or rounded to f16,
// the right way round or backwards.
type answer struct {
	name            string
	half, backwards bool
}

// Run runs the table through an executor that computes in float32.
func (tb *Table) Run(t *testing.T, compile Compile) {
	t.Helper()
	tb.each(t, compile, false)
}

// each checks every case.
func (tb *Table) each(t *testing.T, compile Compile, half bool) {
	t.Helper()
	for _, c := range Cases() {
		t.Run(c.Name, func(t *testing.T) {
			if err := tb.check(c, compile, half); err != nil {
				t.Error(err)
			}
		})
	}
}

// Where is compile for the cases whose graphs are wanted, for Run and RunF16 to pass over
// the others: an executor that is forced to some way of computing an operation need not
// compute the cases again that have no such operation.
func Where(wanted func(*graph.Graph) bool, compile Compile) Compile {
	return func(g *graph.Graph) (graph.Program, error) {
		if !wanted(g) {
			return nil, errPassedOver
		}
		return compile(g)
	}
}

// errPassedOver says that a case is not wanted.
var errPassedOver = errors.New("not wanted")

// Check runs one case and returns what is wrong with the result, if anything.
func (c Case) Check(compile Compile) error { return new(Table).check(c, compile, false) }

// check is Check; half has it judged as RunF16 says.
func (tb *Table) check(c Case, compile Compile, half bool) error {
	g, inputs, err := c.Build()
	if err != nil {
		return err
	}
	tolerance := c.tolerance()
	if half {
		tolerance *= F16Slack
		for i, port := range g.Inputs {
			roundToF16(g.Shape(port.Value), inputs[i])
		}
	}
	program, err := compile(g)
	if errors.Is(err, errPassedOver) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("compile: %w", err)
	}
	defer program.Close()

	// The same values backwards: no formula gives the right result by accident.
	other := make([][]float32, len(inputs))
	for i, in := range inputs {
		other[i] = slices.Clone(in)
		slices.Reverse(other[i])
	}
	for i, in := range [][][]float32{other, inputs} {
		outputs, err := runFenced(g, program, in)
		if err == nil {
			err = compareAll(g, outputs, tb.want(answer{c.Name, half, i == 0}, g, in), tolerance)
		}
		if err != nil {
			return fmt.Errorf("run %d: %w", i+1, err)
		}
	}
	return nil
}

// want is what the formulas give for these inputs.
func (tb *Table) want(key answer, g *graph.Graph, inputs [][]float32) [][]float64 {
	if tb.wanted == nil {
		tb.wanted = map[answer][][]float64{}
	}
	if tb.wanted[key] == nil {
		tb.wanted[key] = Reference(g, inputs)
	}
	return tb.wanted[key]
}

// compareAll is compare for all outputs.
func compareAll(g *graph.Graph, outputs [][]float32, want [][]float64, tolerance float64) error {
	for i, port := range g.Outputs {
		if err := compare(outputs[i], want[i], tolerance); err != nil {
			return fmt.Errorf("output %q %v: %w", port.Name, g.Shape(port.Value), err)
		}
	}
	return nil
}

// runFenced runs the program, and returns its outputs unless it wrote where it may
// not.
func runFenced(g *graph.Graph, program graph.Program, inputs [][]float32) ([][]float32, error) {
	given := make([][]float32, len(inputs))
	for i, in := range inputs {
		given[i] = slices.Clone(in)
	}
	fenced := make([]fence, len(g.Outputs))
	outputs := make([][]float32, len(g.Outputs))
	for i, port := range g.Outputs {
		fenced[i] = newFence(g.Shape(port.Value).Elems())
		outputs[i] = fenced[i].values()
	}
	if err := program.Run(context.Background(), given, outputs); err != nil {
		return nil, err
	}
	for i, in := range inputs {
		if !slices.Equal(in, given[i]) {
			return nil, fmt.Errorf("input %q was written to", g.Inputs[i].Name)
		}
	}
	for i, port := range g.Outputs {
		if !fenced[i].intact() {
			return nil, fmt.Errorf("output %q: a value outside it was written", port.Name)
		}
	}
	return outputs, nil
}

// compare is compareWide for an executor's values.
func compare(got []float32, want []float64, tolerance float64) error {
	return compareWide(widen(got), want, tolerance)
}

// compareWide returns an error where got has a value that is not finite, or where
// ‖got−want‖/‖want‖ exceeds the tolerance. It names the worst value.
func compareWide(got, want []float64, tolerance float64) error {
	var difference, norm, largest float64
	worst := 0
	for i, w := range want {
		v := got[i]
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("value %d of %d is %v, expected %.7g", i, len(want), v, w)
		}
		d := math.Abs(v - w)
		if d > largest {
			largest, worst = d, i
		}
		difference += d * d
		norm += w * w
	}
	if difference == 0 { // norm may be 0 too
		return nil
	}
	if relative := math.Sqrt(difference / norm); !(relative <= tolerance) {
		return fmt.Errorf("relative error %.2g, allowed %.2g; worst is value %d of %d: %.7g, expected %.7g",
			relative, tolerance, worst, len(want), got[worst], want[worst])
	}
	return nil
}

// fence is an output between sentinels.
type fence []float32

const (
	fenceElems = 16
	sentinel   = float32(-7.25e18)
)

// newFence returns n values of NaN between sentinels.
func newFence(n int) fence {
	f := make(fence, n+2*fenceElems)
	for i := range f {
		f[i] = sentinel
	}
	for i := range f.values() {
		f[fenceElems+i] = float32(math.NaN())
	}
	return f
}

// values is what an executor may write to. Its capacity reaches over the
// sentinels, so that writing past the end is noticed and not prevented.
func (f fence) values() []float32 { return f[fenceElems : len(f)-fenceElems] }

// intact reports whether all sentinels stand.
func (f fence) intact() bool {
	for i := range fenceElems {
		if f[i] != sentinel || f[len(f)-1-i] != sentinel {
			return false
		}
	}
	return true
}
