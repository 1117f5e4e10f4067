package diffusion

import (
	"context"
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"

	"unnoise/model/rng"
)

// solverGolden is testdata/solvers.json: tools/golden/solvers.py.
type solverGolden struct {
	Mixture [][3]float64
	Noise   [][]float32
	Cases   []struct {
		Schedule, Sampler, Predict, Spacing string
		Clip                                bool
		Eta                                 float64
		Times                               []float64
		Xs, X0s                             [][]float64
	}
}

func TestSolversEqualReference(t *testing.T) {
	data, err := os.ReadFile("testdata/solvers.json")
	if err != nil {
		t.Fatal(err)
	}
	var g solverGolden
	if err := json.Unmarshal(data, &g); err != nil {
		t.Fatal(err)
	}
	if len(g.Cases) == 0 {
		t.Fatal("no cases")
	}
	for k, c := range g.Cases {
		trained := must(t)(ScheduleByName(c.Schedule, 1000))
		predict, err := PredictionByName(c.Predict)
		if err != nil {
			t.Fatal(err)
		}
		network := &mixture{schedule: trained, predict: predict}
		for _, m := range g.Mixture {
			network.components = append(network.components, component{m[0], m[1], m[2]})
		}
		levels := spread(t, trained, c.Spacing, len(c.Times))
		for i, time := range c.Times {
			near(t, "time", levels[i].Time, time, 1e-6)
		}
		steps := solvers(levels, Parametrisation{Predict: predict, Clip: c.Clip}, c.Eta)[c.Sampler]
		noise := func(i int, dst []float32) { copy(dst, g.Noise[i]) }
		cond := Cond{Class: []int{NoClass, NoClass}}
		tolerance := 2e-6 // the state is float32, the reference float64
		err = Sample(context.Background(), network, steps, Start{Xt: float32s(c.Xs[0])}, cond, noise, func(step Step) error {
			compare(t, step.Xt, c.Xs[step.I], tolerance)
			if step.I < len(steps) {
				x0 := make([]float32, len(step.Xt))
				step.X0Hat(x0)
				// x̂_0 has the rounding divided by √ᾱ and hands on its coefficient's part.
				ofX0 := 4e-6 / math.Sqrt(step.Update.AlphaBar)
				compare(t, x0, c.X0s[step.I], ofX0)
				tolerance = 4e-6 + (math.Abs(step.Update.OfX0)+math.Abs(step.Update.OfX0Before))*ofX0
			}
			if t.Failed() {
				t.Fatalf("case %d (%s %s %s), step %d", k, c.Sampler, c.Predict, c.Spacing, step.I)
			}
			return nil
		})
		if err != nil {
			t.Errorf("case %d: %v", k, err)
		}
	}
}

