package run

import (
	"context"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"unnoise/model/diffusion"
	"unnoise/model/plane"
	"unnoise/model/sde"
)

func continuous(t *testing.T, text string) Info {
	t.Helper()
	info := Info{Channels: 1, Height: 1, Width: 2}
	if err := json.Unmarshal([]byte(text), &info.Scheduler); err != nil {
		t.Fatal(err)
	}
	return info
}

// told keeps the labels that it is told and answers with ones.
type told struct{ labels []float64 }

func (n *told) Predict(_ context.Context, xs []float32, t []float64, _ diffusion.Cond) (diffusion.Output, error) {
	n.labels = append(n.labels[:0], t...)
	out := make([]float32, len(xs))
	for i := range out {
		out[i] = 1
	}
	return diffusion.Output{Pred: out}, nil
}

// TestScoresOfContinuousModels: what each network is told, and what its answer becomes.
func TestScoresOfContinuousModels(t *testing.T) {
	for text, want := range map[string]struct{ label, score float64 }{
		`{"_class_name":"ScoreSdeVpScheduler","beta_min":0.1,"beta_max":20}`:                               {999 * .5, -1 / math.Sqrt(1-math.Exp(-.05-19.9/8))},
		`{"_class_name":"ScoreSdeSubVpScheduler"}`:                                                         {999 * .5, -1 / (1 - math.Exp(-.05-19.9/8))},
		`{"_class_name":"ScoreSdeVeScheduler","sigma_min":0.01,"sigma_max":4}`:                             {.2, 5},
		`{"_class_name":"ScoreSdeVeScheduler","sigma_min":0.01,"sigma_max":4,"label":"log_sigma"}`:         {math.Log(.2), 5},
		`{"_class_name":"ScoreSdeVeScheduler","sigma_min":0.01,"sigma_max":4,"label":"999t","eps":"none"}`: {999 * .5, 5},
		`{"_class_name":"ScoreTutorialScheduler","sigma":25}`:                                              {.5, 1 / math.Sqrt((25-1)/(2*math.Log(25)))},
	} {
		net := &told{}
		score, _, err := continuous(t, text).Score(net)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		got := make([]float32, 2)
		if err := score.Score(t.Context(), make([]float32, 2), []float64{.5}, diffusion.Cond{Class: []int{diffusion.NoClass}}, got); err != nil {
			t.Fatal(err)
		}
		if math.Abs(net.labels[0]-want.label) > 1e-9 || math.Abs(float64(got[1])-want.score) > 1e-6*math.Abs(want.score) {
			t.Errorf("%s: told %v and answering 1, the score is %v, expected %+v", text, net.labels, got, want)
		}
	}
}

// TestScoreOfDDPM: a network that knows a mixture perfectly, trained on DDPM's timesteps,
// is that mixture's score under the VP SDE.
func TestScoreOfDDPM(t *testing.T) {
	e, err := plane.Find("two")
	if err != nil {
		t.Fatal(err)
	}
	info := continuous(t, `{"_class_name":"DDPMScheduler","num_train_timesteps":1000,"beta_schedule":"linear","beta_start":0.0001,"beta_end":0.02}`)
	schedule, err := info.Scheduler.Schedule()
	if err != nil {
		t.Fatal(err)
	}
	score, s, err := info.Score(&plane.Predictor{Data: e.Mixture(), Schedule: schedule})
	if err != nil {
		t.Fatal(err)
	}
	exact := sde.NewExact(sde.OfPlane(e.Mixture()), s)
	xs, cond := []float32{.4, -.3}, diffusion.Cond{Class: []int{diffusion.NoClass}}
	for _, at := range []float64{.999, .7, .2, .01, s.Eps()} {
		got, want := make([]float32, 2), make([]float32, 2)
		if err := score.Score(t.Context(), xs, []float64{at}, cond, got); err != nil {
			t.Fatal(err)
		}
		if err := exact.Score(t.Context(), xs, []float64{at}, cond, want); err != nil {
			t.Fatal(err)
		}
		for i := range got {
			if math.Abs(float64(got[i]-want[i])) > 2e-3*(1+math.Abs(float64(want[i]))) {
				t.Errorf("t = %g: the score is %v, expected %v", at, got, want)
			}
		}
	}
}

