package scoreblog

import (
	"math"
	"testing"

	"unnoise/model/sde"
)

// For data at one place, whose score is −ε/std, a leap is exact: x_t = scale·x_0 + std·ε
// goes to scale·x_0 + std·ε of the earlier time by the ODE, and to its distribution by the
// SDE.
func TestLeap(t *testing.T) {
	vp, err := sde.NewVP(.1, 20)
	if err != nil {
		t.Fatal(err)
	}
	ve, err := sde.NewVE(.01, 50)
	if err != nil {
		t.Fatal(err)
	}
	sub, err := sde.NewSubVP(.1, 20)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range []sde.SDE{vp, ve, sub} {
		for _, times := range [][2]float64{{1, .9}, {.7, .2}, {.3, .29}, {.1, 0}} {
			scale, std := l.Marginal(times[0])
			below, belowStd := l.Marginal(times[1])
			if times[1] == 0 {
				below, belowStd = 1, 0
			}
			for _, noise := range []bool{false, true} {
				ofX, ofScore, stdDev := leap(l, times[0], times[1], noise)
				ofX0, ofEps := ofX*scale, ofX*std-ofScore/std
				if math.Abs(ofX0-below) > 1e-9*max(1, below) {
					t.Errorf("%s from %v, noise %v: %v of x_0, expected %v", l.Name(), times, noise, ofX0, below)
				}
				if got := math.Hypot(ofEps, stdDev); math.Abs(got-belowStd) > 1e-9*max(1, belowStd) || !noise && stdDev != 0 {
					t.Errorf("%s from %v, noise %v: a deviation of %v, expected %v", l.Name(), times, noise, got, belowStd)
				}
			}
		}
	}
	// DDPM's posterior, Ho et al. eq. 7, between two times.
	scale, std := vp.Marginal(.5)
	below, belowStd := vp.Marginal(.4)
	beta := 1 - scale*scale/(below*below)
	if _, _, got := leap(vp, .5, .4, true); math.Abs(got-math.Sqrt(beta)*belowStd/std) > 1e-12 {
		t.Errorf("the deviation is %v, DDPM’s is %v", got, math.Sqrt(beta)*belowStd/std)
	}
}
