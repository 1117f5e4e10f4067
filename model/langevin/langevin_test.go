package langevin

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"unnoise/model/diffusion"
	"unnoise/model/rng"
)

// found is the weight that particles give the mode at (5, 5), after a chain from even
// random numbers on [−8, 8]².
func found(t *testing.T, c *Chain, n int, seed uint64) float64 {
	t.Helper()
	g := rng.New(seed)
	x := make([]float32, 2*n)
	for i := range x {
		x[i] = float32(16*g.Float64() - 8)
	}
	noise := func(_ int, dst []float32) { g.Normal(dst) }
	if err := c.Run(t.Context(), toy(t, c.Sigmas), x, noise, func(Step) error { return nil }); err != nil {
		t.Fatal(err)
	}
	upper := 0
	for i := 0; i < len(x); i += 2 {
		if x[i]+x[i+1] > 0 {
			upper++
		}
	}
	return float64(upper) / float64(n)
}

// NCSN, §3.2.2 and Fig. 3: annealed Langevin finds the weights .8 and .2, plain Langevin
// does not, with the toy program's settings.
func TestOnlyAnnealedLangevinFindsTheWeights(t *testing.T) {
	const n = 4000
	annealed := &Chain{Sigmas: Geometric(20, 1, 10), PerLevel: 100, Step: .1, Form: Paper}
	if got := found(t, annealed, n, 0); math.Abs(got-.8) > .03 {
		t.Errorf("annealed Langevin finds a weight of %.3f, expected .8", got)
	}
	if got := found(t, Plain(1, .1, 1000, Paper), n, 0); math.Abs(got-.8) < .1 {
		t.Errorf("plain Langevin finds a weight of %.3f, which is nearly right", got)
	}
}

// Technique 4 is exact on a Gaussian: what Settled says is the variance that a level's
// steps leave.
func TestSettledIsTheVarianceOfAGaussian(t *testing.T) {
	const n, gamma, part, each = 200_000, 1.2, .1, 4
	g := rng.New(1)
	x := make([]float32, n)
	g.Normal(x)
	for i := range x {
		x[i] *= gamma
	}
	c := Plain(1, part, each, Code)
	err := c.Run(t.Context(), gaussian{}, x, func(_ int, dst []float32) { g.Normal(dst) }, func(Step) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	var square float64
	for _, v := range x {
		square += float64(v) * float64(v)
	}
	// Four standard errors of a variance.
	if got, want := square/n, Settled(gamma, part, each); math.Abs(got-want) > 4*want*math.Sqrt(2./n) {
		t.Errorf("a variance of %.4f, the formula says %.4f", got, want)
	}
}

// gaussian is the score of N(0, 1).
type gaussian struct{}

func (gaussian) Score(_ context.Context, xs []float32, _ int, dst []float32) error {
	for i, v := range xs {
		dst[i] = -v
	}
	return nil
}

// NCSN's steps need three a level to follow its levels down, in the paper's form five; and
// without noise of the steps' own, Carried is what they leave.
func TestCarried(t *testing.T) {
	c := Chain{Sigmas: Geometric(1, .01, 10), Step: 2e-5}
	for form, least := range map[Form]int{Code: 3, Paper: 5} {
		for each := 1; each < 8; each++ {
			c.Form, c.PerLevel = form, each
			if got := c.Carried() < 1; got != (each >= least) {
				t.Errorf("%s, %d steps a level: %.3f is carried over", form, each, c.Carried())
			}
		}
	}
	gamma := Ratio(1, .01, 10)
	c.Form, c.PerLevel = Code, 4
	x := []float32{float32(gamma)}
	err := Plain(1, .2, 4, Code).Run(t.Context(), gaussian{}, x, func(_ int, dst []float32) { clear(dst) }, func(Step) error { return nil })
	if got := float64(x[0] * x[0]); err != nil || math.Abs(got-c.Carried()) > 1e-5 {
		t.Errorf("%.5f is left of the variance (%v), Carried says %.5f", got, err, c.Carried())
	}
}

// Technique 2's overlap is the share of a level's points whose radius is within three
// deviations of that of the level before; the other way round it would be a tenth less here.
func TestOverlapIsAShareOfPoints(t *testing.T) {
	const n, dim = 3000, 768
	gamma, err := Gamma(.5, dim)
	if err != nil {
		t.Fatal(err)
	}
	g := rng.New(5)
	x := make([]float32, dim)
	within := 0
	for range n {
		g.Normal(x)
		var square float64
		for _, v := range x {
			square += float64(v) * float64(v)
		}
		// The radius of noise of deviation σ is about N(√D·σ, σ²/2).
		if math.Abs(math.Sqrt(square)-math.Sqrt(dim)*gamma) <= 3*gamma/math.Sqrt2 {
			within++
		}
	}
	// Four standard errors of a share of a half, and what the normal law is off.
	if got := float64(within) / n; math.Abs(got-.5) > 4*.5/math.Sqrt(n)+.01 {
		t.Errorf("%.3f of the points are within, expected 0.5", got)
	}
}

func TestDistances(t *testing.T) {
	got := Distances([][]float32{{0, 0}, {3, 4}, {0, 1}})
	for i, want := range []float64{5, 1, math.Sqrt(18)} {
		if math.Abs(got[i]-want) > 1e-6 {
			t.Errorf("distance %d is %g, expected %g", i, got[i], want)
		}
	}
}

func TestEvery(t *testing.T) {
	for n, want := range map[int][]int{1: {9}, 2: {0, 9}, 4: {0, 3, 6, 9}, 20: {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}} {
		got := Every(10, n)
		if len(got) != len(want) {
			t.Fatalf("%d of 10 levels are %v", n, got)
		}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("%d of 10 levels are %v, expected %v", n, got, want)
			}
		}
	}
}

