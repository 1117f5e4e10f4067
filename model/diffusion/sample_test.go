package diffusion

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"slices"
	"testing"

	"unnoise/model/rng"
)

// golden is testdata/samplers.json: tools/golden/samplers.py.
type golden struct {
	Mixture [][3]float64
	Noise   [][]float32
	Cases   []struct {
		Schedule, Sampler, Predict, Variance string
		Clip                                 bool
		Eta                                  float64
		Timesteps                            []int
		Xs, X0s                              [][]float64
	}
}

func loadGolden(t *testing.T) golden {
	t.Helper()
	data, err := os.ReadFile("testdata/samplers.json")
	if err != nil {
		t.Fatal(err)
	}
	var g golden
	if err := json.Unmarshal(data, &g); err != nil {
		t.Fatal(err)
	}
	return g
}

func TestTrajectoriesEqualReference(t *testing.T) {
	g := loadGolden(t)
	if len(g.Cases) == 0 {
		t.Fatal("no cases")
	}
	for k, c := range g.Cases {
		trained := must(t)(ScheduleByName(c.Schedule, 1000))
		predict, err := PredictionByName(c.Predict)
		if err != nil {
			t.Fatal(err)
		}
		network := &mixture{schedule: trained, predict: predict}
		for _, m := range g.Mixture {
			network.components = append(network.components, component{m[0], m[1], m[2]})
		}
		s := must(t)(trained.Respace(c.Timesteps))
		p := Parametrisation{Predict: predict, Clip: c.Clip}
		var steps []Update
		switch {
		case c.Sampler == "ddim":
			steps = DDIMUpdates(s, p, c.Eta)
		case c.Variance == "fixed_large":
			steps = DDPMUpdates(s, p, FixedLarge)
		default:
			steps = DDPMUpdates(s, p, FixedSmall)
		}
		noise := func(i int, dst []float32) { copy(dst, g.Noise[i]) }
		cond := Cond{Class: []int{NoClass, NoClass}}
		// The state is float32, the reference float64.
		const rounding = 2e-6
		tolerance := rounding
		err = Sample(context.Background(), network, steps, Start{Xt: float32s(c.Xs[0])}, cond, noise, func(step Step) error {
			compare(t, step.Xt, c.Xs[step.I], tolerance)
			if step.I < len(steps) {
				x0 := make([]float32, len(step.Xt))
				step.X0Hat(x0)
				// Where it is not clamped, x̂_0 has the rounding divided by √ᾱ,
				// and hands OfX0 of that on.
				ofX0 := rounding / math.Sqrt(step.Update.AlphaBar)
				compare(t, x0, c.X0s[step.I], ofX0)
				tolerance = rounding + step.Update.OfX0*ofX0
			}
			if t.Failed() {
				t.Fatalf("case %d (%s %s), step %d, t = %d", k, c.Sampler, c.Predict, step.I, step.Update.T)
			}
			return nil
		})
		if err != nil {
			t.Errorf("case %d: %v", k, err)
		}
	}
}

func float32s(values []float64) []float32 {
	out := make([]float32, len(values))
	for i, v := range values {
		out[i] = float32(v)
	}
	return out
}

func compare(t *testing.T, got []float32, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d values, expected %d", len(got), len(want))
	}
	for i := range want {
		if !(math.Abs(float64(got[i])-want[i]) <= tolerance) {
			t.Errorf("value %d: got %v, expected %v ± %.1g", i, got[i], want[i], tolerance)
		}
	}
}