func spread(t *testing.T, s *Schedule, spacing string, n int) []Level {
	t.Helper()
	levels := func(l []Level, err error) []Level {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	switch spacing {
	case "even":
		return levels(s.EvenLevels(n))
	case "karras":
		return levels(s.KarrasLevels(999, n))
	}
	ts, err := FractionalStride(s.Len(), n)
	if err != nil {
		t.Fatal(err)
	}
	return must(t)(s.Respace(ts)).Levels()
}

func solvers(levels []Level, p Parametrisation, eta float64) map[string][]Update {
	return map[string][]Update{
		"euler":           EulerUpdates(levels, p),
		"euler_ancestral": EulerAncestralUpdates(levels, p, eta),
		"heun":            HeunUpdates(levels, p),
		"dpmpp_2m":        DPMSolverPP2MUpdates(levels, p),
	}
}

// For one Gaussian the ODE has the solution x̄(σ) = m + (x̄(σ_T) − m)·√((s²+σ²)/(s²+σ_T²)).
// Halving the steps must multiply the error by 2 to the method's order.
func TestSolversHaveTheirOrder(t *testing.T) {
	const mean, std = 0.2, 0.4
	trained := must(t)(Linear(1000, 1e-4, 0.02))
	network := &mixture{components: []component{{1, mean, std}}, schedule: trained}
	most, least := trained.At(900).Sigma(), trained.At(100).Sigma()
	const start = 1.3 // x_t at the first level
	failure := func(name string, n int) float64 {
		var levels []Level
		for i := range n + 1 {
			levels = append(levels, trained.AtSigma(most*math.Pow(least/most, float64(i)/float64(n))))
		}
		from, to := levels[0], levels[n]
		x := start / math.Sqrt(from.AlphaBar)
		want := mean + (x-mean)*math.Sqrt((std*std+to.Sigma()*to.Sigma())/(std*std+from.Sigma()*from.Sigma()))
		var got float64
		steps := solvers(levels, Parametrisation{}, 0)[name]
		err := Sample(context.Background(), network, steps, Start{Xt: []float32{start}}, Cond{Class: []int{NoClass}}, nil, func(s Step) error {
			got = float64(s.Xt[0]) / math.Sqrt(to.AlphaBar)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return math.Abs(got - want)
	}
	for name, order := range map[string]float64{"euler": 1, "heun": 2, "dpmpp_2m": 2} {
		coarse, fine := failure(name, 16), failure(name, 64)
		if slope := math.Log2(coarse/fine) / 2; math.Abs(slope-order) > 0.25 {
			t.Errorf("%s: the error falls from %.2g to %.2g, order %.2f and not %g", name, coarse, fine, slope, order)
		}
	}
}

func TestSolversReachTheMixture(t *testing.T) {
	trained := must(t)(Linear(1000, 1e-4, 0.02))
	network := &mixture{components: []component{{0.6, -0.5, 0.2}, {0.4, 0.4, 0.1}}, schedule: trained}
	wantMean, wantVariance := network.moments()
	levels := spread(t, trained, "karras", 150)
	for name, steps := range solvers(levels, Parametrisation{}, 1) {
		const n = 4000
		generator := rng.New(1)
		x := make([]float32, n)
		generator.Normal(x)
		noise := func(i int, dst []float32) { generator.Normal(dst) }
		var mean, square float64
		err := Sample(context.Background(), network, steps, Start{Xt: x}, Cond{Class: []int{NoClass}}, noise, func(s Step) error {
			mean, square = 0, 0
			for _, v := range s.Xt {
				mean += float64(v) / n
				square += float64(v) * float64(v) / n
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		// The standard error of the mean is 0.008.
		if math.Abs(mean-wantMean) > 0.03 || math.Abs(square-mean*mean-wantVariance) > 0.02 {
			t.Errorf("%s: mean %.3f (%.3f), variance %.3f (%.3f)", name, mean, wantMean, square-mean*mean, wantVariance)
		}
	}
}

// On the same levels Euler is DDIM, and its ancestral form DDIM with that η.
func TestEulerIsDDIM(t *testing.T) {
	s := must(t)(must(t)(Linear(1000, 1e-4, 0.02)).Respace([]int{0, 200, 500, 999}))
	for _, eta := range []float64{0, 0.5, 1} {
		euler, ddim := EulerAncestralUpdates(s.Levels(), Parametrisation{}, eta), DDIMUpdates(s, Parametrisation{}, eta)
		for i := range ddim {
			near(t, "OfX0", euler[i].OfX0, ddim[i].OfX0, 1e-12)
			near(t, "OfXt", euler[i].OfXt, ddim[i].OfXt, 1e-12)
			near(t, "StdDev", euler[i].StdDev, ddim[i].StdDev, 1e-12)
			if euler[i].T != ddim[i].T || euler[i].Time != ddim[i].Time || euler[i].TPrev != ddim[i].TPrev {
				t.Errorf("step %d visits %d (%g) and %d, expected %d and %d", i, euler[i].T, euler[i].Time, euler[i].TPrev, ddim[i].T, ddim[i].TPrev)
			}
		}
	}
}

// A run of a method with a memory, or with two evaluations, goes on exactly from a
// recorded step.
func TestSolversResume(t *testing.T) {
	trained := must(t)(Cosine(100))
	levels := spread(t, trained, "even", 8)
	for name, steps := range solvers(levels, Parametrisation{Clip: true}, 1) {
		network := &mixture{components: []component{{0.5, 0.1, 0.3}, {0.5, -0.6, 0.2}}, schedule: trained}
		noise := func(i int, dst []float32) { rng.New(uint64(i)).Normal(dst) }
		run := func(start Start) (steps8 []Step) {
			err := Sample(context.Background(), network, steps, start, Cond{Class: []int{0}}, noise, func(s Step) error {
				s.Xt, s.Before = slices.Clone(s.Xt), slices.Clone(s.Before)
				steps8 = append(steps8, s)
				return nil
			})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			return steps8
		}
		x := make([]float32, 20)
		rng.New(5).Normal(x)
		whole := run(Start{Xt: x})
		if network.calls != Evaluations(steps) {
			t.Errorf("%s: %d evaluations, announced were %d", name, network.calls, Evaluations(steps))
		}
		again := run(Start{I: 5, Xt: whole[5].Xt, Before: whole[5].Before})
		if !slices.Equal(again[3].Xt, whole[8].Xt) {
			t.Errorf("%s: resumed at step 5 it does not end where the whole run does", name)
		}
	}
	steps := DPMSolverPP2MUpdates(levels, Parametrisation{})
	err := Sample(context.Background(), nil, steps, Start{I: 3, Xt: make([]float32, 2)}, Cond{Class: []int{0}}, nil, nil)
	if err == nil {
		t.Error("DPM-Solver++(2M) went on without the x̂_0 of the step before")
	}
}

func TestLevelsBetweenTimesteps(t *testing.T) {
	s := must(t)(Linear(1000, 1e-4, 0.02))
	for _, time := range []float64{0, 0.25, 17, 500.5, 998.9, 999} {
		level := s.At(time)
		near(t, "time", s.AtSigma(level.Sigma()).Time, time, 1e-6)
	}
	near(t, "σ below", s.AtSigma(1e-9).Time, 0, 0)
	near(t, "σ above", s.AtSigma(1e9).Time, 999, 0)
	if s.At(40).AlphaBar != s.AlphaBar[40] {
		t.Error("a whole time does not have its timestep's ᾱ")
	}
	for _, n := range []int{0, -1} {
		if _, err := s.EvenLevels(n); err == nil {
			t.Errorf("%d even levels", n)
		}
		if _, err := s.KarrasLevels(999, n); err == nil {
			t.Errorf("%d Karras levels", n)
		}
	}
}
