package blogs

import (
	"math"
	"testing"

	"unnoise/model/exhibit/exhibittest"
	"unnoise/model/figure"
)

// What comes out of noise lies on the data again, and every box is explained.
func TestFamilies(t *testing.T) {
	frames := exhibittest.Run(t, Families, map[string]string{"steps": "30", "points": "100"})
	if near, far := exhibittest.Readout(t, frames, "nearest"), exhibittest.Readout(t, frames[:32], "nearest"); near > 0.1 || far < 0.3 {
		t.Errorf("the points end %v from the data, in noise they are %v away", near, far)
	}
	for _, p := range parts {
		d := diagram(p.id)
		if err := d.Check(); err != nil {
			t.Error(err)
		}
		chosen := 0
		for _, n := range d.Nodes {
			if n.Chosen {
				chosen++
			}
		}
		if table := about(p.id); chosen != 1 || len(table.Rows[0][1]) < 15 || table.Check() != nil {
			t.Errorf("%s: %d boxes are chosen, %q explains it", p.id, chosen, table.Rows[0][1])
		}
	}
	if _, ok := frames[0].Figures["diagram"].(*figure.Diagram); !ok {
		t.Error("there is no diagram")
	}
}

// Known by hand: 0.3 and 0.5 away.
func TestNearest(t *testing.T) {
	if got := nearest([]float32{0.3, 0, 3, 4}, []float32{0, 0, 3, 4.5}); math.Abs(got-0.4) > 1e-7 {
		t.Errorf("got %v, expected 0.4", got)
	}
}
