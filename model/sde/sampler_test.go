package sde

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"unnoise/model/diffusion"
	"unnoise/model/rng"
)

// TestForwardPathsHaveTheMarginals: 3,000 paths in 500 steps forward have the mean and the
// variance of the closed forms at ten times, within four and a half standard errors and the
// 3 % of the variance that steps of this size are off.
func TestForwardPathsHaveTheMarginals(t *testing.T) {
	const paths, steps, from = 3000, 500, .7
	for name, s := range sdes() {
		x, z := make([]float32, paths), make([]float32, paths)
		g := rng.New(12)
		scale, std := s.Marginal(1. / steps)
		g.Normal(z)
		for i := range x {
			x[i] = float32(scale*from + std*float64(z[i]))
		}
		for k := 1; k < steps; k++ {
			if k%(steps/10) == 0 {
				at := float64(k) / steps
				scale, std := s.Marginal(at)
				var mean, square float64
				for _, v := range x {
					mean += float64(v) / paths
				}
				for _, v := range x {
					square += (float64(v) - mean) * (float64(v) - mean) / (paths - 1)
				}
				near(t, fmt.Sprintf("%s mean at %.1f", name, at), mean, scale*from, 4.5*std/math.Sqrt(paths)+.01*scale*from)
				near(t, fmt.Sprintf("%s variance at %.1f", name, at), square, std*std, std*std*(4.5*math.Sqrt(2./paths)+.03))
			}
			drift, diffusion := euler(s, (float64(k)+.5)/steps, steps)
			g.Normal(z)
			for i := range x {
				x[i] += float32(drift*float64(x[i]) + diffusion*float64(z[i]))
			}
		}
	}
}

// chainLaw is the mean and the deviation at which a predictor arrives after n steps from
// p_T, for data N(mean, std²): with a linear score all stays normal, and no noise is needed
// to know the law.
func chainLaw(t *testing.T, p Predictor, s SDE, n int, flow bool, mean, std float64) (float64, float64) {
	t.Helper()
	law := func(at float64) (m, v float64) {
		scale, noise := s.Marginal(at)
		return scale * mean, scale*scale*std*std + noise*noise
	}
	m, v := law(s.T())
	sampler := Sampler{SDE: s, N: n, Eps: 1e-5}
	for i := range n {
		at := sampler.Time(i)
		u, err := p.Update(s, at, n, flow)
		if err != nil {
			t.Fatal(err)
		}
		of, variance := law(at)
		factor := u.OfX - u.OfScore/variance
		m = factor*m + u.OfScore/variance*of
		v = factor*factor*v + u.StdDev*u.StdDev
	}
	return m, math.Sqrt(v)
}

// TestPredictorsAreOfFirstOrder: halving the step halves the error of mean and deviation.
// The code takes N steps of 1/N from T, so that the last, from Eps, leads to the data.
func TestPredictorsAreOfFirstOrder(t *testing.T) {
	const mean, std = .6, .3
	for name, s := range sdes() {
		if name == "VE" {
			s = VE{.001, 10}
		}
		for _, p := range []Predictor{EulerMaruyama, ReverseDiffusion, Ancestral} {
			for _, flow := range []bool{false, true} {
				if _, err := p.Update(s, 1, 1000, flow); err != nil {
					continue // ancestral, where it does not fit
				}
				off := func(n int) float64 {
					m, d := chainLaw(t, p, s, n, flow, mean, std)
					return math.Abs(m-mean) + math.Abs(d-std)
				}
				coarse, fine := off(500), off(1000)
				if ratio := coarse / fine; fine > .02 || !(ratio > 1.7 && ratio < 2.4) {
					t.Errorf("%s, %s, flow %v: off by %.2g in 500 steps and %.2g in 1,000, %.2f times less", name, p, flow, coarse, fine, ratio)
				}
			}
		}
	}
}

