package sde

import (
	"context"
	"fmt"
	"math"
	"testing"

	"unnoise/model/diffusion"
	"unnoise/model/plane"
	"unnoise/model/rng"
)

// two is a mixture of two modes, 2 : 1, in some dimensions.
func two(t *testing.T, dim int) *Mixture {
	t.Helper()
	a, b := make([]float64, dim), make([]float64, dim)
	for j := range dim {
		a[j], b[j] = .5, -.5
		if j%2 == 0 {
			a[j], b[j] = -.3, .6
		}
	}
	m, err := NewMixture(Gaussian{2, a, .2}, Gaussian{1, b, .1})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// normal are n standard normal numbers.
func normal(seed uint64, n int) []float32 {
	z := make([]float32, n)
	rng.New(seed).Normal(z)
	return z
}

// TestExactInThePlane is package plane's knowledge of the same mixture.
func TestExactInThePlane(t *testing.T) {
	e, err := plane.Find("ring")
	if err != nil {
		t.Fatal(err)
	}
	m := e.Mixture()
	for name, s := range sdes() {
		exact := NewExact(OfPlane(m), s)
		for _, at := range []float64{.01, .3, .9} {
			scale, std := s.Marginal(at)
			xs := []float32{.3, -.2}
			var want plane.Moments
			if scale == 1 {
				want = m.Spread(std).Moments(float64(xs[0]), float64(xs[1]))
			} else if name == "VP" {
				want = m.At(scale*scale).Moments(float64(xs[0]), float64(xs[1]))
			} else {
				continue // plane knows no third way
			}
			got := make([]float32, 2)
			if err := exact.Score(t.Context(), xs, []float64{at}, diffusion.Cond{}, got); err != nil {
				t.Fatal(err)
			}
			near(t, name+" score x", float64(got[0]), want.ScoreX, 1e-6*(1+math.Abs(want.ScoreX)))
			near(t, name+" score y", float64(got[1]), want.ScoreY, 1e-6*(1+math.Abs(want.ScoreY)))
			near(t, name+" log density", exact.At(at).LogDensity(wide(xs)), want.LogDensity, 1e-9)
		}
	}
}

// TestGradientOfTheExactScore is differences of the log density and of the score, and the
// divergence is the trace.
func TestGradientOfTheExactScore(t *testing.T) {
	for _, dim := range []int{1, 2, 7} {
		m := two(t, dim)
		for name, s := range sdes() {
			const at = .3
			exact, density := NewExact(m, s), NewExact(m, s).At(at)
			xs := normal(uint64(dim), dim)
			times := []float64{at}
			score, grad, div := make([]float32, dim), make([]float32, dim), make([]float64, 1)
			if err := exact.Divergence(t.Context(), xs, times, diffusion.Cond{}, score, div); err != nil {
				t.Fatal(err)
			}
			var trace float64
			for j := range dim {
				const h = 1e-4
				at := func(moved float64) float64 {
					x := wide(xs)
					x[j] += moved
					return density.LogDensity(x)
				}
				slope := (at(h) - at(-h)) / (2 * h)
				near(t, name+" score", float64(score[j]), slope, 1e-5*(1+math.Abs(slope)))
				curve := (at(h) - 2*at(0) + at(-h)) / (h * h)
				v := make([]float32, dim)
				v[j] = 1
				if err := exact.VJP(t.Context(), xs, times, diffusion.Cond{}, v, score, grad); err != nil {
					t.Fatal(err)
				}
				near(t, name+" curvature", float64(grad[j]), curve, 1e-4*(1+math.Abs(curve)))
				trace += float64(grad[j])
				// The Hessian is symmetric: row by differences of the score.
				if dim > 1 {
					k := (j + 1) % dim
					moved := func(h float32) float64 {
						x := append([]float32(nil), xs...)
						x[k] += h
						moved := make([]float32, dim)
						if err := exact.Score(t.Context(), x, times, diffusion.Cond{}, moved); err != nil {
							t.Fatal(err)
						}
						return float64(moved[j])
					}
					cross := (moved(.01) - moved(-.01)) / .02
					near(t, name+" mixed derivative", float64(grad[k]), cross, 2e-2*(1+math.Abs(cross)))
				}
			}
			near(t, name+" divergence", div[0], trace, 1e-5*(1+math.Abs(trace)))
		}
	}
}

// TestHutchinson: the mean of many probes is the exact divergence within three standard
// errors, of signs and of normal numbers; signs have the smaller ones.
func TestHutchinson(t *testing.T) {
	const dim, probes, at = 12, 4000, .2
	m := two(t, dim)
	for name, s := range sdes() {
		exact := NewExact(m, s)
		xs, times, score, div := normal(4, dim), []float64{at}, make([]float32, dim), make([]float64, 1)
		if err := exact.Divergence(t.Context(), xs, times, diffusion.Cond{}, score, div); err != nil {
			t.Fatal(err)
		}
		deviation := map[string]float64{}
		for kind, draw := range map[string]func(uint64, int, int, int) [][]float32{"signs": Rademacher, "normal": GaussianProbes} {
			var sum, squares float64
			for _, probe := range draw(9, 1, dim, probes) {
				got, err := Hutchinson(t.Context(), exact, xs, times, diffusion.Cond{}, probe, score)
				if err != nil {
					t.Fatal(err)
				}
				sum += got[0]
				squares += got[0] * got[0]
			}
			mean := sum / probes
			deviation[kind] = math.Sqrt(max(0, squares/probes-mean*mean))
			near(t, fmt.Sprintf("%s, mean over probes of %s", name, kind), mean, div[0], 3*deviation[kind]/math.Sqrt(probes)+1e-5*math.Abs(div[0]))
		}
		if deviation["signs"] >= deviation["normal"] {
			t.Errorf("%s: signs vary by %.3g, normal numbers by %.3g", name, deviation["signs"], deviation["normal"])
		}
	}
}

// TestRademacherIsTheSignOfRandn: the signs of the very numbers that seed the pictures.
func TestRademacherIsTheSignOfRandn(t *testing.T) {
	probes := Rademacher(6, 2, 20, 2)
	for k := range 2 {
		g := rng.New(6 + uint64(k))
		z := make([]float32, 20)
		for p := range 2 {
			g.Normal(z)
			for i, v := range z {
				if got := probes[p][k*20+i]; math.Abs(float64(got)) != 1 || (v < 0) != (got < 0) {
					t.Fatalf("probe %d of picture %d has %g where randn has %g", p, k, got, v)
				}
			}
		}
	}
}

func TestExactErrors(t *testing.T) {
	m := two(t, 2)
	exact, ctx := NewExact(m, VE{.01, 10}), t.Context()
	short, times := make([]float32, 3), []float64{.5}
	if exact.Score(ctx, short, times, diffusion.Cond{}, short) == nil {
		t.Error("three values were taken for a point of two")
	}
	if exact.VJP(ctx, short[:2], times, diffusion.Cond{}, short[:1], short[:2], short[:2]) == nil {
		t.Error("a cotangent of one value was taken")
	}
	if exact.Divergence(ctx, short[:2], times, diffusion.Cond{}, short[:2], nil) == nil {
		t.Error("a divergence without room was written")
	}
	ctx, cancel := context.WithCancel(ctx)
	cancel()
	if err := exact.Score(ctx, short[:2], times, diffusion.Cond{}, make([]float32, 2)); err != context.Canceled {
		t.Errorf("cancelled, it says %v", err)
	}
	if _, err := m.Part(2); err == nil {
		t.Error("a third of two components was taken")
	}
}
