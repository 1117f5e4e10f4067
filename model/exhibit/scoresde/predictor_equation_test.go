package scoresde

import (
	"math"
	"strings"
	"testing"

	ml "unnoise/model/mathml"
	"unnoise/model/sde"
)

// The numbers of a step are those of its symbols: each form, worked out from the quantities
// that it names, is what the predictor does; and no letter has two meanings.
func TestPredictorEquations(t *testing.T) {
	ve, err := sde.NewVE(.01, 10)
	if err != nil {
		t.Fatal(err)
	}
	vp, err := sde.NewVP(.1, 20)
	if err != nil {
		t.Fatal(err)
	}
	sub, err := sde.NewSubVP(.1, 20)
	if err != nil {
		t.Fatal(err)
	}
	const n, at, i = 50, .5, 24 // t·(n−1) = 24.5: level 24
	level := func(k int) float64 { return ve.Sigma(float64(k) / (n - 1)) }
	gain := level(i)*level(i) - level(i-1)*level(i-1)
	b := .1/n + (20./n-.1/n)*i/(n-1)
	euler := func(s sde.SDE) [3]float64 {
		a, g := s.Drift(at), s.Diffusion(at)
		return [3]float64{1 - a/n, g * g / n, g / math.Sqrt(n)}
	}
	for _, c := range []struct {
		sde       sde.SDE
		predictor sde.Predictor
		names     string // a symbol that only this form has
		want      [3]float64
	}{
		{ve, sde.EulerMaruyama, symDelta.Math, euler(ve)},
		{ve, sde.ReverseDiffusion, symBelow.Math, [3]float64{1, gain, math.Sqrt(gain)}},
		{ve, sde.Ancestral, ml.Frac(ml.Of(symBelow), ml.Of(symLevel)), [3]float64{1, gain, level(i-1) / level(i) * math.Sqrt(gain)}},
		{vp, sde.EulerMaruyama, symDelta.Math, euler(vp)},
		{vp, sde.ReverseDiffusion, symBeta.Math, [3]float64{2 - math.Sqrt(1-b), b, math.Sqrt(b)}},
		{vp, sde.Ancestral, "<mfrac>", [3]float64{1 / math.Sqrt(1-b), b / math.Sqrt(1-b), math.Sqrt(b)}},
		{sub, sde.EulerMaruyama, symDelta.Math, euler(sub)},
		{sub, sde.ReverseDiffusion, symDelta.Math, euler(sub)},
	} {
		l := &leg{Sampler: &sde.Sampler{SDE: c.sde, Predictor: c.predictor, Corrector: sde.NoCorrector, N: n}, now: sde.Step{Time: at}}
		e, err := l.predictorEquation()
		if err != nil {
			t.Fatal(err)
		}
		name := c.sde.Name() + ", " + string(c.predictor)
		if !strings.Contains(e.Symbols, c.names) {
			t.Errorf("%s: %s has no %s", name, e.Symbols, c.names)
		}
		want := ml.Line(symNext.Math, ml.O("="), ml.Times(ml.Number(c.want[0]), symX.Math), ml.Plus(c.want[1], symScore.Math)) + ml.More(ml.Plus(c.want[2], symZ.Math))
		if e.Numbers != want {
			t.Errorf("%s: %s, expected %s", name, e.Numbers, want)
		}
		if drift := strings.Contains(e.Symbols, symF.Math); drift != strings.Contains(e.Symbols, symDelta.Math) {
			t.Errorf("%s: the drift’s letter stands for something else in %s", name, e.Symbols)
		}
		l.now.Stage = sde.Done
		if e, err = l.predictorEquation(); err != nil || strings.Contains(e.Symbols+e.Numbers, symZ.Math) {
			t.Errorf("%s: the end has noise in %s (%v)", name, e.Numbers, err)
		}
	}
}
