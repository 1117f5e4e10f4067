package run_test

import (
	"context"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"unnoise/model/architecture"
	"unnoise/model/cpu"
	"unnoise/model/diffusion"
	"unnoise/model/graph"
	"unnoise/model/noisy"
	"unnoise/model/noisy/noisytest"
	"unnoise/model/run"
	"unnoise/model/sde"
	"unnoise/model/unet/drawn"
)

// smallClassifier is the golden classifier of odd sizes, as a file has it.
func smallClassifier(t *testing.T, of sde.SDE) (*run.Classifier, run.Info) {
	t.Helper()
	golden, err := noisytest.Load("odd")
	if err != nil {
		t.Fatal(err)
	}
	set, err := golden.Weights()
	if err != nil {
		t.Fatal(err)
	}
	set.Config = json.RawMessage(`{"_class_name": "NoisyClassifier", "widths": [8, 24, 16], "in_channels": 3, "sample_size": 8, "num_classes": 3}`)
	set.Scheduler = json.RawMessage(`{"_class_name": "DDPMScheduler", "num_train_timesteps": 1000, "beta_schedule": "linear", "beta_start": 0.0001, "beta_end": 0.02}`)
	info, err := architecture.All.ReadInfo(set)
	if err != nil {
		t.Fatal(err)
	}
	if info.NumClasses != 3 || info.Channels != 3 || info.Height != 8 {
		t.Errorf("got %+v", info)
	}
	if _, err := architecture.All.Build(set, 1, 8, 8); err == nil || !strings.Contains(err.Error(), "classifier") {
		t.Errorf("a classifier was built as a model that draws: %v", err)
	}
	c, err := run.NewClassifier(info, of, func(batch int) (graph.Program, error) {
		g, err := noisy.BuildGuide(set, batch, info.Height, info.Width)
		if err != nil {
			return nil, err
		}
		return cpu.Compile(g)
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c, info
}

// TestClassifierGradient: the gradient under an SDE is the slope of log p(y|x), and where the
// picture is only scaled, as from VP to VE, the classifier says the same.
func TestClassifierGradient(t *testing.T) {
	vp, err := sde.NewVP(.1, 20)
	if err != nil {
		t.Fatal(err)
	}
	ve, err := sde.NewVE(.01, 50)
	if err != nil {
		t.Fatal(err)
	}
	const at = .4
	scale, std := vp.Marginal(at)
	// The time of VE whose σ is the same beside the picture.
	same := math.Log(std/scale/.01) / math.Log(50/.01)

	guide, info := smallClassifier(t, vp)
	elems := info.Elems()
	xs := drawn.Values("picture", 2*elems)
	cond := diffusion.Cond{Class: []int{2, diffusion.NoClass}}
	grad := make([]float32, 2*elems)
	evaluate := func(g *run.Classifier, xs []float32, at float64) float64 {
		logP, err := g.Run(context.Background(), xs, []float64{at, at}, cond, grad)
		if err != nil {
			t.Fatal(err)
		}
		return float64(logP[0])
	}
	logP := evaluate(guide, xs, at)
	along := make([]float32, elems)
	var want float64
	for i, v := range grad[:elems] {
		along[i] = v
		want += float64(v) * float64(v)
		if grad[elems+i] != 0 {
			t.Fatal("a picture of no class has a gradient")
		}
	}
	const step = .02
	shifted := func(by float32) []float32 {
		out := append([]float32(nil), xs...)
		for i, v := range along {
			out[i] += by * v
		}
		return out
	}
	slope := (evaluate(guide, shifted(step), at) - evaluate(guide, shifted(-step), at)) / (2 * step)
	if math.Abs(slope/want-1) > 1e-3 {
		t.Errorf("the slope along the gradient is %g, expected %g", slope, want)
	}

	wide, _ := smallClassifier(t, ve)
	for i := range xs {
		xs[i] /= float32(scale)
	}
	if got := evaluate(wide, xs, same); math.Abs(got-logP) > 1e-4 {
		t.Errorf("log p is %g under VE, expected %g", got, logP)
	}
	for i, v := range along {
		if math.Abs(float64(grad[i])-scale*float64(v)) > 1e-5 {
			t.Fatalf("value %d of the gradient is %g under VE, expected %g", i, grad[i], scale*float64(v))
		}
	}
}

func TestClassifierRefuses(t *testing.T) {
	vp, err := sde.NewVP(.1, 20)
	if err != nil {
		t.Fatal(err)
	}
	guide, info := smallClassifier(t, vp)
	xs := make([]float32, info.Elems())
	if err := guide.Gradient(t.Context(), xs, []float64{.5}, diffusion.Cond{Class: []int{3}}, xs); err == nil || !strings.Contains(err.Error(), "class 3") {
		t.Errorf("class 3 of 3: %v", err)
	}
	if err := guide.Gradient(t.Context(), xs[1:], []float64{.5}, diffusion.Cond{Class: []int{0}}, xs); err == nil {
		t.Error("a picture that is too small was taken")
	}
	info.Scheduler.BetaSchedule = "nonsense"
	if _, err := run.NewClassifier(info, vp, nil); err == nil || !strings.Contains(err.Error(), "nonsense") {
		t.Errorf("a schedule that is not known: %v", err)
	}
}
