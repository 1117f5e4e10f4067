package sde

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"unnoise/model/diffusion"
	"unnoise/model/rng"
)

// TestLikelihoodIsTheExactLogDensity: to 1e-3 under every SDE in one, two and eight
// dimensions, with the density at T known; with the prior in its place, as far off as that
// is from it.
func TestLikelihoodIsTheExactLogDensity(t *testing.T) {
	for _, dim := range []int{1, 2, 8} {
		m := two(t, dim)
		for name, s := range sdes() {
			const points = 6
			xs := m.Sample(rng.New(8), points)
			exact := NewExact(m, s)
			end := exact.At(s.T())
			l := Likelihood{Flow: Flow{SDE: s, Score: exact, Cond: unconditional(points)}, Prior: end.LogDensity}
			got, err := l.Run(t.Context(), xs, nil)
			if err != nil {
				t.Fatal(err)
			}
			data := exact.At(LikelihoodEps)
			for k, p := range got.LogP {
				x := wide(xs[k*dim : (k+1)*dim])
				near(t, fmt.Sprintf("%s in %d dimensions: log p", name, dim), p, data.LogDensity(x), 1e-3)
				z := wide(got.Latent[k*dim : (k+1)*dim])
				near(t, "log p_T", got.Prior[k], end.LogDensity(z), 1e-4)
			}
			l.Prior = nil
			model, err := l.Run(t.Context(), xs, nil)
			if err != nil {
				t.Fatal(err)
			}
			for k, p := range model.LogP {
				z := wide(got.Latent[k*dim : (k+1)*dim])
				near(t, name+": change of the prior", p-got.LogP[k], PriorLogDensity(s, z)-end.LogDensity(z), 1e-4)
			}
		}
	}
}

// TestProbesConverge: bits/dim with many probes are those of the exact divergence.
func TestProbesConverge(t *testing.T) {
	const points, dim = 3, 8
	m, s := two(t, dim), SubVP{beta{.1, 20}}
	xs := m.Sample(rng.New(8), points)
	l := Likelihood{Flow: Flow{SDE: s, Score: NewExact(m, s), Cond: unconditional(points)}}
	want, err := l.Run(t.Context(), xs, nil)
	if err != nil {
		t.Fatal(err)
	}
	spread := func(n int) float64 {
		l.Probes = Rademacher(1, points, dim, n)
		got, err := l.Run(t.Context(), xs, nil)
		if err != nil {
			t.Fatal(err)
		}
		var square float64
		for k := range points {
			d := BitsPerDim(got.LogP[k], dim, -1, 1) - BitsPerDim(want.LogP[k], dim, -1, 1)
			square += d * d / points
		}
		return math.Sqrt(square)
	}
	one, many := spread(1), spread(64)
	if !(many <= .1 && many <= one/2) {
		t.Errorf("off by %.3f bits/dim with one probe and by %.3f with 64", one, many)
	}
}

// onlyScore hides what else a score can do.
type onlyScore struct{ inner Score }

func (o onlyScore) Score(ctx context.Context, xs []float32, t []float64, cond diffusion.Cond, dst []float32) error {
	return o.inner.Score(ctx, xs, t, cond, dst)
}

func TestLikelihoodErrors(t *testing.T) {
	m, s := two(t, 2), VP{beta{.1, 20}}
	exact := NewExact(m, s)
	xs := make([]float32, 4)
	for what, l := range map[string]Likelihood{
		"no divergence":        {Flow: Flow{SDE: s, Score: onlyScore{exact}, Cond: unconditional(2)}},
		"no gradient":          {Flow: Flow{SDE: s, Score: onlyScore{exact}, Cond: unconditional(2)}, Probes: Rademacher(0, 2, 2, 1)},
		"probes of one point":  {Flow: Flow{SDE: s, Score: exact, Cond: unconditional(2)}, Probes: Rademacher(0, 1, 2, 1)},
		"three points":         {Flow: Flow{SDE: s, Score: exact, Cond: unconditional(3)}},
		"no points":            {Flow: Flow{SDE: s, Score: exact}},
		"a time before 0":      {Flow: Flow{SDE: s, Score: exact, Cond: unconditional(2)}, Eps: -1},
		"a time of noise":      {Flow: Flow{SDE: s, Score: exact, Cond: unconditional(2)}, Eps: 1},
		"a tolerance below 0":  {Flow: Flow{SDE: s, Score: exact, Cond: unconditional(2), RelTol: -1}},
		"a tolerance of float": {Flow: Flow{SDE: s, Score: exact, Cond: unconditional(2), RelTol: 1e-16}},
	} {
		if _, err := l.Run(t.Context(), xs, nil); err == nil {
			t.Errorf("%s: no error", what)
		}
	}
}

// TestEncodeDecodeIsTheIdentity, to the tolerance, with pictures' times at choice.
func TestEncodeDecodeIsTheIdentity(t *testing.T) {
	const points, dim = 5, 6
	m := two(t, dim)
	for name, s := range sdes() {
		xs := m.Sample(rng.New(3), points)
		worst := map[float64]float64{}
		for _, tolerance := range []float64{1e-2, 1e-5} {
			f := Flow{SDE: s, Score: NewExact(m, s), Cond: unconditional(points), RelTol: tolerance, AbsTol: tolerance}
			z, _, err := f.Encode(t.Context(), xs, s.Eps(), nil)
			if err != nil {
				t.Fatal(err)
			}
			back, _, err := f.Decode(t.Context(), z, s.Eps(), nil)
			if err != nil {
				t.Fatal(err)
			}
			worst[tolerance] = differ(back, wide(xs))
			if far := differ(z, wide(xs)); !(far >= .1) {
				t.Errorf("%s: the latents are the data", name)
			}
		}
		if !(worst[1e-5] <= 1e-3 && worst[1e-5] <= worst[1e-2]/10) {
			t.Errorf("%s: decoded off by %.2g at tolerance 1e-2 and %.2g at 1e-5", name, worst[1e-2], worst[1e-5])
		}
	}
}

