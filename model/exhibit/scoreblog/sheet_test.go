package scoreblog

import (
	"math"
	"testing"

	"unnoise/model/exhibit"
	"unnoise/model/exhibit/exhibittest"
)

// Every SDE and its ODE have the exact density at both ends, up to chance and the steps'
// error; paths of the ODE never cross, and those of the SDE do.
func TestSheetEndsInTheData(t *testing.T) {
	for _, law := range []string{"ve", "vp", "sub-vp"} {
		frames := exhibittest.Run(t, Sheet, map[string]string{"sde": law, "paths": "12", "steps": "150", "particles": "600"})
		var there, back float64 // the ODE's distances at the end of each way
		for i, f := range frames {
			for _, r := range f.Readouts {
				switch {
				case r.ID == "distance-ode" && i == len(frames)/2-1:
					there = r.Value
				case r.ID == "distance-ode":
					back = r.Value
				case r.ID == "crossings-ode" && r.Value != 0:
					t.Fatalf("%s, %s: paths of the ODE cross %v times", law, f.Label, r.Value)
				}
			}
		}
		// Chance: about 0.8·std/√600, and std is 1 and 6 at the end of VP and VE.
		if limit := map[string]float64{"ve": .6, "vp": .1, "sub-vp": .1}[law]; there > limit {
			t.Errorf("%s: into noise the ODE ends %v from the density", law, there)
		}
		if bySDE := exhibittest.Readout(t, frames, "distance-sde"); back > .13 || bySDE > .13 {
			t.Errorf("%s: back the ODE ends %v and the SDE %v from the density", law, back, bySDE)
		}
		if n := exhibittest.Readout(t, frames, "crossings-sde"); n < 10 {
			t.Errorf("%s: paths of the SDE cross %v times", law, n)
		}
	}
}

// From where it has come to, the ODE goes back to where it came from.
func TestTheODEGoesBackItsOwnWay(t *testing.T) {
	r := sheetRun(t, map[string]string{"start": "own", "paths": "20", "particles": "50", "steps": "300"})
	for i, there := range r.traces[0].ode {
		back := r.traces[1].ode[i]
		from, to := float64(there[1]), float64(back[len(back)-1])
		if math.Abs(from-to) > 2e-3 {
			t.Errorf("number %d starts at %v and comes back to %v", i, from, to)
		}
	}
}

// sheetRun is a run of Sheet at its end.
func sheetRun(t *testing.T, values map[string]string) *sheet {
	t.Helper()
	state, err := exhibit.NewState(Sheet, values)
	if err != nil {
		t.Fatal(err)
	}
	r, err := newSheet(state)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.run(t.Context(), func(exhibit.Frame) {}); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestCrossings(t *testing.T) {
	one := []float32{0, 0, 1, 0, 2, 0}
	other := []float32{0, 1, 1, -1, 2, 1}
	above := []float32{0, 5, 1, 5, 2, 5}
	if n := crossings([][]float32{one, other, above}); n != 2 {
		t.Errorf("%d crossings, expected 2", n)
	}
}