// With the exact network every sampler must draw from the data's distribution.
func TestSamplersReachTheMixture(t *testing.T) {
	trained := must(t)(Linear(1000, 1e-4, 0.02))
	network := &mixture{
		components: []component{{0.6, -0.5, 0.2}, {0.4, 0.4, 0.1}},
		schedule:   trained,
	}
	ts, err := FractionalStride(1000, 200)
	if err != nil {
		t.Fatal(err)
	}
	s := must(t)(trained.Respace(ts))
	var p Parametrisation // unclipped: the mixture reaches beyond [−1, 1]
	for name, steps := range map[string][]Update{
		"ddpm fixed small": DDPMUpdates(s, p, FixedSmall),
		"ddpm fixed large": DDPMUpdates(s, p, FixedLarge),
		"ddim η=0":         DDIMUpdates(s, p, 0),
		"ddim η=1":         DDIMUpdates(s, p, 1),
	} {
		const n = 4000
		generator := rng.New(1)
		x := make([]float32, n)
		generator.Normal(x)
		noise := func(i int, dst []float32) { generator.Normal(dst) }
		var x0 []float32
		err := Sample(context.Background(), network, steps, Start{Xt: x}, Cond{Class: []int{NoClass}}, noise, func(step Step) error {
			x0 = slices.Clone(step.Xt)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		var mean, square, left float64
		for _, v := range x0 {
			mean += float64(v) / n
			square += float64(v) * float64(v) / n
			if v < 0 {
				left += 1. / n
			}
		}
		wantMean, wantVariance := network.moments()
		// Standard error of the mean is 0.5/√4000 = 0.008; the rest is left to
		// 200 steps instead of infinitely many.
		if math.Abs(mean-wantMean) > 0.03 || math.Abs(square-mean*mean-wantVariance) > 0.02 || math.Abs(left-0.6) > 0.03 {
			t.Errorf("%s: mean %.3f (%.3f), variance %.3f (%.3f), %.3f of it left of 0 (0.597)",
				name, mean, wantMean, square-mean*mean, wantVariance, left)
		}
	}
}

// DDIM with η = 1 on the trained chain is DDPM with the small variance.
func TestDDIMWithEta1IsDDPM(t *testing.T) {
	s := must(t)(Cosine(50))
	p := Parametrisation{Clip: true}
	ddim, ddpm := DDIMUpdates(s, p, 1), DDPMUpdates(s, p, FixedSmall)
	for i := range ddim {
		near(t, "OfX0", ddim[i].OfX0, ddpm[i].OfX0, 1e-9)
		near(t, "OfXt", ddim[i].OfXt, ddpm[i].OfXt, 1e-9)
		near(t, "StdDev", ddim[i].StdDev, ddpm[i].StdDev, 1e-9)
	}
}

func TestUpdateDescribesItself(t *testing.T) {
	s := must(t)(must(t)(Linear(1000, 1e-4, 0.02)).Respace([]int{10, 500, 999}))
	for _, steps := range [][]Update{DDIMUpdates(s, Parametrisation{}, 1), DDPMUpdates(s, Parametrisation{}, FixedLarge)} {
		for i, want := range [][2]int{{999, 500}, {500, 10}, {10, -1}} {
			u := steps[i]
			if u.T != want[0] || u.TPrev != want[1] || u.AlphaBar != s.AlphaBar[2-i] {
				t.Errorf("step %d goes from %d to %d with ᾱ %v", i, u.T, u.TPrev, u.AlphaBar)
			}
			if (u.StdDev == 0) != (i == 2) {
				t.Errorf("step %d adds noise %v", i, u.StdDev)
			}
		}
		if last := steps[2]; last.AlphaBarPrev != 1 || math.Abs(last.OfX0-1) > 1e-12 || math.Abs(last.OfXt) > 1e-12 {
			t.Errorf("the last step is %+v, expected x̂_0 itself", last)
		}
	}
}

func TestPredictionsAgree(t *testing.T) {
	const alphaBar, x0, eps = 0.3, 0.7, -1.4
	signal, noise := math.Sqrt(alphaBar), math.Sqrt(1-alphaBar)
	xt := signal*x0 + noise*eps
	v := signal*eps - noise*x0
	for predict, answer := range map[Prediction]float64{PredictEps: eps, PredictX0: x0, PredictV: v} {
		apply := func(ofXt, ofPred float64) float64 { return ofXt*xt + ofPred*answer }
		near(t, predict.String()+" x0", apply(predict.X0(alphaBar)), x0, 1e-12)
		near(t, predict.String()+" eps", apply(predict.Eps(alphaBar)), eps, 1e-12)
		near(t, predict.String()+" v", apply(predict.V(alphaBar)), v, 1e-12)
		near(t, predict.String()+" score", apply(predict.Score(alphaBar)), -eps/noise, 1e-12)
		if again, err := PredictionByName(predict.String()); err != nil || again != predict {
			t.Errorf("%v is read back as %v (%v)", predict, again, err)
		}
	}
	if _, err := PredictionByName("noise"); err == nil {
		t.Error("an unknown prediction type was accepted")
	}
	got := make([]float32, 1)
	QSample(got, []float32{x0}, []float32{eps}, alphaBar)
	near(t, "x_t", float64(got[0]), xt, 1e-6)
}

func TestSampleFromTheMiddleAndItsEnd(t *testing.T) {
	trained := must(t)(Cosine(100))
	network := &mixture{components: []component{{1, 0.1, 0.3}}, schedule: trained}
	steps := DDPMUpdates(trained, Parametrisation{Clip: true}, FixedSmall)
	noise := func(i int, dst []float32) { rng.New(uint64(i)).Normal(dst) }
	cond := Cond{Class: []int{NoClass, NoClass}}
	x := make([]float32, 2*20)
	rng.New(99).Normal(x)
	original := slices.Clone(x)
	var all []Step
	record := func(s Step) error {
		s.Xt = slices.Clone(s.Xt)
		all = append(all, s)
		return nil
	}
	if err := Sample(context.Background(), network, steps, Start{Xt: x}, cond, noise, record); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(x, original) {
		t.Error("Sample changed its input")
	}
	if len(all) != 101 || all[100].Pred != nil || all[100].Update != Final() || network.calls != 100 {
		t.Fatalf("%d steps of %d calls, expected 101 of 100", len(all), network.calls)
	}
	whole := all
	all = nil
	if err := Sample(context.Background(), network, steps, Start{I: 60, Xt: whole[60].Xt}, cond, noise, record); err != nil {
		t.Fatal(err)
	}
	if len(all) != 41 || all[0].I != 60 || !slices.Equal(all[40].Xt, whole[100].Xt) {
		t.Error("a run from step 60 does not end where the whole run does")
	}
	x0, eps := make([]float32, 40), make([]float32, 40)
	all[40].X0Hat(x0)
	all[40].Eps(eps)
	if !slices.Equal(x0, all[40].Xt) || slices.ContainsFunc(eps, func(v float32) bool { return v != 0 }) {
		t.Error("x_0 is not its own x̂_0 with an ε̂ of 0")
	}
}

func TestSampleStops(t *testing.T) {
	trained := must(t)(Cosine(10))
	network := &mixture{components: []component{{1, 0, 1}}, schedule: trained}
	steps := DDIMUpdates(trained, Parametrisation{}, 0)
	ctx, cancel := context.WithCancel(context.Background())
	seen := 0
	sample := func(first int, x []float32, classes []int, yield func(Step) error) error {
		return Sample(ctx, network, steps, Start{I: first, Xt: x}, Cond{Class: classes}, nil, yield)
	}
	own := errors.New("enough")
	err := sample(0, make([]float32, 4), []int{NoClass}, func(s Step) error {
		if seen++; s.I == 2 {
			return own
		}
		return nil
	})
	if !errors.Is(err, own) || seen != 3 {
		t.Errorf("stopped after %d steps with %v", seen, err)
	}
	none := func(Step) error { return nil }
	for what, err := range map[string]error{
		"no pictures":          sample(0, nil, nil, none),
		"uneven pictures":      sample(0, make([]float32, 3), []int{0, 0}, none),
		"a step past the end":  sample(11, make([]float32, 4), []int{0}, none),
		"a step before step 0": sample(-1, make([]float32, 4), []int{0}, none),
	} {
		if err == nil {
			t.Errorf("%s: no error", what)
		}
	}
	calls := network.calls
	err = sample(0, make([]float32, 4), []int{NoClass}, func(s Step) error { cancel(); return nil })
	if !errors.Is(err, context.Canceled) || network.calls != calls+1 {
		t.Errorf("cancelled: %v after %d calls", err, network.calls-calls)
	}
}

func TestGuidance(t *testing.T) {
	trained := must(t)(Cosine(10))
	network := &mixture{components: []component{{1, 0, 1}}, schedule: trained, shifted: 0.5}
	xs, ts := []float32{0.3, -0.2, 1.5, 2.5}, []float64{4, 7}
	predict := func(scale float64, class ...int) []float32 {
		t.Helper()
		out, err := (&Guided{Predictor: network, Scale: scale}).Predict(context.Background(), xs, ts, Cond{Class: class})
		if err != nil {
			t.Fatal(err)
		}
		return slices.Clone(out.Pred)
	}
	plain := predict(1, NoClass, NoClass)
	conditional := predict(1, 3, 3)
	if !slices.Equal(network.batch, []int{3, 3}) {
		t.Errorf("s = 1 asked for %v", network.batch)
	}
	guided := predict(3, 3, 3)
	if !slices.Equal(network.batch, []int{3, 3, NoClass, NoClass}) {
		t.Errorf("s = 3 asked for %v", network.batch)
	}
	for i := range guided {
		near(t, "ε_u + 3·(ε_c − ε_u)", float64(guided[i]), float64(plain[i])+3*0.5, 1e-5)
		near(t, "ε_c", float64(conditional[i]), float64(plain[i])+0.5, 1e-5)
	}
	if got := predict(0, 3, 3); !slices.Equal(got, plain) || len(network.batch) != 2 {
		t.Errorf("s = 0 gives %v from a batch of %v", got, network.batch)
	}
	if got := predict(3, NoClass, NoClass); !slices.Equal(got, plain) || len(network.batch) != 2 {
		t.Errorf("without a class s = 3 gives %v from a batch of %v", got, network.batch)
	}
}
