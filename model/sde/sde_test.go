package sde

import (
	"math"
	"testing"
)

// sdes are the three of the paper and the tutorial's, with their usual constants.
func sdes() map[string]SDE {
	return map[string]SDE{
		"VE": VE{.01, 50}, "VP": VP{beta{.1, 20}}, "sub-VP": SubVP{beta{.1, 20}}, "tutorial": Tutorial{25},
	}
}

func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if !(math.Abs(got-want) <= within) {
		t.Errorf("%s is %.9g, expected %.9g within %.2g", what, got, want, within)
	}
}

// TestMarginalsAreTheClosedForms: at ten times, in the paper's own words: eq. 29 and the
// tables of its appendix B.
func TestMarginalsAreTheClosedForms(t *testing.T) {
	for name, s := range sdes() {
		for k := 1; k <= 10; k++ {
			at := float64(k) / 10
			log := -.25*at*at*(20-.1) - .5*at*.1
			var wantScale, wantStd float64
			switch name {
			case "VE":
				wantScale, wantStd = 1, math.Exp(math.Log(.01)+at*(math.Log(50)-math.Log(.01)))
			case "VP":
				wantScale, wantStd = math.Exp(log), math.Sqrt(1-math.Exp(2*log))
			case "sub-VP":
				wantScale, wantStd = math.Exp(log), 1-math.Exp(2*log)
			case "tutorial":
				wantScale, wantStd = 1, math.Sqrt((math.Pow(25, 2*at)-1)/2/math.Log(25))
			}
			scale, std := s.Marginal(at)
			near(t, name+" scale", scale, wantScale, 1e-12)
			near(t, name+" std", std, wantStd, 1e-12*wantStd)
		}
		_, std := s.Marginal(1)
		near(t, name+" prior", s.PriorStd(), std, 5e-5*std)
	}
}

// TestMarginalsSolveTheMomentEquations: m' = a·m and v' = 2a·v + g² (Särkkä & Solin 2019,
// eq. 5.50 f.), solved to the tolerance of RK45, give the closed forms at ten times.
func TestMarginalsSolveTheMomentEquations(t *testing.T) {
	for name, s := range sdes() {
		const begin = 1e-5
		scale, std := s.Marginal(begin)
		solver := RK45{RelTol: 1e-9, AbsTol: 1e-13, Field: momentEquations(s)}
		var times []float64
		for k := 1; k <= 10; k++ {
			times = append(times, float64(k)/10)
		}
		seen := 0
		_, err := solver.Solve(t.Context(), ODEState{T: begin, Y: []float64{scale, std * std}}, 1, Visit(times, func(_ int, at float64, y []float64) error {
			seen++
			scale, std := s.Marginal(at)
			near(t, name+" mean", y[0], scale, 1e-6)
			near(t, name+" variance", y[1], std*std, 1e-6*std*std)
			return nil
		}))
		if err != nil || seen != 10 {
			t.Errorf("%s: %d times, %v", name, seen, err)
		}
	}
}

// TestDiscretisationsTendToTheSDE: n steps forward are g²/n and a/n up to terms of 1/n².
func TestDiscretisationsTendToTheSDE(t *testing.T) {
	for name, s := range sdes() {
		worst := func(n int) float64 {
			var worst float64
			for k := n / 10; k < n; k += n / 10 {
				at := float64(k) / float64(n-1)
				drift, diffusion := s.Discretise(at, n)
				g := s.Diffusion(at)
				worst = max(worst, math.Abs(diffusion*diffusion*float64(n)-g*g)/(g*g), math.Abs(drift*float64(n)-s.Drift(at))/(1+math.Abs(s.Drift(at))))
			}
			return worst
		}
		coarse, fine := worst(1000), worst(10000)
		if !(coarse <= .02 && fine <= .0021) || coarse > 1e-9 && fine > coarse/8 {
			t.Errorf("%s: relative errors %.3g with 1,000 steps and %.3g with 10,000", name, coarse, fine)
		}
	}
}

func TestBadConstants(t *testing.T) {
	for what, make := range map[string]func() error{
		"VE without noise":       func() error { _, err := NewVE(0, 1); return err },
		"VE that shrinks":        func() error { _, err := NewVE(1, .5); return err },
		"VE without end":         func() error { _, err := NewVE(1, math.Inf(1)); return err },
		"VP with a negative β":   func() error { _, err := NewVP(-1, 20); return err },
		"sub-VP that is no SDE":  func() error { _, err := NewSubVP(math.NaN(), 20); return err },
		"the tutorial's below 1": func() error { _, err := NewTutorial(.5); return err },
		"mixture without parts":  func() error { _, err := NewMixture(); return err },
		"mixture of two sizes": func() error {
			_, err := NewMixture(Gaussian{1, []float64{0}, 1}, Gaussian{1, []float64{0, 0}, 1})
			return err
		},
		"mixture that weighs nothing": func() error { _, err := NewMixture(Gaussian{0, []float64{0}, 1}); return err },
	} {
		if make() == nil {
			t.Errorf("%s: no error", what)
		}
	}
}
