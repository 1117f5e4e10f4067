package plane

import (
	"context"
	"math"
	"slices"
	"testing"

	"unnoise/model/diffusion"
	"unnoise/model/rng"
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s: got %v, expected %v ± %.1g", what, got, want, tolerance)
	}
}

func three(t *testing.T) *Mixture {
	t.Helper()
	m, err := NewMixture(Gaussian{2, -0.5, 0.1, 0.2}, Gaussian{1, 0.6, 0.3, 0.05}, Gaussian{1, 0.2, -0.7, 0.3})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func distributions(t *testing.T) map[string]Distribution {
	t.Helper()
	points, err := Shape("moons", 3, 40)
	if err != nil {
		t.Fatal(err)
	}
	cloud, err := NewCloud(points)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]Distribution{"mixture": three(t), "cloud": cloud}
}

// The score is the gradient of the log density, and Tweedie's formula
// E[x_0|x_t] = (x_t + (1−ᾱ)·score)/√ᾱ (Robbins 1956; Efron 2011) ties it to x̂_0.
func TestMomentsAgreeWithEachOther(t *testing.T) {
	const alphaBar, h = 0.6, 1e-5
	for name, data := range distributions(t) {
		n := data.At(alphaBar)
		for _, p := range [][2]float64{{0, 0}, {0.4, -0.3}, {-1.2, 0.8}, {2, 2}} {
			m := n.Moments(p[0], p[1])
			log := func(dx, dy float64) float64 { return n.Moments(p[0]+dx, p[1]+dy).LogDensity }
			near(t, name+" ∂x", m.ScoreX, (log(h, 0)-log(-h, 0))/(2*h), 1e-6)
			near(t, name+" ∂y", m.ScoreY, (log(0, h)-log(0, -h))/(2*h), 1e-6)
			near(t, name+" x̂_0", m.X0X, (p[0]+(1-alphaBar)*m.ScoreX)/math.Sqrt(alphaBar), 1e-9)
			near(t, name+" ŷ_0", m.X0Y, (p[1]+(1-alphaBar)*m.ScoreY)/math.Sqrt(alphaBar), 1e-9)
			epsX, _ := n.Eps(m)
			near(t, name+" ε̂", math.Sqrt(alphaBar)*m.X0X+math.Sqrt(1-alphaBar)*epsX, p[0], 1e-9)
		}
	}
}

// The density integrates to 1 and has the moments of the data.
func TestDensityIsOne(t *testing.T) {
	const step = 0.02
	for name, data := range distributions(t) {
		for what, n := range map[string]Noised{"ᾱ = .7": data.At(0.7), "σ = .3": data.Spread(0.3)} {
			var total float64
			for x := -4.0; x < 4; x += step {
				for y := -4.0; y < 4; y += step {
					total += math.Exp(n.Moments(x, y).LogDensity) * step * step
				}
			}
			near(t, name+" "+what, total, 1, 1e-3)
		}
	}
}

func TestFarFromEverything(t *testing.T) {
	m := three(t).At(0.99).Moments(1e4, -1e4)
	if !finite(m.LogDensity, m.ScoreX, m.ScoreY, m.X0X, m.X0Y) || m.ScoreX >= 0 || m.ScoreY <= 0 {
		t.Errorf("at a distance of 14000: %+v", m)
	}
}

func TestSampleHasTheMoments(t *testing.T) {
	const n = 20000
	for name, data := range distributions(t) {
		points := data.Sample(rng.New(1), n)
		var mean float64
		for i := 0; i < len(points); i += 2 {
			mean += float64(points[i]) / n
		}
		// E[x_0] is the mean of E[x_0|x_t] where x_t says nothing.
		near(t, name, mean, data.At(1e-9).Moments(0, 0).X0X, 0.02)
	}
}

func TestShapesFillTheSquare(t *testing.T) {
	for _, name := range Names() {
		points, err := Shape(name, 7, 4000)
		if err != nil {
			t.Fatal(err)
		}
		var x, y, square float64
		for i := 0; i < len(points); i += 2 {
			x += float64(points[i]) / 4000
			y += float64(points[i+1]) / 4000
			square += float64(points[i]*points[i]+points[i+1]*points[i+1]) / 8000
		}
		if most := float64(max(slices.Max(points), -slices.Min(points))); most < 0.8 || most > 1.2 {
			t.Errorf("%s reaches to %.2f", name, most)
		}
		if math.Abs(x) > 0.15 || math.Abs(y) > 0.15 || square < 0.1 {
			t.Errorf("%s: mean %.2f, %.2f, mean square %.2f", name, x, y, square)
		}
		again, _ := Shape(name, 7, 4000)
		other, _ := Shape(name, 8, 4000)
		if !slices.Equal(points, again) || slices.Equal(points, other) {
			t.Errorf("%s does not depend on the seed alone", name)
		}
	}
}

