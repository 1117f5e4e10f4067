package blogs

import (
	"math"
	"testing"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
	"unnoise/model/exhibit/exhibittest"
)

func TestProbes(t *testing.T) {
	for _, e := range []*exhibit.Exhibit{Schedules, Annotated, Chains, Families} {
		t.Run(e.ID, func(t *testing.T) { exhibittest.Probe(t, e) })
	}
}

// The schedules have the values of The Annotated Diffusion Model's own functions, in
// its edition of June 2022 and, for the misprint, the first (computed by hand from the
// formulas in the article).
func TestSchedulesOfTheArticle(t *testing.T) {
	at := func(id string, T int) *diffusion.Schedule {
		for _, s := range schedules {
			if s.ID == id {
				made, err := s.make(T)
				if err != nil {
					t.Fatal(err)
				}
				return made
			}
		}
		t.Fatalf("no schedule %q", id)
		return nil
	}
	for _, c := range []struct {
		id   string
		t    int
		beta float64
	}{
		{"linear", 0, 1e-4}, {"linear", 199, 0.02}, {"linear", 100, 1e-4 + 100.0/199*(0.02-1e-4)},
		{"quadratic", 0, 1e-4}, {"quadratic", 199, 0.02},
		{"quadratic", 100, math.Pow(0.01+100.0/199*(math.Sqrt(0.02)-0.01), 2)},
		{"sigmoid", 0, 1e-4 + (0.02-1e-4)/(1+math.Exp(6))}, {"sigmoid", 199, 1e-4 + (0.02-1e-4)/(1+math.Exp(-6))},
		{"quadratic-misprint", 0, 1e-16}, {"quadratic-misprint", 199, 1.6e-7},
	} {
		if got := at(c.id, 200).Beta[c.t]; math.Abs(got-c.beta) > 1e-12*math.Max(1, c.beta) && math.Abs(got-c.beta) > 1e-9*c.beta {
			t.Errorf("%s: β_%d is %v, expected %v", c.id, c.t, got, c.beta)
		}
	}
	// As many steps as DDPM with a fifth of its noise: ∏(1 − β) ≈ exp(−Σβ).
	if left := at("linear", 200).AlphaBar[199]; math.Abs(math.Log(left)+2.0235) > 2e-3 {
		t.Errorf("log ᾱ_T of the article's chain is %v", math.Log(left))
	}
	if left := at("quadratic-misprint", 200).AlphaBar[199]; math.Abs(1-left-200*1.6e-7/3) > 2e-7 { // ∫u²du = ⅓
		t.Errorf("the misprint leaves %v", left)
	}
}

// At t = 0 the strip is the picture with hardly any noise; the walk back ends in one.
func TestSchedulesReadouts(t *testing.T) {
	frames := exhibittest.Run(t, Schedules, map[string]string{"moments": "2", "steps": "2"})
	first, last := map[string]float64{}, map[string]float64{}
	for _, r := range frames[0].Readouts {
		first[r.ID] = r.Value
	}
	for _, r := range frames[len(frames)-1].Readouts {
		last[r.ID] = r.Value
	}
	if first["distance"] > 0.05 || last["distance"] < 0.7 {
		t.Errorf("the picture is %v away at t = 0 and %v at the end", first["distance"], last["distance"])
	}
	if first["posterior"] != 0 || last["posterior"] <= 0 || last["posterior"] > last["beta"] {
		t.Errorf("β̃ is %v at t = 0 and %v of β = %v at the end", first["posterior"], last["posterior"], last["beta"])
	}
	if out := first["mean-out"]; out < -1 || out > 1 {
		t.Errorf("the picture made has the mean %v", out)
	}
}

// The article's p_sample is the posterior mean around the guess where it is not cut.
func TestStepIsTheArticles(t *testing.T) {
	s, err := diffusion.Linear(200, betaStart, betaEnd)
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range diffusion.DDPMUpdates(s, diffusion.Parametrisation{Predict: diffusion.PredictEps}, diffusion.FixedSmall) {
		beta, noise := s.Beta[u.T], math.Sqrt(1-s.AlphaBar[u.T])
		ofXt, ofEps := u.OfX0*u.X0OfXt+u.OfXt, u.OfX0*u.X0OfPred
		wantXt, wantEps := 1/math.Sqrt(1-beta), -beta/noise/math.Sqrt(1-beta)
		if math.Abs(ofXt-wantXt) > 1e-9 || math.Abs(ofEps-wantEps) > 1e-9 {
			t.Errorf("t = %d: %v x_t + %v ε, the article has %v and %v", u.T, ofXt, ofEps, wantXt, wantEps)
		}
		if want := math.Sqrt(s.PosteriorVariance(u.T)); math.Abs(u.StdDev-want) > 1e-12 {
			t.Errorf("t = %d: noise %v, the article has %v", u.T, u.StdDev, want)
		}
		if u.Clip {
			t.Errorf("t = %d: the guess is cut", u.T)
		}
	}
}
