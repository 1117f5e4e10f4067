package scoreblog

import (
	"context"
	"math"
	"slices"
	"testing"

	"unnoise/model/cpu"
	"unnoise/model/exhibit"
	"unnoise/model/exhibit/exhibittest"
	"unnoise/model/graph"
)

func TestScales(t *testing.T) {
	sigmas := geometric(.015, 3)
	for k, want := range []float64{.015, .15, 1.5} {
		if math.Abs(sigmas[k]/want-1) > 1e-12 {
			t.Errorf("scale %d is %v, expected %v", k, sigmas[k], want)
		}
	}
	if one := geometric(.3, 1); !slices.Equal(one, []float64{.3}) {
		t.Errorf("one scale is %v", one)
	}
	s, err := vpOf(sigmas)
	if err != nil {
		t.Fatal(err)
	}
	for k, sigma := range sigmas {
		if ratio := math.Sqrt((1 - s.AlphaBar[k]) / s.AlphaBar[k]); math.Abs(ratio/sigma-1) > 1e-9 {
			t.Errorf("scale %d trains at σ = %v, expected %v", k, ratio, sigma)
		}
	}
}

type compiling struct{ exhibit.Host }

func (compiling) Compile(_ context.Context, g *graph.Graph) (graph.Program, error) {
	return cpu.Compile(g)
}

// Before training the learned score is 0: its error is the exact score.
func TestErrorMapOfNothingLearned(t *testing.T) {
	data, err := uneven()
	if err != nil {
		t.Fatal(err)
	}
	sigmas := geometric(.5, 2)
	l, err := newLearner(t.Context(), exhibit.NewEnv(compiling{}), sigmas, 16, 0, data)
	if err != nil {
		t.Fatal(err)
	}
	defer l.close()
	const side = 6 // cells of 0.5
	n := data.Spread(sigmas[1])
	m, err := l.compare(t.Context(), 1, side, n)
	if err != nil {
		t.Fatal(err)
	}
	exact := n.Moments(-.75, 1.25) // row 0, column 1
	length := sigmas[1] * math.Hypot(exact.ScoreX, exact.ScoreY)
	if got := float64(m.length[1]); math.Abs(got-length) > 1e-5 {
		t.Errorf("the error is %v, expected %v", got, length)
	}
	if got, want := float64(m.weighted[1]), math.Exp(exact.LogDensity)*length*length; math.Abs(got-want) > 1e-5 {
		t.Errorf("weighted it is %v, expected %v", got, want)
	}
	// In data, E‖σ·s‖²/2 = σ²/(σ² + std²) or less for modes apart: below 1.
	if !(m.asDataCome > .5 && m.asDataCome < 1) {
		t.Errorf("where data come by it is %v", m.asDataCome)
	}
}

// One small noise: right where data come by, wrong elsewhere.
func TestTheScoreIsWrongWhereThereAreNoData(t *testing.T) {
	frames := exhibittest.Run(t, Pitfalls, map[string]string{"training": "150", "width": "32", "walking": "10", "particles": "20"})
	inData, everywhere := exhibittest.Readout(t, frames, "error-data"), exhibittest.Readout(t, frames, "error-everywhere")
	if inData > .2 || everywhere < 8*inData {
		t.Errorf("the error is %v where data come by and %v everywhere", inData, everywhere)
	}
}