func TestSchedulersWithoutScore(t *testing.T) {
	for text, want := range map[string]string{
		`{"beta_schedule":"squaredcos_cap_v2"}`:                             "linear",
		`{"prediction_type":"v_prediction"}`:                                "epsilon",
		`{"trained_betas":[0.1,0.2]}`:                                       "linear",
		`{"_class_name":"AnnealedLangevinScheduler"}`:                       "annealed-langevin",
		`{"_class_name":"ScoreSdeVeScheduler","sigma_min":2,"sigma_max":1}`: "σ_max",
		`{"_class_name":"ScoreSdeVeScheduler","label":"days"}`:              "log_sigma",
		`{"_class_name":"ScoreSdeVpScheduler","beta_min":-1}`:               "β_min",
		`{"_class_name":"ScoreTutorialScheduler","sigma":0.5}`:              "σ",
	} {
		if _, _, err := continuous(t, text).Score(&told{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, expected one that says %s", text, err, want)
		}
	}
	info := continuous(t, `{"_class_name":"ScoreSdeVeScheduler"}`)
	spec := Default()
	spec.Guidance = 1
	if _, err := NewPlan(spec, info); err == nil || !strings.Contains(err.Error(), "rk45") {
		t.Errorf("ddim on a model of scores: %v", err)
	}
}

func TestDataRange(t *testing.T) {
	for text, want := range map[string][2]float64{
		`{}`: {-1, 1},
		`{"_class_name":"ScoreSdeSubVpScheduler"}`:                     {-1, 1},
		`{"_class_name":"ScoreTutorialScheduler"}`:                     {0, 1},
		`{"_class_name":"AnnealedLangevinScheduler"}`:                  {0, 1},
		`{"_class_name":"ScoreTutorialScheduler","data_range":[-1,1]}`: {-1, 1},
	} {
		lowest, highest, err := continuous(t, text).Scheduler.Range()
		if err != nil || lowest != want[0] || highest != want[1] {
			t.Errorf("%s: %g to %g, %v", text, lowest, highest, err)
		}
	}
	if _, _, err := continuous(t, `{"data_range":[1,0]}`).Scheduler.Range(); err == nil {
		t.Error("a range from 1 to 0 was taken")
	}
}

// double answers with twice what it reads, and knows the gradient.
type double struct{}

func (double) Predict(_ context.Context, xs []float32, _ []float64, _ diffusion.Cond) (diffusion.Output, error) {
	out := make([]float32, len(xs))
	for i, v := range xs {
		out[i] = 2 * v
	}
	return diffusion.Output{Pred: out}, nil
}

func (d double) VJP(ctx context.Context, xs []float32, t []float64, cond diffusion.Cond, v []float32) (diffusion.Output, []float32, error) {
	out, err := d.Predict(ctx, xs, t, cond)
	if err != nil {
		return out, nil, err
	}
	grad, err := d.Predict(ctx, v, t, cond)
	return out, grad.Pred, err
}

// TestScaledInput: with scale_input a network of VE reads x/√(1+σ²), and the gradient is that
// with respect to x.
func TestScaledInput(t *testing.T) {
	score, _, err := continuous(t, `{"_class_name":"ScoreSdeVeScheduler","sigma_min":0.01,"sigma_max":4,"label":"999t","scale_input":true}`).Score(double{})
	if err != nil {
		t.Fatal(err)
	}
	xs, v, got, grad := []float32{3, -1}, []float32{1, 5}, make([]float32, 2), make([]float32, 2)
	cond := diffusion.Cond{Class: []int{diffusion.NoClass}}
	const sigma = .2 // at t = .5
	factor := 2 / math.Hypot(1, sigma) / sigma
	check := func(name string, got, of []float32) {
		t.Helper()
		for i := range got {
			if want := factor * float64(of[i]); math.Abs(float64(got[i])-want) > 1e-5*math.Abs(want) {
				t.Errorf("%s: value %d is %g, expected %g", name, i, got[i], want)
			}
		}
	}
	if err := score.Score(t.Context(), xs, []float64{.5}, cond, got); err != nil {
		t.Fatal(err)
	}
	check("score", got, xs)
	clear(got)
	if err := score.VJP(t.Context(), xs, []float64{.5}, cond, v, got, grad); err != nil {
		t.Fatal(err)
	}
	check("score beside the gradient", got, xs)
	check("gradient", grad, v)
	if xs[0] != 3 {
		t.Error("the pictures were changed")
	}
}
