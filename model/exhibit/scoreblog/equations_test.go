package scoreblog

import (
	"math"
	"strings"
	"testing"

	"unnoise/model/exhibit"
	"unnoise/model/exhibit/exhibittest"
	m "unnoise/model/mathml"
	"unnoise/model/sde"
)

// The numbers under the sheet are those of the SDE, of its reverse as Euler and Maruyama step
// it, and of the flow, each as package sde has it.
func TestSheetEquationsAreWhatRuns(t *testing.T) {
	const at, n = .4, 1000
	for _, name := range []string{"ve", "vp", "sub-vp"} {
		state, err := exhibit.NewState(Sheet, map[string]string{"sde": name})
		if err != nil {
			t.Fatal(err)
		}
		l, err := law(state)
		if err != nil {
			t.Fatal(err)
		}
		rate := func(x float64, score float32) float64 { return exhibittest.FlowRate(t, l, at, x, score) }
		u, err := sde.EulerMaruyama.Update(l, at, n, false)
		if err != nil {
			t.Fatal(err)
		}
		// A step goes back, by 1/n: x − (a·x − g²·s)/n + g·√(1/n)·z.
		drift, ofScore, shaking := (1-u.OfX)*n, -u.OfScore*n, u.StdDev*math.Sqrt(n)
		if d := math.Abs(drift - rate(1, 0)); d > 1e-9 {
			t.Fatalf("%s: the drift is %v back and %v by the flow", name, drift, rate(1, 0))
		}
		got := sheetEquations(l, at)
		pull := m.Times(m.Number(rate(1, 0)), m.I("x"))
		for k, want := range []string{
			m.Line(symDX.Math, m.O("="), pull, symDT.Math) + m.More(m.Plus(shaking, symDW.Math)),
			"",
			m.Line(symDX.Math, m.O("="), m.O("["), pull) + m.More(m.Plus(ofScore, symScoreT.Math), m.O("]"), symDT.Math) + m.More(m.Plus(shaking, symDW.Math)),
			m.Line(symDX.Math, m.O("="), m.O("["), pull) + m.More(m.Plus(rate(0, 1), symScoreT.Math), m.O("]"), symDT.Math),
		} {
			if want != "" && got[k].Numbers != want {
				t.Errorf("%s, %s: %s, expected %s", name, got[k].Caption, got[k].Numbers, want)
			}
		}
	}
}

// The tutorial's last step has no noise, the others have; the corrector's numbers are there as
// soon as it has stepped.
func TestTutorialEquationsAreLive(t *testing.T) {
	frames := exhibittest.Run(t, Tutorial, map[string]string{"score": "pictures", "steps": "6", "pictures": "1"})
	for i, f := range frames {
		corrector, predictor := f.Equations[len(f.Equations)-2], f.Equations[len(f.Equations)-1]
		if noise, last := strings.Contains(predictor.Numbers, symZ.Math), i == len(frames)-1; noise == last {
			t.Errorf("%s: noise in the step: %v", f.Label, noise)
		}
		if live := strings.Contains(corrector.Numbers, symZ.Math); live != (i > 0) {
			t.Errorf("%s: numbers of the corrector: %v", f.Label, live)
		}
	}
}

// The step back of a pixel goes from every time to the next by the factors of a leap, the last
// of them without noise.
func TestPixelStepEquation(t *testing.T) {
	state, err := exhibit.NewState(Pixel, map[string]string{"steps": "5"})
	if err != nil {
		t.Fatal(err)
	}
	vp, err := sde.NewVP(.1, 20)
	if err != nil {
		t.Fatal(err)
	}
	r := &pixel{state: state, law: vp}
	for _, times := range [][3]float64{{1, 1, .8}, {.6, .6, .4}, {.2, .2, 0}, {0, .2, 0}} {
		ofX, ofScore, std := leap(vp, times[1], times[2], true)
		want := m.Line(symX.Math, m.O("←"), m.Times(m.Number(ofX), symX.Math), m.Plus(ofScore, symScoreT.Math)) + m.More(m.Plus(std, symZ.Math))
		if got := r.stepEquation(times[0]).Numbers; got != want {
			t.Errorf("from t = %g: %s, expected %s", times[0], got, want)
		}
		if last := times[2] == 0; last != (std == 0) {
			t.Errorf("from t = %g the noise is %g", times[0], std)
		}
	}
}
