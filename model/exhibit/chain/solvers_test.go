package chain_test

import (
	"math"
	"strings"
	"testing"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit/chain"
	ml "unnoise/model/mathml"
)

// The formula that is shown for one guess has the coefficients that are computed with.
func TestSolverEquationIsWhatIsComputed(t *testing.T) {
	trained, err := diffusion.Linear(1000, 1e-4, 0.02)
	if err != nil {
		t.Fatal(err)
	}
	levels, err := trained.EvenLevels(7)
	if err != nil {
		t.Fatal(err)
	}
	p := diffusion.Parametrisation{}
	for name, updates := range map[string][]diffusion.Update{
		"DDIM": diffusion.DDIMUpdates(trained, p, 0), "DDIM with noise": diffusion.DDIMUpdates(trained, p, 0.5),
		"Euler": diffusion.EulerUpdates(levels, p), "Euler ancestral": diffusion.EulerAncestralUpdates(levels, p, 1),
	} {
		for _, u := range updates {
			ofXt := math.Sqrt(max(0, 1-u.AlphaBarPrev-u.StdDev*u.StdDev)) / math.Sqrt(1-u.AlphaBar)
			ofX0 := math.Sqrt(u.AlphaBarPrev) - ofXt*math.Sqrt(u.AlphaBar)
			if math.Abs(ofXt-u.OfXt) > 1e-7 || math.Abs(ofX0-u.OfX0) > 1e-7 {
				t.Fatalf("%s at t = %d: the formula has %g and %g, the step %g and %g", name, u.T, ofX0, ofXt, u.OfX0, u.OfXt)
			}
			if e := chain.SolverEquation(u); (u.StdDev != 0) != strings.Contains(e.Numbers, ml.I("z")) {
				t.Fatalf("%s at t = %d, σ = %g: %s", name, u.T, u.StdDev, e.Numbers)
			}
		}
	}
}

// Both guesses of a step stand in its equation, with their numbers.
func TestSolverEquationOfTwoGuesses(t *testing.T) {
	trained, err := diffusion.Linear(1000, 1e-4, 0.02)
	if err != nil {
		t.Fatal(err)
	}
	levels, err := trained.EvenLevels(7)
	if err != nil {
		t.Fatal(err)
	}
	p := diffusion.Parametrisation{}
	heun, multistep := diffusion.HeunUpdates(levels, p)[2], diffusion.DPMSolverPP2MUpdates(levels, p)[2]
	for _, c := range []struct {
		update diffusion.Update
		number float64
	}{{heun, heun.Correction.OfX0Next}, {multistep, multistep.OfX0Before}} {
		if e := chain.SolverEquation(c.update); !strings.Contains(e.Numbers, ml.Number(math.Abs(c.number))) {
			t.Errorf("the coefficient %g is not in %s", c.number, e.Numbers)
		}
	}
}

// The picture at the first timestep is noisy, and not written as the one without noise.
func TestXTellsTheFirstTimestepFromThePicture(t *testing.T) {
	if chain.X(0) == chain.X(-1) {
		t.Errorf("both are %s", chain.X(0))
	}
}