// TestInterruptedFlow goes on from any step as if nothing had been.
func TestInterruptedFlow(t *testing.T) {
	const points, dim = 4, 2
	m, s := two(t, dim), VP{beta{.1, 20}}
	f := Flow{SDE: s, Score: NewExact(m, s), Cond: unconditional(points)}
	start := normal(5, points*dim)
	whole, err := f.Run(t.Context(), start, 1, s.Eps(), ignore)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var kept ODEState
	_, err = f.Run(ctx, start, 1, s.Eps(), func(step *ODEStep) error {
		if step.Accepted == 4 {
			kept = step.ODEState.Clone()
			cancel()
		}
		return nil
	})
	if err != context.Canceled {
		t.Fatalf("cancelled, it says %v", err)
	}
	again, err := f.Resume(t.Context(), kept, s.Eps(), ignore)
	if err != nil || !slices.Equal(again.Y, whole.Y) || again.NFE != whole.NFE {
		t.Errorf("gone on, it ends elsewhere or after %d and not %d evaluations: %v", again.NFE, whole.NFE, err)
	}
}

// TestFlowKeepsTheMarginals: points of p_T end as p_eps has them, in the share and in the
// deviation of the modes, within four standard errors.
func TestFlowKeepsTheMarginals(t *testing.T) {
	const points, dim = 1500, 4
	m := two(t, dim)
	for name, s := range sdes() {
		exact := NewExact(m, s)
		f := Flow{SDE: s, Score: exact, Cond: unconditional(points), RelTol: 1e-3, AbsTol: 1e-3}
		got, _, err := f.Decode(t.Context(), exact.At(s.T()).Sample(rng.New(2), points), s.Eps(), nil)
		if err != nil {
			t.Fatal(err)
		}
		shares, stds := modes(exact.At(s.Eps()), got)
		for k, c := range exact.At(s.Eps()).Components() {
			near(t, name+" share", shares[k], c.Weight, 4*math.Sqrt(c.Weight*(1-c.Weight)/points))
			near(t, name+" deviation", stds[k], c.Std, 4*c.Std/math.Sqrt(2*dim*points*c.Weight)+.002)
		}
	}
}

// modes assigns points to the nearest component, and gives each one's share and the
// deviation from its mean.
func modes(m *Mixture, xs []float32) (shares, stds []float64) {
	n := len(xs) / m.dim
	shares, stds = make([]float64, len(m.components)), make([]float64, len(m.components))
	for i := range n {
		nearest, least := 0, math.Inf(1)
		for k, c := range m.components {
			var square float64
			for j, mean := range c.Mean {
				d := float64(xs[i*m.dim+j]) - mean
				square += d * d
			}
			if square < least {
				nearest, least = k, square
			}
		}
		shares[nearest] += 1 / float64(n)
		stds[nearest] += least / float64(n*m.dim)
	}
	for k := range stds {
		stds[k] = math.Sqrt(stds[k] / shares[k])
	}
	return shares, stds
}

// TestLatents: an arc keeps the norm, a temperature scales the variance.
func TestLatents(t *testing.T) {
	a, b := []float32{1, 0}, []float32{0, 1}
	mid := make([]float32, 2)
	Slerp(mid, a, b, .5)
	near(t, "slerp", float64(mid[0]), math.Sqrt(.5), 1e-7)
	near(t, "slerp", float64(mid[1]), math.Sqrt(.5), 1e-7)
	Slerp(mid, a, a, .3)
	near(t, "slerp of one point", float64(mid[0]), 1, 1e-7)
	Temper(mid, .25)
	near(t, "temperature", float64(mid[0]), .5, 1e-7)
}

// TestBitsPerDim: a uniform density over the whole range is 8 bits; the code's offsets are 7
// and 8.
func TestBitsPerDim(t *testing.T) {
	near(t, "uniform on [−1, 1]", BitsPerDim(10*math.Log(.5), 10, -1, 1), 8, 1e-12)
	near(t, "uniform on [0, 1]", BitsPerDim(0, 10, 0, 1), 8, 1e-12)
	near(t, "offset", BitsPerDim(0, 10, -1, 1), 7, 1e-12)
}

// TestDenoise is the code's: reverse diffusion's mean at eps.
func TestDenoise(t *testing.T) {
	const dim = 3
	m, s := two(t, dim), VE{.01, 10}
	exact := NewExact(m, s)
	f := Flow{SDE: s, Score: exact, Cond: unconditional(1)}
	xs, score := m.Sample(rng.New(1), 1), make([]float32, dim)
	if err := exact.Score(t.Context(), xs, []float64{s.Eps()}, f.Cond, score); err != nil {
		t.Fatal(err)
	}
	got := slices.Clone(xs)
	if err := f.Denoise(t.Context(), got, s.Eps(), 1000); err != nil {
		t.Fatal(err)
	}
	for j := range got {
		near(t, "denoised value", float64(got[j]), float64(xs[j])+1e-4*float64(score[j]), 1e-6)
	}
	if err := f.Denoise(t.Context(), got, s.Eps(), 1); err == nil {
		t.Error("one step of a discretisation was taken")
	}
}
