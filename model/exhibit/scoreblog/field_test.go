package scoreblog

import (
	"math"
	"testing"

	"unnoise/model/exhibit/exhibittest"
	"unnoise/model/figure"
	"unnoise/model/plane"
	"unnoise/model/rng"
)

// The contour of a radial density is a circle.
func TestContourOfACircle(t *testing.T) {
	d := &figure.Density{W: cells, H: cells, High: 1}
	for r := range cells {
		for c := range cells {
			x, y := -half+(float64(c)+.5)*2*half/cells, half-(float64(r)+.5)*2*half/cells
			d.Values = append(d.Values, float32(math.Exp(-(x-.2)*(x-.2)-y*y)))
		}
	}
	const radius = .7
	p := contour(d, math.Exp(-radius*radius), figure.Quiet)
	points := 0
	for i := 0; i < len(p.Values); i += 2 {
		x, y := float64(p.Values[i]), float64(p.Values[i+1])
		if math.IsNaN(x) {
			continue
		}
		points++
		if got := math.Hypot(x-.2, y); math.Abs(got-radius) > 1e-3 {
			t.Fatalf("a point of the contour is %v from the middle, expected %v", got, radius)
		}
	}
	// A circle of 1.4/3·96 = 45 cells across crosses about 8r/cell = 180 sides, each in
	// two squares.
	if points < 300 || points > 420 {
		t.Errorf("%d points", points)
	}
}

// Langevin dynamics keeps a Gaussian's mean and variance, up to σ²·ε/2 of the step's
// error: its variance in equilibrium is σ²/(1 − ε/(2σ²)).
func TestLangevinKeepsTheDensity(t *testing.T) {
	const std, step = .3, .004
	data, err := plane.NewMixture(plane.Gaussian{Weight: 1, X: .2, Y: -.1, Std: std})
	if err != nil {
		t.Fatal(err)
	}
	score := exactScore(data.At(nearlyClean))
	g := rng.New(3)
	x := data.Sample(g, 6000)
	for range 100 {
		langevin(x, scores(score, x), step, 1, g)
	}
	got := plane.Measure(x)
	want := std * std / (1 - step/(2*std*std))
	if math.Abs(got.MeanX-.2) > .015 || math.Abs(got.MeanY+.1) > .015 || math.Abs(got.VarX/want-1) > .06 || math.Abs(got.VarY/want-1) > .06 {
		t.Errorf("after 100 steps %+v, expected mean (0.2, −0.1) and variance %v", got, want)
	}
}

func TestFieldShowsWhatItSays(t *testing.T) {
	walk := exhibittest.Run(t, Field, map[string]string{"steps": "300", "particles": "400"})
	if d := exhibittest.Readout(t, walk, "distance"); math.Abs(d) > .03 {
		t.Errorf("Langevin dynamics ends %v from the density", d)
	}
	if z := exhibittest.Readout(t, walk, "z"); math.Abs(z-math.E) > .01 {
		t.Errorf("Z is %v, expected e", z)
	}
	climb := exhibittest.Run(t, Field, map[string]string{"steps": "300", "particles": "400", "shaking": "0"})
	peaks, own := exhibittest.Readout(t, climb, "log-density"), exhibittest.Readout(t, climb, "log-density-true")
	// log p of a point is on average 1 below that of its peak: E[r²/(2σ²)] = 1.
	if math.Abs(peaks-own-1) > .15 {
		t.Errorf("climbing ends at a mean log density of %v, that of the density’s points is %v", peaks, own)
	}
}