// TestRK45IsOfFifthOrder: the oscillator's error falls with the fifth power of the number of
// evaluations.
func TestRK45IsOfFifthOrder(t *testing.T) {
	at := func(tolerance float64) (e, nfe float64) {
		r := RK45{RelTol: tolerance, AbsTol: tolerance, Field: func(_ context.Context, _ float64, y, dst []float64) error {
			dst[0], dst[1] = y[1], -y[0]
			return nil
		}}
		end, err := r.Solve(t.Context(), ODEState{Y: []float64{1, 0}}, 20, ignore)
		if err != nil {
			t.Fatal(err)
		}
		return math.Hypot(end.Y[0]-math.Cos(20), end.Y[1]+math.Sin(20)), float64(end.NFE)
	}
	e1, n1 := at(1e-5)
	e2, n2 := at(1e-10)
	if order := math.Log(e1/e2) / math.Log(n2/n1); !(order >= 4.5 && order <= 5.5) {
		t.Errorf("of order %.2f: off by %.2g after %g evaluations and by %.2g after %g", order, e1, n1, e2, n2)
	}
}

// TestCorrectorsHelp: at the same number of evaluations, under VE in 32 dimensions, a
// predictor with correctors comes nearer to the modes' deviations than one alone: less than
// three quarters as far off.
func TestCorrectorsHelp(t *testing.T) {
	const points, dim, nfe = 500, 32, 60
	m, s := two(t, dim), VE{.01, 50}
	end := m.At(s.Marginal(s.Eps()))
	for _, p := range []Predictor{ReverseDiffusion, Ancestral} {
		off := func(c Corrector, n int) float64 {
			sampler := Sampler{SDE: s, Predictor: p, Corrector: c, CorrectorSteps: 1, SNR: .2, N: n}
			if sampler.NFE() != nfe {
				t.Fatalf("NFE is %d", sampler.NFE())
			}
			got, calls := draw(t, &sampler, NewExact(m, s), points, dim, diffusion.NoClass)
			if calls != nfe {
				t.Errorf("%d evaluations, expected %d", calls, nfe)
			}
			var sum float64
			_, stds := modes(end, got)
			for k, c := range end.Components() {
				sum += math.Abs(stds[k]/c.Std - 1)
			}
			return sum
		}
		alone, corrected := off(NoCorrector, nfe), off(Langevin, nfe/2)
		if !(corrected <= .75*alone) {
			t.Errorf("%s: deviations off by %.3f alone and by %.3f with the corrector", p, alone, corrected)
		}
	}
}

