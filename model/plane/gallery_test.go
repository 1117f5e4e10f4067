package plane

import (
	"math"
	"slices"
	"testing"

	"unnoise/model/rng"
)

// A soft shape is the shape: as many of its points lie near, and the statistics agree.
func TestSoftShapesAreTheShapes(t *testing.T) {
	for id, name := range map[string]string{"swiss-roll": "swiss roll", "moons": "moons", "spirals": "spirals", "checkerboard": "checkerboard", "circles": "circles"} {
		e, err := Find(id)
		if err != nil {
			t.Fatal(err)
		}
		points, err := Shape(name, 5, 3000)
		if err != nil {
			t.Fatal(err)
		}
		m := e.Mixture()
		a, b := Measure(points), m.Statistics()
		near(t, name+" mean x", a.MeanX, b.MeanX, .03)
		near(t, name+" mean y", a.MeanY, b.MeanY, .03)
		near(t, name+" variance x", a.VarX, b.VarX, .02)
		near(t, name+" variance y", a.VarY, b.VarY, .02)
		near(t, name+" covariance", a.Cov, b.Cov, .02)
		// Two draws of 3000 of the same differ by some 0.0005.
		if d := EnergyDistance(points, m.Sample(rng.New(9), 3000)); d > .002 {
			t.Errorf("%s: its soft form is at a distance of %.4f", name, d)
		}
	}
}

func TestGallery(t *testing.T) {
	for _, e := range Gallery() {
		m := e.Mixture()
		if e.Modes > 0 && e.Modes != len(m.components) {
			t.Errorf("%s has %d components", e.ID, len(m.components))
		}
		var density float64
		const cells, half = 128, 1.6
		for _, v := range m.At(.95).Density(half, cells, cells) {
			density += float64(v) * (2 * half / cells) * (2 * half / cells)
		}
		near(t, e.ID+": the density's integral", density, 1, .02)
	}
	if _, err := Find("torus"); err == nil {
		t.Error("there is a torus in the gallery")
	}
}

// Density is Moments' density, from the top row down, and Blur is a wider kernel.
func TestDensityIsThatOfMoments(t *testing.T) {
	m := three(t)
	const half, w, h = 2, 10, 6
	n := m.At(.7).Blur(.3)
	got := n.Density(half, w, h)
	for _, at := range [][2]int{{0, 0}, {3, 7}, {5, 9}, {2, 4}} {
		x := -half + (float64(at[1])+.5)*2*half/w
		y := half - (float64(at[0])+.5)*2*half/h
		want := math.Exp(n.Moments(x, y).LogDensity)
		near(t, "density", float64(got[at[0]*w+at[1]]), want, 1e-6*want+1e-12)
	}
	// x_t + std·ε of the mixture is the mixture at √ᾱ·x_0 with that much more noise.
	direct := m.scaled(math.Sqrt(.7), .3+.09)
	for _, p := range [][2]float64{{.2, .1}, {-1, .8}} {
		a, b := n.Moments(p[0], p[1]), direct.Moments(p[0], p[1])
		near(t, "log density", a.LogDensity, b.LogDensity, 1e-12)
		near(t, "score", a.ScoreX, b.ScoreX, 1e-12)
		near(t, "x̂_0", a.X0Y, b.X0Y, 1e-12)
	}
}

func TestEnergyDistance(t *testing.T) {
	// Points on a line: E|X−Y| of {0, 1} and {2, 4} is (2+4+1+3)/4, of each set with
	// itself 1 and 2.
	near(t, "energy distance", EnergyDistance([]float32{0, 0, 1, 0}, []float32{2, 0, 4, 0}), 2*2.5-1-2, 1e-7)
	m := three(t)
	same := EnergyDistance(m.Sample(rng.New(1), 800), m.Sample(rng.New(2), 800))
	far := EnergyDistance(m.Sample(rng.New(1), 800), m.Soften(3).Sample(rng.New(2), 800))
	if math.Abs(same) > .004 || far < .02 {
		t.Errorf("the distance of a mixture to itself is %.4f, to another %.4f", same, far)
	}
}

func TestCover(t *testing.T) {
	e, err := Find("ring")
	if err != nil {
		t.Fatal(err)
	}
	m := e.Mixture()
	all := m.Cover(m.Sample(rng.New(4), 4000))
	near(t, "modes", all.Modes, 8, .05)
	near(t, "distance", all.Distance, .06*math.Sqrt(math.Pi/2), .003) // the mean of Rayleigh's distribution
	c := m.components
	half := m.Cover([]float32{float32(c[0].X), float32(c[0].Y), float32(c[3].X), float32(c[3].Y)})
	near(t, "modes of two points", half.Modes, 2, 1e-9)
	near(t, "distance of means", half.Distance, 0, 1e-6)
}

func TestDrawn(t *testing.T) {
	points := make([]float32, 2*1000)
	for i := range points {
		points[i] = float32(i) / 1000
	}
	m, err := Drawn(points, .1)
	if err != nil {
		t.Fatal(err)
	}
	c := m.components
	if len(c) != mostStrokes || c[0].X != 0 || c[len(c)-1].X < 1.98 {
		t.Errorf("%d components from %v to %v", len(c), c[0], c[len(c)-1])
	}
	if few, err := Drawn(points[:6], 0); err != nil || len(few.components) != 3 {
		t.Errorf("three points: %v, %v", few, err)
	}
	if _, err := Drawn(nil, .1); err == nil {
		t.Error("nothing was drawn")
	}
	// Softened by 0 a mixture draws its means alone.
	for i, v := range m.Soften(0).Sample(rng.New(1), 50) {
		if i%2 == 0 && !slices.ContainsFunc(c, func(g Gaussian) bool { return float32(g.X) == v }) {
			t.Errorf("%v is no point of the drawing", v)
		}
	}
}
