package compare

import (
	"testing"

	"unnoise/model/exhibit/exhibittest"
	"unnoise/model/figure"
)

func TestProbes(t *testing.T) { exhibittest.Probe(t, SideBySide) }

// Two set-ups that are the same stay the same to the last bit, from the same start.
func TestTheSameStaysTheSame(t *testing.T) {
	frames := exhibittest.Run(t, SideBySide, map[string]string{
		"count": "2", "moments": "3", "a-sampler": "ddpm", "b-sampler": "ddpm", "a-steps": "4", "b-steps": "4",
	})
	for _, f := range frames {
		if d := exhibittest.Readout(t, frames[f.Index:f.Index+1], "distance-b"); d != 0 {
			t.Errorf("%s: %g apart", f.Label, d)
		}
	}
}

// DDIM and Euler at the same timesteps are one method; both start from one noise.
func TestOneMethodUnderTwoNames(t *testing.T) {
	frames := exhibittest.Run(t, SideBySide, map[string]string{
		"count": "2", "moments": "3", "a-sampler": "ddim", "b-sampler": "euler", "a-steps": "4", "b-steps": "4", "a-guidance": "1", "b-guidance": "1",
	})
	first := frames[0].Figures["runs"].(*figure.Pictures)
	size := first.H * first.W
	for i := range size {
		if first.Values[i] != first.Values[size+i] {
			t.Fatal("the runs start from different noise")
		}
	}
	if d := exhibittest.Readout(t, frames, "distance-b"); d > 0.05 {
		t.Errorf("%g apart in the end", d)
	}
}
