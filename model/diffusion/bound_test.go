package diffusion

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"
)

// boundGolden is testdata/bound.json: tools/golden/bound.py.
type boundGolden []struct {
	Schedule, Predict, Variance string
	T, Steps                    int
	Clip                        bool
	X0                          []float64
	Prior                       float64
	Entries                     []struct {
		Xt, Pred, V, Z, Prev []float64
		Term, Distortion     float64
	}
}

func TestBoundEqualsReference(t *testing.T) {
	data, err := os.ReadFile("testdata/bound.json")
	if err != nil {
		t.Fatal(err)
	}
	var g boundGolden
	if err := json.Unmarshal(data, &g); err != nil {
		t.Fatal(err)
	}
	if len(g) == 0 {
		t.Fatal("no cases")
	}
	for k, c := range g {
		trained := must(t)(schedule(c.Schedule, c.T))
		ts, err := FractionalStride(c.T, c.Steps)
		if err != nil {
			t.Fatal(err)
		}
		predict, err := PredictionByName(c.Predict)
		if err != nil {
			t.Fatal(err)
		}
		b := Bound{
			Schedule:        must(t)(trained.Respace(ts)),
			Parametrisation: Parametrisation{Predict: predict, Clip: c.Clip, Trained: trained},
			Variance:        map[string]Variance{"fixed_small": FixedSmall, "fixed_large": FixedLarge, "learned_range": LearnedRange}[c.Variance],
		}
		x0 := float32s(c.X0)
		near(t, "prior", b.Prior(x0), c.Prior, 1e-6)
		steps := DDPMUpdates(b.Schedule, b.Parametrisation, b.Variance)
		slices.Reverse(steps)
		for i, e := range c.Entries {
			xt, pred, v := float32s(e.Xt), float32s(e.Pred), float32s(e.V)
			// The inputs are exact in float32: the arithmetic is float64 on both sides.
			near(t, "term", b.Term(i, x0, xt, Output{Pred: pred, Variance: v}), e.Term, 1e-9*(1+math.Abs(e.Term)))
			near(t, "distortion", b.Distortion(i, x0, xt, pred), e.Distortion, 1e-6)
			got := make([]float32, len(xt))
			steps[i].Apply(got, Inputs{Xt: xt, Pred: pred, Variance: v, Z: float32s(e.Z)})
			for j, want := range e.Prev {
				near(t, "step", float64(got[j]), want, 1e-6*(1+math.Abs(want)))
			}
			if t.Failed() {
				t.Fatalf("case %d (%s, %s), entry %d", k, c.Predict, c.Variance, i)
			}
		}
	}
}

// schedule is the one that the goldens mean, whose linear β do not depend on T.
func schedule(name string, T int) (*Schedule, error) {
	if name == "linear" {
		return Linear(T, 1e-4, 0.02)
	}
	return ScheduleByName(name, T)
}
