package blogs

import (
	"math"
	"testing"

	"unnoise/model/rng"
)

// The exact score is the derivative of the log density; the density adds up to 1.
func TestLineIsExact(t *testing.T) {
	l := newLine(datasets["uneven"]...)
	for _, at := range []float64{0, 0.1, 0.5, 1} {
		for _, x := range []float64{-1.4, 0, 0.3, 2} {
			const h = 1e-5
			below, _ := l.at(at).density(x - h)
			above, _ := l.at(at).density(x + h)
			want := (math.Log(above) - math.Log(below)) / (2 * h)
			if got := l.at(at).score(x); math.Abs(got-want) > 1e-4*math.Max(1, math.Abs(want)) {
				t.Errorf("t = %v, x = %v: score %v, expected %v", at, x, got, want)
			}
		}
		if _, all := l.at(at).density(9); math.Abs(all-1) > 1e-12 {
			t.Errorf("t = %v: the density adds up to %v", at, all)
		}
	}
	// Song et al.'s own constants: the mean's factor at t = 1 is √ᾱ.
	if got := math.Sqrt(left(1)); math.Abs(got-0.00657159) > 1e-8 {
		t.Errorf("√ᾱ(1) = %v, expected 0.00657159", got)
	}
}

// SDE and ODE end in the data; each misprint does not.
func TestWaysBack(t *testing.T) {
	l := newLine(datasets["two"]...)
	const n, steps = 1500, 300
	for name, allowed := range map[string][2]float64{
		"sde": {0, 0.06}, "ode": {0, 0.06}, "ode-misprint": {0.08, 0.5}, "sde-misprint": {1, math.Inf(1)},
	} {
		g := rng.New(7)
		x := normals(g, n)
		for k := steps; k > 0; k-- {
			z := normals(g, n)
			if walks[name].noise == 0 {
				clear(z)
			}
			walks[name].backward(l, x, z, float64(k)/steps, 1.0/steps)
		}
		if d := l.distance(x); !(d >= allowed[0] && d <= allowed[1]) {
			t.Errorf("%s ends %v from the data, expected %v", name, d, allowed)
		}
	}
}

// Forward every moment has the exact variance, up to chance and the steps' error.
func TestForwardVariance(t *testing.T) {
	l := newLine(datasets["three"]...)
	const n, steps = 10000, 300
	g := rng.New(1)
	x := l.draw(g, n)
	for k := range steps {
		if k%60 == 0 {
			at := float64(k) / steps
			if _, v := moments2(x); math.Abs(v-l.at(at).variance()) > 0.04*l.at(at).variance() {
				t.Errorf("t = %v: variance %v, expected %v", at, v, l.at(at).variance())
			}
		}
		forward(x, normals(g, n), float64(k)/steps, 1.0/steps)
	}
}
