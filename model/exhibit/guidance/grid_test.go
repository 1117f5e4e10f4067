package guidance

import (
	"context"
	"testing"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit/exhibittest"
)

func TestGridProbes(t *testing.T) { exhibittest.Probe(t, Grid) }

// linear answers c+1 for class c and 0 without one.
type linear struct{}

func (linear) Predict(_ context.Context, xs []float32, t []float64, cond diffusion.Cond) (diffusion.Output, error) {
	pred := make([]float32, len(xs))
	size := len(xs) / len(t)
	for i := range pred {
		pred[i] = float32(cond.Class[i/size] + 1)
	}
	return diffusion.Output{Pred: pred}, nil
}

// Each picture of a batch has the answer of its own scale, the one that
// diffusion.Guided gives it alone.
func TestScalesAreThoseOfGuided(t *testing.T) {
	each := []float64{0, 1, 2.5}
	xs, ts, class := make([]float32, 6), make([]float64, 3), []int{4, 4, 4}
	got, err := (&scales{net: linear{}, each: each}).Predict(t.Context(), xs, ts, diffusion.Cond{Class: class})
	if err != nil {
		t.Fatal(err)
	}
	for k, s := range each {
		want, err := (&diffusion.Guided{Predictor: linear{}, Scale: s}).Predict(t.Context(), xs[:2], ts[:1], diffusion.Cond{Class: class[:1]})
		if err != nil {
			t.Fatal(err)
		}
		if got.Pred[2*k] != want.Pred[0] {
			t.Errorf("scale %g: %g, Guided says %g", s, got.Pred[2*k], want.Pred[0])
		}
	}
}
