package scoresde

import (
	"math"
	"testing"

	"unnoise/model/exhibit/exhibittest"
)

func TestExhibitsKeepTheirPromises(t *testing.T) {
	for _, e := range Exhibits {
		t.Run(e.ID, func(t *testing.T) { exhibittest.Probe(t, e) })
	}
}

// Two samplers that do the same work on the same noise make the same pictures where they
// are the same, with a network too.
func TestSidesAreAlikeWithoutCorrector(t *testing.T) {
	frames := exhibittest.Run(t, Samplers, map[string]string{"what": "fashion", "predictor": "euler-maruyama", "corrector": "none", "steps": "4", "pictures": "1"})
	left, right := exhibittest.Readout(t, frames, "left"), exhibittest.Readout(t, frames, "right")
	if left != right || left == 0 {
		t.Errorf("grain %v and %v", left, right)
	}
	if nfe := exhibittest.Readout(t, frames, "left-nfe"); nfe != 4 {
		t.Errorf("%v evaluations in 4 steps", nfe)
	}
}

// At equal work, the corrector brings the modes' width nearer to what is right: Table 1 of
// the paper, in the plane.
func TestCorrectorHelps(t *testing.T) {
	frames := exhibittest.Run(t, Samplers, map[string]string{"n": "3000"})
	left, right := exhibittest.Readout(t, frames, "left-width"), exhibittest.Readout(t, frames, "right-width")
	if math.Abs(left-100) > .7*math.Abs(right-100) {
		t.Errorf("modes of %.1f %% of their width with the corrector, of %.1f %% without", left, right)
	}
	if a, b := exhibittest.Readout(t, frames, "left-nfe"), exhibittest.Readout(t, frames, "right-nfe"); a != b {
		t.Errorf("%v and %v evaluations", a, b)
	}
}

// The exact divergence leads to the true density, and a tighter tolerance nearer to the
// tightest's results.
func TestFlowIsExact(t *testing.T) {
	frames := exhibittest.Run(t, Likelihood, map[string]string{"sde": "vp", "n": "8", "probes": "1"})
	truth, found := exhibittest.Readout(t, frames, "true"), exhibittest.Readout(t, frames, "exact")
	if math.Abs(truth-found) > 1e-3 {
		t.Errorf("log density %.5f by the flow, %.5f by the formula", found, truth)
	}
	frames = exhibittest.Run(t, Flow, map[string]string{"n": "40", "tightest": "4"})
	loose, tight := exhibittest.Readout(t, frames, "error-1"), exhibittest.Readout(t, frames, "error-3")
	if tight > loose/10 {
		t.Errorf("an error of %g at 10⁻³ and of %g at 10⁻¹", tight, loose)
	}
	frames = exhibittest.Run(t, Latents, map[string]string{"n": "100", "tolerance": "5"})
	if e := exhibittest.Readout(t, frames, "identity"); e > 1e-3 {
		t.Errorf("there and back again: %g apart", e)
	}
}

// With the exact classifier a strength of 1 is Bayes' rule: both sides are the same points.
// More of it is surer of the class, and further from it.
func TestClassifierIsBayes(t *testing.T) {
	right := exhibittest.Run(t, Class, map[string]string{"n": "600"})
	if a, b := exhibittest.Readout(t, right, "steered"), exhibittest.Readout(t, right, "told"); math.Abs(a-b) > 1e-3 {
		t.Errorf("certain by %.4f %% and %.4f %%", a, b)
	}
	strong := exhibittest.Run(t, Class, map[string]string{"n": "600", "strength": "5"})
	for _, readout := range []string{"steered", "steered-distance"} {
		if a, b := exhibittest.Readout(t, right, readout), exhibittest.Readout(t, strong, readout); b <= a {
			t.Errorf("%s is %g at strength 1 and %g at 5", readout, a, b)
		}
	}
}
