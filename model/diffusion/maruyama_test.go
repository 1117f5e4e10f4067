package diffusion

import (
	"context"
	"math"
	"testing"

	"unnoise/model/rng"
)

// For one Gaussian every step is linear in x_t, so that mean and variance of the
// samples follow from the coefficients alone, without drawing any. Their error is the
// weak error: of first order for Euler–Maruyama, and for ancestral sampling.
func TestEulerMaruyamaHasWeakOrderOne(t *testing.T) {
	const mean, std = 0.3, 0.5
	trained := must(t)(Linear(1000, 1e-4, 0.02))
	from, to := trained.At(800), trained.At(100)
	failure := func(steps []Update) (ofMean, ofVariance float64) {
		m := math.Sqrt(from.AlphaBar) * mean
		v := from.AlphaBar*std*std + 1 - from.AlphaBar
		for _, u := range steps {
			// E[x_0|x_t] of a Gaussian is a line a + b·x_t.
			signal, noise := math.Sqrt(u.AlphaBar), 1-u.AlphaBar
			b := signal * std * std / (signal*signal*std*std + noise)
			a := mean - b*signal*mean
			factor := u.OfXt + u.OfX0*b
			m = factor*m + u.OfX0*a
			v = factor*factor*v + u.StdDev*u.StdDev
		}
		signal := math.Sqrt(to.AlphaBar)
		return math.Abs(m - signal*mean), math.Abs(v - signal*signal*std*std - (1 - to.AlphaBar))
	}
	levels := func(n int) []Level {
		out := make([]Level, n+1)
		for i := range out {
			part := float64(i) / float64(n)
			out[i] = Level{0, math.Exp((1-part)*math.Log(from.AlphaBar) + part*math.Log(to.AlphaBar))}
		}
		return out
	}
	for name, make := range map[string]func([]Level) []Update{
		"Euler–Maruyama": func(l []Level) []Update { return EulerMaruyamaUpdates(l, Parametrisation{}) },
		"ancestral":      func(l []Level) []Update { return EulerAncestralUpdates(l, Parametrisation{}, 1) },
	} {
		coarseMean, coarse := failure(make(levels(64)))
		fineMean, fine := failure(make(levels(256)))
		for what, pair := range map[string][2]float64{"mean": {coarseMean, fineMean}, "variance": {coarse, fine}} {
			if pair[0] < 1e-12 {
				continue // exact, as the mean of ancestral sampling may be
			}
			if order := math.Log2(pair[0]/pair[1]) / 2; math.Abs(order-1) > 0.15 {
				t.Errorf("%s: the error of the %s falls from %.2g to %.2g, order %.2f and not 1", name, what, pair[0], pair[1], order)
			}
		}
	}
}

// The samples have the moments of a mixture.
func TestEulerMaruyamaReachesTheMixture(t *testing.T) {
	const n = 4000
	trained := must(t)(Linear(1000, 1e-4, 0.02))
	network := &mixture{components: []component{{0.6, -0.5, 0.2}, {0.4, 0.4, 0.1}}, schedule: trained}
	wantMean, wantVariance := network.moments()
	g := rng.New(3)
	x := make([]float32, n)
	g.Normal(x)
	var mean, square float64
	steps := EulerMaruyamaUpdates(spread(t, trained, "even", 200), Parametrisation{})
	noise := func(_ int, dst []float32) { g.Normal(dst) }
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
	// The standard error of the mean is 0.008; 200 steps bias the variance by some 0.01.
	if math.Abs(mean-wantMean) > 0.03 || math.Abs(square-mean*mean-wantVariance) > 0.03 {
		t.Errorf("mean %.3f (%.3f), variance %.3f (%.3f)", mean, wantMean, square-mean*mean, wantVariance)
	}
}

// A step is x + ½h·x + h·score + √h·z.
func TestEulerMaruyamaIsItsFormula(t *testing.T) {
	const x, z, alphaBar, prev, eps = 0.7, -1.2, 0.5, 0.55, 0.4
	u := EulerMaruyamaUpdates([]Level{{0, alphaBar}, {0, prev}}, Parametrisation{})[0]
	dst := make([]float32, 1)
	u.Apply(dst, Inputs{Xt: []float32{x}, Pred: []float32{eps}, Z: []float32{z}})
	h := math.Log(prev / alphaBar)
	score := -eps / math.Sqrt(1-alphaBar)
	near(t, "step", float64(dst[0]), x+h/2*x+h*score+math.Sqrt(h)*z, 1e-6)
}