// draw carries a sampler out on points of a class, with seeded noise.
func draw(t *testing.T, sampler *Sampler, score Score, points, dim, class int) (xs []float32, nfe int) {
	t.Helper()
	start, err := sampler.Prior(normal(1, points*dim))
	if err != nil {
		t.Fatal(err)
	}
	g := rng.New(2)
	cond := diffusion.Cond{Class: slices.Repeat([]int{class}, points)}
	err = sampler.Run(t.Context(), score, start, cond, func(_ int, dst []float32) { g.Normal(dst) }, func(step Step) error {
		xs, nfe = step.X, step.NFE
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return xs, nfe
}

// TestInterruptedSampler goes on from a step as if nothing had been.
func TestInterruptedSampler(t *testing.T) {
	const points, dim = 3, 2
	m, s := two(t, dim), VE{.01, 10}
	sampler := Sampler{SDE: s, Predictor: ReverseDiffusion, Corrector: Langevin, CorrectorSteps: 2, SNR: SNR, N: 8}
	noise := func(i int, dst []float32) { rng.New(uint64(100 + i)).Normal(dst) }
	start, err := sampler.Prior(normal(1, points*dim))
	if err != nil {
		t.Fatal(err)
	}
	var whole, again []float32
	if err := sampler.Run(t.Context(), NewExact(m, s), start, unconditional(points), noise, func(step Step) error {
		whole = slices.Clone(step.X)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var kept Start
	err = sampler.Run(ctx, NewExact(m, s), start, unconditional(points), noise, func(step Step) error {
		if step.I == 5 && step.Stage == Begun {
			kept = Start{step.I, slices.Clone(step.X)}
			cancel()
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) || kept.I != 5 {
		t.Fatalf("cancelled in step %d, it says %v", kept.I, err)
	}
	if err := sampler.Run(t.Context(), NewExact(m, s), kept, unconditional(points), noise, func(step Step) error {
		again = slices.Clone(step.X)
		return nil
	}); err != nil || !slices.Equal(again, whole) {
		t.Errorf("gone on, it ends elsewhere: %v", err)
	}
}

// TestClassifierGuidesTheScore: the exact classifier's gradient makes the score that of the
// class alone, and samples of the class.
func TestClassifierGuidesTheScore(t *testing.T) {
	const points, dim = 60, 2
	m := two(t, dim)
	for name, s := range sdes() {
		guide, err := NewExactGuide(m, s, [][]int{{0}, {1}})
		if err != nil {
			t.Fatal(err)
		}
		guided := &Guided{Free: NewExact(m, s), Guide: guide, Scale: 1}
		part, err := m.Part(1)
		if err != nil {
			t.Fatal(err)
		}
		xs, times := normal(3, 2*dim), []float64{.4, .4}
		got, want := make([]float32, 2*dim), make([]float32, 2*dim)
		cond := diffusion.Cond{Class: []int{1, diffusion.NoClass}}
		if err := guided.Score(t.Context(), xs, times, cond, got); err != nil {
			t.Fatal(err)
		}
		if err := NewExact(part, s).Score(t.Context(), xs[:dim], times[:1], cond, want[:dim]); err != nil {
			t.Fatal(err)
		}
		if err := NewExact(m, s).Score(t.Context(), xs[dim:], times[1:], cond, want[dim:]); err != nil {
			t.Fatal(err)
		}
		if d := differ(got, wide(want)); d > 1e-5 {
			t.Errorf("%s: the guided score is off by %.2g", name, d)
		}
		sampler := Sampler{SDE: s, Predictor: EulerMaruyama, Corrector: NoCorrector, N: 60}
		drawn, _ := draw(t, &sampler, guided, points, dim, 1)
		if shares, _ := modes(m, drawn); !(shares[1] >= .99) {
			t.Errorf("%s: %.2f of the points are of the class", name, shares[1])
		}
		cond.Class[0] = 2
		if guided.Score(t.Context(), xs, times, cond, got) == nil {
			t.Error("a class that there is not was taken")
		}
	}
}

// TestConstraintsKeepWhatIsKnown to the noise that there is at the end, and do not touch the
// rest.
func TestConstraintsKeepWhatIsKnown(t *testing.T) {
	const points, dim = 40, 12
	m := two(t, dim)
	for name, s := range sdes() {
		scale, _ := s.Marginal(s.Eps())
		data := m.Sample(rng.New(4), points)
		mask := make([]float32, len(data))
		for i := range mask {
			mask[i] = float32(i % 2)
		}
		sampler := Sampler{SDE: s, Predictor: ReverseDiffusion, Corrector: Langevin, CorrectorSteps: 1, SNR: SNR, N: 80,
			Constraint: &Inpainting{data, mask}}
		got, _ := draw(t, &sampler, NewExact(m, s), points, dim, diffusion.NoClass)
		free, right := 0., 0
		for i, v := range data {
			if mask[i] == 1 {
				near(t, name+": known value", float64(got[i]), scale*float64(v), 1e-5*(1+math.Abs(float64(v))))
			} else {
				free += math.Abs(float64(got[i]-v)) / float64(len(data)/2)
			}
		}
		// What is filled in belongs to the mode of what is known.
		for i := range points {
			a, _ := modes(m, data[i*dim:(i+1)*dim])
			b, _ := modes(m, got[i*dim:(i+1)*dim])
			if slices.Equal(a, b) {
				right++
			}
		}
		if !(free > 0) || right < points*9/10 {
			t.Errorf("%s: unknown values move by %.2f; %d of %d points have the mode of the known values", name, free, right, points)
		}

		const pixels = dim / 3
		grey := make([]float32, len(data))
		for i := range grey {
			grey[i] = data[i/dim*dim+i%pixels]
		}
		sampler.Constraint = &Colourisation{grey, pixels}
		got, _ = draw(t, &sampler, NewExact(m, s), points, dim, diffusion.NoClass)
		for i := range points {
			for p := range pixels {
				at := i*dim + p
				mean := float64(got[at]+got[at+pixels]+got[at+2*pixels]) / 3
				near(t, name+": grey", mean, scale*float64(grey[at]), 1e-5*(1+math.Abs(mean)))
			}
		}
	}
}

func TestDecouplingIsOrthonormal(t *testing.T) {
	for i := range 3 {
		for j := range 3 {
			var product float64
			for k := range 3 {
				product += decoupling[k][i] * decoupling[k][j]
			}
			near(t, "product of columns", product, map[bool]float64{true: 1}[i == j], 1e-12)
		}
	}
	// The code's own rounded entries.
	for i, row := range [3][3]float64{
		{5.7735014e-01, -8.1649649e-01, 4.7008697e-08},
		{5.7735026e-01, 4.0824834e-01, 7.0710671e-01},
		{5.7735026e-01, 4.0824822e-01, -7.0710683e-01},
	} {
		for j, v := range row {
			near(t, "entry of the matrix", decoupling[i][j], v, 2e-7)
		}
	}
	values := normal(3, 2*3*5)
	back := slices.Clone(values)
	Decouple(back, 5)
	Couple(back, 5)
	if d := differ(back, wide(values)); d > 1e-6 {
		t.Errorf("coupled again off by %.2g", d)
	}
}

// TestNoisy: the result without the last noise is the mean of the one with it.
func TestNoisy(t *testing.T) {
	const points, dim = 400, 2
	m, s := two(t, dim), VE{.01, 10}
	sampler := Sampler{SDE: s, Predictor: EulerMaruyama, Corrector: NoCorrector, N: 100}
	mean, _ := draw(t, &sampler, NewExact(m, s), points, dim, diffusion.NoClass)
	sampler.Noisy = true
	noisy, _ := draw(t, &sampler, NewExact(m, s), points, dim, diffusion.NoClass)
	var square float64
	for i := range mean {
		square += float64(noisy[i]-mean[i]) * float64(noisy[i]-mean[i]) / float64(len(mean))
	}
	want := s.Diffusion(s.Eps()) / 10
	near(t, "deviation of the last noise", math.Sqrt(square), want, 4*want/math.Sqrt(2*points*dim))
}

func TestSamplerErrors(t *testing.T) {
	good := func() Sampler {
		return Sampler{SDE: SubVP{beta{.1, 20}}, Predictor: ReverseDiffusion, Corrector: Langevin, CorrectorSteps: 1, SNR: SNR, N: 50}
	}
	if s := good(); s.Check() != nil {
		t.Fatal(s.Check())
	}
	for what, break_ := range map[string]func(*Sampler){
		"ancestral sub-VP":          func(s *Sampler) { s.Predictor = Ancestral },
		"ancestral tutorial":        func(s *Sampler) { s.SDE, s.Predictor = Tutorial{25}, Ancestral },
		"ancestral flow":            func(s *Sampler) { s.SDE, s.Predictor, s.Flow = VE{.01, 50}, Ancestral, true },
		"a predictor of no name":    func(s *Sampler) { s.Predictor = "magic" },
		"a corrector of no name":    func(s *Sampler) { s.Corrector = "magic" },
		"no steps":                  func(s *Sampler) { s.N = 0 },
		"too few steps for β":       func(s *Sampler) { s.N = 20 },
		"no ratio":                  func(s *Sampler) { s.SNR = math.NaN() },
		"no steps of the corrector": func(s *Sampler) { s.CorrectorSteps = 0 },
		"an end beyond the start":   func(s *Sampler) { s.Eps = 1 },
		"neither":                   func(s *Sampler) { s.Predictor, s.Corrector = NoPredictor, NoCorrector },
	} {
		s := good()
		break_(&s)
		if s.Check() == nil {
			t.Errorf("%s: no error", what)
		}
	}
	s := good()
	s.Constraint = &Inpainting{make([]float32, 2), make([]float32, 2)}
	if _, err := s.Prior(make([]float32, 4)); err == nil {
		t.Error("a mask of two values was taken for pictures of four")
	}
	s.Constraint = &Colourisation{make([]float32, 4), 1}
	if _, err := s.Prior(make([]float32, 4)); err == nil {
		t.Error("four values were taken for pictures of three channels")
	}
	s = good()
	err := s.Run(t.Context(), NewExact(two(t, 2), s.SDE), Start{I: 51, X: make([]float32, 2)}, unconditional(1), nil, nil)
	if err == nil {
		t.Error("a run began after its end")
	}
}
