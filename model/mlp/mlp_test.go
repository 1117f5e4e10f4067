package mlp_test

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"unnoise/model/cpu"
	"unnoise/model/diffusion"
	"unnoise/model/graph"
	"unnoise/model/mlp"
	"unnoise/model/plane"
	"unnoise/model/rng"
)

func compile(_ context.Context, g *graph.Graph) (graph.Program, error) { return cpu.Compile(g) }

func cosine(t *testing.T) *diffusion.Schedule {
	t.Helper()
	s, err := diffusion.Cosine(1000)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func mixture(t *testing.T) *plane.Mixture {
	t.Helper()
	e, err := plane.Find("three")
	if err != nil {
		t.Fatal(err)
	}
	return e.Mixture()
}

// excess is the mean squared difference, a coordinate, between the network's answer
// and the best there is, E[·|x_t], over points and times as in training.
func excess(t *testing.T, net *mlp.Predictor, best *plane.Predictor, m *plane.Mixture) float64 {
	t.Helper()
	const n = 1000
	g := rng.New(77)
	x := m.Sample(g, n)
	z := make([]float32, 2*n)
	g.Normal(z)
	times := make([]float64, n)
	for k := range times {
		times[k] = float64(k) // every timestep
		diffusion.QSample(x[2*k:2*k+2], x[2*k:2*k+2], z[2*k:2*k+2], best.Schedule.AlphaBar[k])
	}
	a, err := net.Predict(t.Context(), x, times, diffusion.Cond{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := best.Predict(t.Context(), x, times, diffusion.Cond{})
	if err != nil {
		t.Fatal(err)
	}
	var sum float64
	for i := range a.Pred {
		d := float64(a.Pred[i] - b.Pred[i])
		sum += d * d / (2 * n)
	}
	return sum
}

// Whatever it predicts, a small network comes close to the exact answer in 500 steps,
// and its samples have the mixture's moments.
func TestTrainingConverges(t *testing.T) {
	m, s := mixture(t), cosine(t)
	for _, predict := range []diffusion.Prediction{diffusion.PredictEps, diffusion.PredictX0, diffusion.PredictV} {
		c := mlp.Config{Width: 32, Depth: 2, Predict: predict, Schedule: s, Batch: 128, Rate: 5e-3, Average: .99, Seed: 1}
		trainer, err := mlp.NewTrainer(t.Context(), c, m, compile)
		if err != nil {
			t.Fatal(err)
		}
		defer trainer.Close()
		net, err := mlp.NewPredictor(t.Context(), c, 300, compile)
		if err != nil {
			t.Fatal(err)
		}
		defer net.Close()
		best := &plane.Predictor{Data: m, Schedule: s, Target: predict}
		before := excess(t, net, best, m)
		for range 500 {
			if _, err := trainer.Step(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if err := net.Take(t.Context(), trainer); err != nil {
			t.Fatal(err)
		}
		after := excess(t, net, best, m)
		t.Logf("%v: the squared error beyond the least falls from %.4f to %.4f", predict, before, after)
		if after > .012 || after > before/15 {
			t.Errorf("%v: it falls from %.4f to %.4f", predict, before, after)
		}
		checkSamples(t, net, c, m)
	}
}

func checkSamples(t *testing.T, net *mlp.Predictor, c mlp.Config, m *plane.Mixture) {
	t.Helper()
	const n = 1000
	levels, err := c.Schedule.KarrasLevels(c.Schedule.AtSigma(10).Time, 20) // at t = 999 ε̂ says nothing of x_0
	if err != nil {
		t.Fatal(err)
	}
	x := make([]float32, 2*n)
	rng.New(3).Normal(x)
	var end []float32
	updates := diffusion.DPMSolverPP2MUpdates(levels, diffusion.Parametrisation{Predict: c.Predict})
	err = diffusion.Sample(t.Context(), net, updates, diffusion.Start{Xt: x}, diffusion.Cond{Class: make([]int, n)}, nil, func(s diffusion.Step) error {
		end = slices.Clone(s.Xt)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	// An error of ε̂ is divided by √ᾱ in x̂_0, and at the start of a run ᾱ is 0.01.
	tolerance := map[diffusion.Prediction]float64{diffusion.PredictEps: .3, diffusion.PredictX0: .1, diffusion.PredictV: .1}[c.Predict]
	got, want := plane.Measure(end), m.Statistics()
	for what, d := range map[string]float64{"mean x": got.MeanX - want.MeanX, "mean y": got.MeanY - want.MeanY,
		"variance x": got.VarX - want.VarX, "variance y": got.VarY - want.VarY, "covariance": got.Cov - want.Cov} {
		if !(math.Abs(d) < tolerance) {
			t.Errorf("%v: the samples' %s is off by %.3f", c.Predict, what, d)
		}
	}
	if modes := m.Cover(end).Modes; modes < 2.7 {
		t.Errorf("%v: %.2f modes of 3", c.Predict, modes)
	}
}

// The same seed trains the same, another does not; the average is that of the
// parameters, and a network without one answers by them themselves.
func TestSeedsAndAverages(t *testing.T) {
	m, s := mixture(t), cosine(t)
	run := func(seed uint64, average float64, steps int) []float32 {
		c := mlp.Config{Width: 8, Depth: 1, Schedule: s, Batch: 16, Rate: 1e-2, Average: average, Seed: seed}
		trainer, err := mlp.NewTrainer(t.Context(), c, m, compile)
		if err != nil {
			t.Fatal(err)
		}
		defer trainer.Close()
		net, err := mlp.NewPredictor(t.Context(), c, 2, compile)
		if err != nil {
			t.Fatal(err)
		}
		defer net.Close()
		for range steps {
			if _, err := trainer.Step(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if err := net.Take(t.Context(), trainer); err != nil {
			t.Fatal(err)
		}
		// Three points for a batch of two.
		out, err := net.Predict(t.Context(), []float32{.1, .2, -.4, .3, 1, 1}, []float64{5, 500, 900}, diffusion.Cond{})
		if err != nil {
			t.Fatal(err)
		}
		return slices.Clone(out.Pred)
	}
	if a, b := run(1, .9, 5), run(1, .9, 5); !slices.Equal(a, b) {
		t.Errorf("the same training gives %v and %v", a, b)
	}
	if a, b := run(1, .9, 5), run(2, .9, 5); slices.Equal(a, b) {
		t.Error("another seed trains the same")
	}
	// After two steps the average of decay d is (d·p₀ + p₁)/(d + 1), where p₁ are the
	// parameters after one step; with d near 0 it is p₁.
	one, two := run(1, 0, 1), run(1, 1e-9, 2)
	for i := range one {
		if math.Abs(float64(one[i]-two[i])) > 1e-6 {
			t.Errorf("value %d is %v after one step, the average's %v", i, one[i], two[i])
		}
	}
	for _, v := range run(1, .9, 0) {
		if v != 0 {
			t.Errorf("before training the answer is %v", v)
		}
	}
}

func TestConfigErrors(t *testing.T) {
	good := mlp.Config{Width: 8, Depth: 1, Schedule: cosine(t), Batch: 16, Rate: 1e-2}
	if _, err := good.TrainingGraph(); err != nil {
		t.Fatal(err)
	}
	if g, err := good.Graph(3); err != nil || good.Parameters() != 8*96+8+8*8+8+2*8+2 {
		t.Errorf("%v, %d parameters, %v", g, good.Parameters(), err)
	}
	for want, spoil := range map[string]func(c *mlp.Config){
		"width":         func(c *mlp.Config) { c.Width = 0 },
		"depth":         func(c *mlp.Config) { c.Depth = -1 },
		"batch":         func(c *mlp.Config) { c.Batch = 0 },
		"learning rate": func(c *mlp.Config) { c.Rate = math.NaN() },
		"average":       func(c *mlp.Config) { c.Average = 1 },
		"schedule":      func(c *mlp.Config) { c.Schedule = nil },
		"previous":      func(c *mlp.Config) { c.Predict = diffusion.PredictPrevious },
	} {
		c := good
		spoil(&c)
		if _, err := c.TrainingGraph(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("expected an error about the %s: %v", want, err)
		}
	}
}
