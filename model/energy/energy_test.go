package energy

import (
	"math"
	"testing"

	"unnoise/model/rng"
)

// TestDistanceOfNormals compares with the closed form for two normals on a line:
// E|N(μ, s²)| = s·√(2/π)·exp(−μ²/2s²) + μ·erf(μ/(s√2)).
func TestDistanceOfNormals(t *testing.T) {
	const n, shift = 400, 1.5
	g := rng.New(3)
	var mean, claimed, spread float64
	abs := func(mu float64) float64 {
		s := math.Sqrt2
		return s*math.Sqrt(2/math.Pi)*math.Exp(-mu*mu/(2*s*s)) + mu*math.Erf(mu/(s*math.Sqrt2))
	}
	want := 2*abs(shift) - 2*abs(0)
	const draws = 40
	x, y := make([]float32, n/10), make([]float32, n)
	for range draws {
		g.Normal(x)
		g.Normal(y)
		for i := range y {
			y[i] += shift
		}
		d, se := Distance(x, y, 1)
		mean += d / draws
		claimed += se * se / draws
		spread += (d - want) * (d - want) / draws
	}
	if math.Abs(mean-want) > 4*math.Sqrt(spread/draws) {
		t.Errorf("the mean estimate is %g, the distance %g (spread %g)", mean, want, math.Sqrt(spread))
	}
	if r := math.Sqrt(claimed / spread); r < 0.6 || r > 1.5 {
		t.Errorf("the standard error is %g of the spread %g", r, math.Sqrt(spread))
	}
}

func TestDistanceIsUnbiasedForEqualSamples(t *testing.T) {
	g := rng.New(4)
	x, y := make([]float32, 8*5), make([]float32, 20*5)
	var sum, squares float64
	const draws = 300
	for range draws {
		g.Normal(x)
		g.Normal(y)
		d, _ := Distance(x, y, 5)
		sum += d / draws
		squares += d * d / draws
	}
	if math.Abs(sum) > 4*math.Sqrt(squares/draws) {
		t.Errorf("samples of one distribution are %g apart on average (spread %g)", sum, math.Sqrt(squares))
	}
}

func TestPool(t *testing.T) {
	got := Pool([]float32{
		1, 2, 3, 4,
		5, 6, 7, 8,
		-1, 0, 0, 0,
		1, 0, 0, 8,
	}, 2, 4, 2)
	want := []float32{3.5, 5.5, 0, 2}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("pooled %v, want %v", got, want)
		}
	}
}