func TestBadInput(t *testing.T) {
	if _, err := Shape("torus", 0, 5); err == nil {
		t.Error("an unknown shape was drawn")
	}
	if _, err := Shape("moons", 0, 0); err == nil {
		t.Error("no points were drawn")
	}
	for _, points := range [][]float32{nil, {1}, {1, float32(math.NaN())}, {float32(math.Inf(1)), 0}} {
		if _, err := NewCloud(points); err == nil {
			t.Errorf("a cloud of %v", points)
		}
	}
	for _, g := range [][]Gaussian{nil, {{Weight: 0, Std: 1}}, {{Weight: 1, Std: -1}}, {{Weight: 1, X: math.NaN(), Std: 1}}, {{Weight: math.Inf(1), Std: 1}}} {
		if _, err := NewMixture(g...); err == nil {
			t.Errorf("a mixture of %v", g)
		}
	}
}

// With the exact network a sampler draws the data: DDIM reaches a cloud's own
// points, and the parts of a mixture get their shares.
func TestSamplingReachesTheData(t *testing.T) {
	trained, err := diffusion.Linear(1000, 1e-4, 0.02)
	if err != nil {
		t.Fatal(err)
	}
	ts, err := diffusion.FractionalStride(1000, 50)
	if err != nil {
		t.Fatal(err)
	}
	visited, err := trained.Respace(ts)
	if err != nil {
		t.Fatal(err)
	}
	const n = 300
	x := make([]float32, 2*n)
	rng.New(2).Normal(x)
	for _, predict := range []diffusion.Prediction{diffusion.PredictEps, diffusion.PredictX0, diffusion.PredictV, diffusion.PredictPrevious, diffusion.PredictPreviousStep} {
		reading := diffusion.Parametrisation{Predict: predict, Trained: trained}
		for name, data := range distributions(t) {
			net := &Predictor{Data: data, Schedule: trained, Target: predict}
			var end []float32
			err := diffusion.Sample(context.Background(), net, diffusion.DDIMUpdates(visited, reading, 0), diffusion.Start{Xt: x},
				diffusion.Cond{Class: make([]int, n)}, nil, func(s diffusion.Step) error {
					end = slices.Clone(s.Xt)
					return nil
				})
			if err != nil {
				t.Fatal(err)
			}
			if c, ok := data.(*Cloud); ok {
				// A few stop half way between two points: 50 steps are not many.
				reached := 0.0
				for i := 0; i < len(end); i += 2 {
					if distance(c, end[i], end[i+1]) < 0.01 {
						reached += 1. / n
					}
				}
				if reached < 0.9 {
					t.Errorf("%v: only %.2f of the samples end at a point of the cloud", predict, reached)
				}
				continue
			}
			left := 0.0
			for i := 0; i < len(end); i += 2 {
				if end[i] < -0.1 && end[i+1] > -0.35 {
					left += 1. / n
				}
			}
			near(t, name+" "+predict.String()+": share of the left Gaussian", left, 0.5, 0.1)
		}
	}
}

func distance(c *Cloud, x, y float32) float64 {
	least := math.Inf(1)
	for i := 0; i < len(c.points); i += 2 {
		least = min(least, math.Hypot(float64(c.points[i]-x), float64(c.points[i+1]-y)))
	}
	return least
}

func TestPredictorStops(t *testing.T) {
	trained, err := diffusion.Cosine(10)
	if err != nil {
		t.Fatal(err)
	}
	net := &Predictor{Data: three(t), Schedule: trained}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := net.Predict(ctx, make([]float32, 4), []float64{1, 2}, diffusion.Cond{}); err != context.Canceled {
		t.Errorf("cancelled: %v", err)
	}
	if _, err := net.Predict(context.Background(), make([]float32, 3), []float64{1}, diffusion.Cond{}); err == nil {
		t.Error("one and a half points were predicted")
	}
}
