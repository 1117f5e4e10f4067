package sde

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"testing"

	"context"

	"unnoise/model/diffusion"
)

// golden is what tools/golden/sde.py writes.
type golden struct {
	Mixture []Gaussian
	N       int
	Data    []float32
	Mask    []float32
	Grey    []float32
	Noise   [][]float32
	Cases   []struct {
		SDE            string
		Predictor      Predictor
		Corrector      Corrector
		CorrectorSteps int `json:"corrector_steps"`
		N              int
		Flow           bool
		Constraint     string
		BetaMax        float64 `json:"beta_max"`
		One, Ten, Mean []float64
	}
	ODEs []struct {
		SDE        string
		Tol        float64
		NFE, Steps int
		X          []float64
		// Where the first accepted step ends and, if there is one, the tenth.
		Kept []struct {
			Step int
			T    float64
			X    []float64
		}
	}
	Likelihoods []struct {
		SDE   string
		Probe string
		NFE   int
		LogP  []float64 `json:"log_p"`
		Bpd   []float64
	}
	Solver []struct {
		Name   string
		Tol    float64
		NFE    int
		T, Y   []float64
		Times  []float64
		Within [][]float64
	}
}

func load(t *testing.T) (golden, *Mixture, diffusion.Cond) {
	t.Helper()
	data, err := os.ReadFile("testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var g golden
	if err := json.Unmarshal(data, &g); err != nil {
		t.Fatal(err)
	}
	m, err := NewMixture(g.Mixture...)
	if err != nil {
		t.Fatal(err)
	}
	return g, m, unconditional(g.N)
}

func unconditional(n int) diffusion.Cond {
	return diffusion.Cond{Class: slices.Repeat([]int{diffusion.NoClass}, n)}
}

// differ is the largest difference in units of 1 + |want|; ∞ where a value is none, since a
// NaN would pass every comparison that follows.
func differ[V float32 | float64](got []V, want []float64) float64 {
	if len(got) != len(want) {
		return math.Inf(1)
	}
	var worst float64
	for i, w := range want {
		d := math.Abs(float64(got[i])-w) / (1 + math.Abs(w))
		if math.IsNaN(d) {
			return math.Inf(1)
		}
		worst = max(worst, d)
	}
	return worst
}

func TestDifferSeesWhatIsNoNumber(t *testing.T) {
	for _, got := range [][]float64{{math.NaN(), 1}, {1, math.NaN()}, {1}} {
		if d := differ(got, []float64{1, 1}); !(d > 1e9) {
			t.Errorf("%v differs by %v from two ones", got, d)
		}
	}
	if d := differ([]float64{1, 4}, []float64{1, 1}); d != 1.5 {
		t.Errorf("three off of a one is %v, expected 1.5", d)
	}
}

// TestStepsEqualTheCode: one step and ten of every predictor and corrector, of both
// together and of the constraints, with stored noise.
func TestStepsEqualTheCode(t *testing.T) {
	g, m, cond := load(t)
	for _, c := range g.Cases {
		s := sdes()[c.SDE]
		if c.BetaMax != 0 {
			s = VP{beta{.1, c.BetaMax}}
		}
		sampler := Sampler{SDE: s, Predictor: c.Predictor, Corrector: c.Corrector, CorrectorSteps: c.CorrectorSteps, SNR: SNR, N: c.N, Flow: c.Flow}
		switch c.Constraint {
		case "inpainting":
			sampler.Constraint = &Inpainting{g.Data, g.Mask}
		case "colourisation":
			sampler.Constraint = &Colourisation{g.Grey, 4}
		}
		name := fmt.Sprintf("%s, %s, %d× %s, N = %d, flow %v %s", c.SDE, c.Predictor, c.CorrectorSteps, c.Corrector, c.N, c.Flow, c.Constraint)
		start, err := sampler.Prior(slices.Clone(g.Noise[0]))
		if err != nil {
			t.Fatal(err)
		}
		// Of a long run the steps after the tenth are not taken; of one of ten the result is
		// the mean.
		noise := func(i int, dst []float32) { copy(dst, g.Noise[1+i]) }
		seen := 0
		err = sampler.Run(t.Context(), NewExact(m, s), start, cond, noise, func(step Step) error {
			if step.Stage == Corrected {
				return nil
			}
			want := map[int][]float64{1: c.One, 10: c.Ten}[step.I]
			if step.Stage == Done {
				want = c.Mean
			}
			if want != nil {
				seen++
				if d := differ(step.X, want); d > 1e-5 {
					t.Errorf("%s: after %d steps off by %.2g", name, step.I, d)
				}
			}
			if step.I == 10 {
				return errEnough
			}
			return nil
		})
		if seen != 2 || c.N == 10 && err != nil && err != errEnough {
			t.Errorf("%s: %d states seen, %v", name, seen, err)
		}
		if want := c.N * (map[bool]int{true: 0, false: 1}[c.Predictor == NoPredictor] + map[bool]int{true: 0, false: c.CorrectorSteps}[c.Corrector == NoCorrector]); sampler.NFE() != want {
			t.Errorf("%s: NFE is %d, expected %d", name, sampler.NFE(), want)
		}
	}
}

var errEnough = fmt.Errorf("enough")

// TestSolverEqualsSciPy: every step, the number of evaluations, the end and the solution
// within the steps.
func TestSolverEqualsSciPy(t *testing.T) {
	fields := map[string]func(t float64, y, dst []float64){
		"oscillator":     func(_ float64, y, dst []float64) { dst[0], dst[1] = y[1], -y[0] },
		"van der Pol":    func(_ float64, y, dst []float64) { dst[0], dst[1] = y[1], 5*(1-y[0]*y[0])*y[1]-y[0] },
		"decay backward": func(t float64, y, dst []float64) { dst[0] = -3*y[0] + math.Sin(t) },
		"at rest":        func(_ float64, _, dst []float64) { dst[0] = 0 },
	}
	starts := map[string][]float64{"oscillator": {1, 0}, "van der Pol": {2, 0}, "decay backward": {.25}, "at rest": {1}}
	g, _, _ := load(t)
	for _, c := range g.Solver {
		solver := RK45{RelTol: c.Tol, AbsTol: c.Tol, Field: func(_ context.Context, t float64, y, dst []float64) error {
			fields[c.Name](t, y, dst)
			return nil
		}}
		times, within := []float64{c.T[0]}, [][]float64{}
		visit := Visit(c.Times, func(_ int, _ float64, y []float64) error {
			within = append(within, slices.Clone(y))
			return nil
		})
		end, err := solver.Solve(t.Context(), ODEState{T: c.T[0], Y: starts[c.Name]}, c.T[len(c.T)-1], func(s *ODEStep) error {
			times = append(times, s.T)
			return visit(s)
		})
		if err != nil || end.NFE != c.NFE || differ(times, c.T) > 1e-8 || differ(end.Y, c.Y) > 1e-8 {
			t.Errorf("%s, tolerance %g: NFE %d, expected %d; times off by %.2g, end by %.2g; %v", c.Name, c.Tol, end.NFE, c.NFE, differ(times, c.T), differ(end.Y, c.Y), err)
		}
		if len(within) != len(c.Within) {
			t.Fatalf("%s: %d of %d times visited", c.Name, len(within), len(c.Within))
		}
		for i := range within {
			if d := differ(within[i], c.Within[i]); d > 1e-8 {
				t.Errorf("%s, tolerance %g: off by %.2g at t = %.3g", c.Name, c.Tol, d, c.Times[i])
			}
		}
	}
}

// odeSDE is the SDE of the goldens' ODEs: VE up to 5 only.
func odeSDE(name string) SDE {
	if name == "VE" {
		return VE{.01, 5}
	}
	return sdes()[name]
}

// TestFlowEqualsTheCode: the first step of the solver, the tenth and the end.
func TestFlowEqualsTheCode(t *testing.T) {
	g, m, cond := load(t)
	tenth := map[string]bool{}
	for _, c := range g.ODEs {
		s := odeSDE(c.SDE)
		flow := Flow{SDE: s, Score: NewExact(m, s), Cond: cond, RelTol: c.Tol, AbsTol: c.Tol}
		start, err := (&Sampler{SDE: s}).Prior(slices.Clone(g.Noise[0]))
		if err != nil {
			t.Fatal(err)
		}
		accepted, seen := 0, 0
		var times []float64
		for _, want := range c.Kept {
			times = append(times, want.T)
		}
		visit := Visit(times, func(i int, at float64, y []float64) error {
			seen++
			// Rounding of the score moves the steps' ends a little.
			if d := differ(y, c.Kept[i].X); d > 1e-5 || accepted != c.Kept[i].Step && accepted != c.Kept[i].Step+1 {
				t.Errorf("%s, tolerance %g: at the end of step %d, t = %.6g, in step %d off by %.2g", c.SDE, c.Tol, c.Kept[i].Step, at, accepted, d)
			}
			return nil
		})
		got, nfe, err := flow.Decode(t.Context(), start.X, s.Eps(), func(step *ODEStep) error {
			accepted = step.Accepted
			return visit(step)
		})
		tenth[c.SDE] = tenth[c.SDE] || seen == 2
		if seen == 0 || seen != len(c.Kept) {
			t.Errorf("%s, tolerance %g: %d of %d states seen", c.SDE, c.Tol, seen, len(c.Kept))
		}
		if accepted != c.Steps {
			t.Errorf("%s, tolerance %g: %d steps, expected %d", c.SDE, c.Tol, accepted, c.Steps)
		}
		if err != nil || nfe != c.NFE || differ(got, c.X) > 1e-5 {
			t.Errorf("%s, tolerance %g: NFE %d, expected %d; off by %.2g; %v", c.SDE, c.Tol, nfe, c.NFE, differ(got, c.X), err)
		}
	}
	for name, seen := range tenth {
		if !seen {
			t.Errorf("%s: no run has ten steps", name)
		}
	}
}

func TestLikelihoodEqualsTheCode(t *testing.T) {
	g, m, cond := load(t)
	dim := m.Dim()
	data := make([]float32, g.N*dim)
	signs := slices.Clone(g.Noise[2])
	for i := range data {
		data[i] = float32(g.Mixture[i/dim].Mean[i%dim] + .1*float64(g.Noise[1][i]))
		signs[i] = float32(math.Copysign(1, float64(signs[i])))
	}
	for _, c := range g.Likelihoods {
		s := odeSDE(c.SDE)
		l := Likelihood{Flow: Flow{SDE: s, Score: NewExact(m, s), Cond: cond}}
		l.Probes = map[string][][]float32{"signs": {signs}, "normal": {g.Noise[2]}}[c.Probe]
		got, err := l.Run(t.Context(), data, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got.NFE != c.NFE || differ(got.LogP, c.LogP) > 1e-5 {
			t.Errorf("%s with probe %q: NFE %d, expected %d; log p %v, expected %v", c.SDE, c.Probe, got.NFE, c.NFE, got.LogP, c.LogP)
		}
		for k, p := range got.LogP {
			near(t, c.SDE+" bits/dim", BitsPerDim(p, dim, -1, 1), c.Bpd[k], 1e-4)
		}
	}
}