// net answers 10·t + x, whatever it is asked.
type net struct{ asked []float64 }

func (n *net) Predict(_ context.Context, xs []float32, t []float64, _ diffusion.Cond) (diffusion.Output, error) {
	n.asked = append([]float64(nil), t...)
	out := make([]float32, len(xs))
	for i, v := range xs {
		out[i] = v + 10*float32(t[i/(len(xs)/len(t))])
	}
	return diffusion.Output{Pred: out}, nil
}

func TestNetworkIsToldTheLevelAndDivided(t *testing.T) {
	xs, dst := []float32{1, 2, 3, 4}, make([]float32, 4)
	p := &net{}
	score := &Network{Predictor: p, Elems: 2, Sigmas: []float64{.5, .25}, Numbers: []int{3, 7}}
	if err := score.Score(t.Context(), xs, 1, dst); err != nil {
		t.Fatal(err)
	}
	if len(p.asked) != 2 || p.asked[0] != 7 || p.asked[1] != 7 {
		t.Errorf("the network was asked at %v, expected level 7 of both pictures", p.asked)
	}
	for i, v := range dst {
		if want := (xs[i] + 70) * 4; v != want {
			t.Errorf("value %d is %g, expected %g", i, v, want)
		}
	}
	score.Sigmas = nil
	if err := score.Score(t.Context(), xs, 0, dst); err != nil {
		t.Fatal(err)
	}
	if dst[0] != 31 {
		t.Errorf("undivided the score is %g, expected 31", dst[0])
	}
	if err := score.Score(t.Context(), xs[:3], 0, dst[:3]); err == nil {
		t.Error("one and a half pictures were taken")
	}
}

// The guess is the mean of the data: exact on one point with noise.
func TestGuess(t *testing.T) {
	s := Step{X: []float32{3}, Score: []float32{-2. / 4}, Sigma: 2} // N(1, 2²) at 3
	dst := make([]float32, 1)
	if s.Guess(dst); dst[0] != 1 {
		t.Errorf("the guess is %g, expected 1", dst[0])
	}
	if (Step{X: []float32{3}, Done: true}).Guess(dst); dst[0] != 3 {
		t.Errorf("the guess at the end is %g, expected x itself", dst[0])
	}
}

func TestChainsRefuseWhatTheyCannotDo(t *testing.T) {
	good := Chain{Sigmas: []float64{1, .5}, PerLevel: 1, Step: .1, Form: Code}
	for _, bad := range []struct {
		what string
		make func(c *Chain)
	}{
		{"no noise levels", func(c *Chain) { c.Sigmas = nil }},
		{"must be above 0 and fall", func(c *Chain) { c.Sigmas = []float64{.5, 1} }},
		{"must be above 0 and fall", func(c *Chain) { c.Sigmas = []float64{1, math.NaN()} }},
		{"at least 1", func(c *Chain) { c.PerLevel = 0 }},
		{"step size", func(c *Chain) { c.Step = math.NaN() }},
		{"form", func(c *Chain) { c.Form = "" }},
		{"mask", func(c *Chain) { c.Known = &Known{Picture: []float32{1}, Mask: nil} }},
	} {
		c := good
		bad.make(&c)
		err := c.Run(t.Context(), gaussian{}, make([]float32, 2), func(int, []float32) {}, func(Step) error { return nil })
		if err == nil || !strings.Contains(err.Error(), bad.what) {
			t.Errorf("%+v: %v, expected an error about %q", c, err, bad.what)
		}
	}
	stop := errors.New("enough")
	if err := good.Run(t.Context(), gaussian{}, make([]float32, 2), func(int, []float32) {}, func(Step) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("%v, expected the error of yield", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := good.Run(ctx, gaussian{}, make([]float32, 2), func(int, []float32) {}, func(Step) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, expected the context's error", err)
	}
	for _, overlap := range []float64{0, 1, math.NaN(), .5} {
		if _, err := Gamma(overlap, 2); err == nil {
			t.Errorf("a γ with an overlap of %g in two dimensions was found", overlap)
		}
	}
}

func TestReadScheduler(t *testing.T) {
	s, err := ReadScheduler([]byte(`{"_class_name":"AnnealedLangevinScheduler","sigmas":[1,0.1],"per_level":100,"step":2e-5,"conditional":true}`))
	if err != nil || len(s.Sigmas) != 2 || s.PerLevel != 100 || !s.Conditional || s.Chain().StepSize(0) != 2e-3 {
		t.Errorf("%+v, %v", s, err)
	}
	for text, what := range map[string]string{
		`{`:                               "scheduler",
		`{"_class_name":"DDPMScheduler"}`: "DDPMScheduler",
		`{"_class_name":"AnnealedLangevinScheduler","sigmas":[],"per_level":1,"step":1}`:       "no noise levels",
		`{"_class_name":"AnnealedLangevinScheduler","sigmas":[1,0.1],"per_level":0,"step":1}`:  "at least 1",
		`{"_class_name":"AnnealedLangevinScheduler","sigmas":[1,0.1],"per_level":1,"step":-1}`: "above 0",
	} {
		if _, err := ReadScheduler([]byte(text)); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("%s: %v, expected an error about %s", text, err, what)
		}
	}
}
