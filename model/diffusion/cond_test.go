package diffusion

import (
	"context"
	"reflect"
	"slices"
	"testing"
)

// told is a predictor that keeps what it was told.
type told struct{ cond Cond }

func (p *told) Predict(_ context.Context, xs []float32, _ []float64, cond Cond) (Output, error) {
	p.cond = Cond{Class: slices.Clone(cond.Class)}
	for _, options := range cond.Attributes {
		p.cond.Attributes = append(p.cond.Attributes, slices.Clone(options))
	}
	return Output{Pred: slices.Clone(xs)}, nil
}

// The unconditional half of a guided batch knows no attribute.
func TestGuidanceForgetsAttributes(t *testing.T) {
	known, partly, nothing := []int{2, 0, 1}, []int{Unknown, 4, Unknown}, []int{Unknown, Unknown, Unknown}
	none := []int{NoClass, NoClass}
	for _, c := range []struct {
		scale float64
		asked [][]int
		want  Cond
	}{
		{2, [][]int{known, partly}, Cond{[]int{NoClass, NoClass, NoClass, NoClass}, [][]int{known, partly, nothing, nothing}}},
		{1, [][]int{known, partly}, Cond{none, [][]int{known, partly}}},
		{0, [][]int{known, partly}, Cond{none, [][]int{nothing, nothing}}},
		{2, [][]int{nothing, nothing}, Cond{none, [][]int{nothing, nothing}}},
	} {
		p := &told{}
		guided := &Guided{Predictor: p, Scale: c.scale}
		for range 2 { // its memory of the first call must not show in the second
			_, err := guided.Predict(context.Background(), []float32{1, 2}, []float64{5, 5}, Cond{none, c.asked})
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(p.cond, c.want) {
				t.Errorf("scale %g, %v: the network was told %v, expected %v", c.scale, c.asked, p.cond, c.want)
			}
		}
	}
}
