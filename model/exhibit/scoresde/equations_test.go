package scoresde

import (
	"math"
	"strings"
	"testing"

	"unnoise/model/exhibit/exhibittest"
	ml "unnoise/model/mathml"
	"unnoise/model/sde"
)

// The equations' numbers are what package sde does: the flow its field's, the forward SDE that
// of the predictor's step, what is known that of the constraint.
func TestEquationsAreWhatRuns(t *testing.T) {
	const at, n = .4, 1000
	for _, id := range []string{"ve", "vp", "subvp"} {
		process, err := process(id)
		if err != nil {
			t.Fatal(err)
		}
		rate := func(x float64, score float32) float64 { return exhibittest.FlowRate(t, process, at, x, score) }
		u, err := sde.EulerMaruyama.Update(process, at, n, false)
		if err != nil {
			t.Fatal(err)
		}
		same := func(what, got, want string) {
			t.Helper()
			if got != want {
				t.Errorf("%s, %s: %s, expected %s", id, what, got, want)
			}
		}
		same("the flow", flowEquation(process, at).Numbers,
			ml.Line(ml.Frac(symDx.Math, dt), ml.O("="), ml.Times(ml.Number(rate(1, 0)), symX.Math), ml.Plus(rate(0, 1), symScore.Math)))
		same("forward", forwardEquation(process, at).Numbers,
			ml.Line(symDx.Math, ml.O("="), ml.Times(ml.Number((1-u.OfX)*n), ml.Row(symX.Math, dt)), ml.Plus(u.StdDev*math.Sqrt(n), dw)))

		// x and its mean after the constraint, with the noise 1 and the data 1.
		known := &sde.Inpainting{Data: []float32{1}, Mask: []float32{1}}
		x, mean := make([]float32, 1), make([]float32, 1)
		known.Apply(process, at, x, mean, []float32{1})
		l := &leg{Sampler: &sde.Sampler{SDE: process, Constraint: known}, now: sde.Step{Time: at}}
		on := l.knownEquation()
		same("the noise of what is known", on.Numbers[strings.LastIndex(on.Numbers, ml.O("+")):],
			ml.Plus(float64(x[0])-float64(mean[0]), symZ.Math)+"</mrow></math></div>")
		l.now.Stage = sde.Done
		end := l.knownEquation()
		if strings.Contains(end.Symbols+end.Numbers, symZ.Math) || !strings.Contains(end.Numbers, ml.Number(float64(mean[0]))) {
			t.Errorf("%s: at the end what is known is %s", id, end.Numbers)
		}
	}
}

// A corrector's numbers are those of its step.
func TestCorrectorEquationIsWhatRuns(t *testing.T) {
	process, err := process("ve")
	if err != nil {
		t.Fatal(err)
	}
	score, z := []float32{3, 4}, []float32{1, 0}
	// ε = 2·(r·‖z‖/‖s‖)² = 2·(.5/5)².
	size := sde.Langevin.StepSize(process, .5, 100, .5, score, z, 2)
	if math.Abs(size-.02) > 1e-12 {
		t.Fatalf("the step is %v", size)
	}
	want := ml.Line(symNext.Math, ml.O("="), symX.Math, ml.Plus(.02, symScore.Math), ml.Plus(.2, symZ.Math))
	if got := correctorEquation(sde.Langevin, size); got.Numbers != want || !strings.Contains(got.Symbols, ml.Norm(symScore.Math)) {
		t.Errorf("%s, %s, expected %s", got.Symbols, got.Numbers, want)
	}
	_, std := process.Marginal(.5)
	if got, want := sde.AnnealedLangevin.StepSize(process, .5, 100, .5, score, z, 2), 2*.25*std*std; math.Abs(got-want) > 1e-12 {
		t.Errorf("the annealed step is %v, expected %v", got, want)
	}
	if got := correctorEquation(sde.AnnealedLangevin, size); strings.Contains(got.Symbols, ml.Norm(symScore.Math)) || correctorEquation(sde.Langevin, 0).Numbers != "" {
		t.Errorf("by the noise level: %s", got.Symbols)
	}
}
