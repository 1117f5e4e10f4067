package ncsn

import (
	"math"
	"testing"

	"unnoise/model/exhibit/exhibittest"
)

func TestToyProbes(t *testing.T) { exhibittest.Probe(t, Toy) }

// The paper's Fig. 3: annealed dynamics find the weights within .03, plain ones do not.
func TestToyFindsTheWeights(t *testing.T) {
	frames := exhibittest.Run(t, Toy, nil)
	if got := exhibittest.Readout(t, frames, "annealed"); math.Abs(got-.8) > .03 {
		t.Errorf("annealed Langevin finds %.3f, expected .8", got)
	}
	if got := exhibittest.Readout(t, frames, "plain"); math.Abs(got-.5) > .05 {
		t.Errorf("plain Langevin finds %.3f, expected about .5, the share that began there", got)
	}
}
