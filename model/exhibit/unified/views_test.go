package unified

import (
	"math"
	"testing"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit/chain"
	"unnoise/model/exhibit/exhibittest"
	"unnoise/model/rng"
)

func TestProbes(t *testing.T) { exhibittest.Probe(t, Views) }

// At every noise level the errors are one error: of ε SNR times, of v 1 + SNR times
// that of the picture.
func TestErrorsDifferByTheirWeight(t *testing.T) {
	for _, f := range exhibittest.Run(t, Views, map[string]string{"moments": "5"}) {
		value := map[string]float64{}
		for _, r := range f.Readouts {
			value[r.ID] = r.Value
		}
		snr, x0 := value["snr"], value["error-x0"]
		if want := snr * x0; math.Abs(value["error-eps"]-want) > 2e-3*want {
			t.Errorf("%s: error of ε %g, SNR times that of x₀ is %g", f.Label, value["error-eps"], want)
		}
		if want := (1 + snr) * x0; math.Abs(value["error-v"]-want) > 2e-3*want {
			t.Errorf("%s: error of v %g, 1 + SNR times that of x₀ is %g", f.Label, value["error-v"], want)
		}
	}
}

// Whatever a network was trained to say, the same truth comes out.
func TestEveryAnswerTellsTheSame(t *testing.T) {
	schedule, err := diffusion.Linear(1000, 1e-4, 0.02)
	if err != nil {
		t.Fatal(err)
	}
	x0, eps, xt := make([]float32, 64), make([]float32, 64), make([]float32, 64)
	g := rng.New(3)
	g.Normal(x0)
	g.Normal(eps)
	const at = 400
	bar := schedule.AlphaBar[at]
	diffusion.QSample(xt, x0, eps, bar)
	truth := fromX0(bar, xt, x0)
	ofX0, ofXt := schedule.PosteriorMean(at)
	previous := make([]float32, 64)
	diffusion.Combine(previous, xt, x0, ofXt, ofX0)
	step := make([]float32, 64)
	std := schedule.PosteriorStdDev(at)
	diffusion.Combine(step, xt, previous, -1/std, 1/std)
	for kind, pred := range map[diffusion.Prediction][]float32{
		diffusion.PredictEps: eps, diffusion.PredictX0: x0, diffusion.PredictV: truth.V, diffusion.PredictPrevious: previous,
		diffusion.PredictPreviousStep: step,
	} {
		m := &chain.Model{Trained: schedule, Reading: diffusion.Parametrisation{Predict: kind, Trained: schedule}}
		v := Of(m, at, xt, pred)
		for name, pair := range map[string][2][]float32{"x₀": {v.X0, x0}, "ε": {v.Eps, eps}, "v": {v.V, truth.V}, "score": {v.Score, truth.Score}} {
			if d := chain.RMS(pair[0], pair[1]); d > 2e-3 { // the previous mean knows x_0 to few digits
				t.Errorf("%v: %s is off by %g", kind, name, d)
			}
		}
	}
}
