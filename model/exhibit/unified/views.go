package unified

import (
	"context"
	"fmt"
	"math"
	"strconv"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
	"unnoise/model/figure"
	"unnoise/model/run"
)

// Views is one network seen four ways.
var Views = &exhibit.Exhibit{
	ID: "four-views", Title: "One network, four answers", Year: 2022, References: []int{19, 17},
	Sentences: [3]string{
		"A network that denoises may be asked for the picture, the noise, a velocity between both, or the score, the direction in which pictures become more likely.",
		"These are one answer written four ways: with xₜ and the noise level at hand, each follows from any other.",
		"They differ in what an error weighs: a small mistake in the noise is a large one in the picture where there is much noise, and the reverse where there is little.",
	},
	Models: []string{"fashion", "fashion-x0"},
	Controls: append([]exhibit.Control{
		{ID: "network", Kind: exhibit.Choice, Label: "Trained to say", Default: "fashion", Tip: "Each is a network of its own, trained on the same pictures for this answer.",
			Options: []exhibit.Option{{ID: "fashion", Label: "the noise ε"}, {ID: "fashion-x0", Label: "the picture x₀"}}},
		{ID: "moments", Kind: exhibit.Number, Label: "Moments", Default: "24", Modest: "8", Min: 2, Max: 100, Tip: "At how many timesteps the network is asked, evenly from least noise to most."},
		exhibit.SeedControl(),
	}, chain.PictureControls("", "Picture", "sneaker", 0)...),
	Presets: []exhibit.Preset{
		{Name: "The network for the noise", Tip: "As in DDPM.", Values: map[string]string{}},
		{Name: "The network for the picture", Tip: "Trained for x₀: better where there is much noise.", Values: map[string]string{"network": "fashion-x0"}},
	},
	Panels: []exhibit.Panel{
		{ID: "answers", Title: "What it says, and what is true", Wide: true, Tip: "Above what follows from the network’s one answer, below what is true of this picture and this noise. The answer is not cut to black and white here, so that all four hold exactly. The score is shown times √(1−ᾱ)."},
		{ID: "errors", Title: "How far off", Tip: "Mean squared errors per pixel of the three answers, measured at each moment. At any t they are the same error, weighed differently."},
		{ID: "weights", Title: "What an error in x₀ weighs", Tip: "As an error of the noise: SNR. Of the velocity: 1 + SNR. In the variational bound: ½(SNR(t−1) − SNR(t)), shown times T."},
	},
	Timeline: "t",
	Run:      runViews,
	Quick:    map[string]string{"moments": "3"},
	Probes: []exhibit.Probe{
		{Control: "seed", Value: "1", Readout: "error-x0"},
		{Control: "garment", Value: "bag", Readout: "error-x0"},
	},
}

// View is one answer in all four forms, unclipped.
type View struct{ X0, Eps, V, Score []float32 }

// Of reads a network's answer, at ᾱ of timestep t.
func Of(m *chain.Model, t int, xt, pred []float32) View {
	bar := m.Trained.AlphaBar[t]
	x0 := make([]float32, len(xt))
	a, b := m.Reading.X0(m.Trained.At(float64(t)))
	diffusion.Combine(x0, xt, pred, a, b)
	return fromX0(bar, xt, x0)
}

// fromX0 derives the others from x_0.
func fromX0(bar float64, xt, x0 []float32) View {
	v := View{X0: x0}
	derive := func(factors func(float64) (float64, float64)) []float32 {
		out := make([]float32, len(xt))
		a, b := factors(bar)
		diffusion.Combine(out, xt, x0, a, b)
		return out
	}
	v.Eps = derive(diffusion.PredictX0.Eps)
	v.V = derive(diffusion.PredictX0.V)
	v.Score = derive(diffusion.PredictX0.Score)
	return v
}

func runViews(ctx context.Context, env *exhibit.Env, s exhibit.State, emit func(exhibit.Frame)) error {
	model, err := chain.Load(ctx, env, s.Text("network"))
	if err != nil {
		return err
	}
	x0, class, err := chain.Picture(ctx, env, s, "")
	if err != nil {
		return err
	}
	eps := make([]float32, len(x0))
	run.StartNoise(eps, s.Seed("seed"), 0)
	weights := weightPlot(model.Trained)
	moments := chain.Moments(model.Trained.Len()-1, s.Int("moments"))
	var errors [3]chain.Line
	for k, t := range moments {
		if err := ctx.Err(); err != nil {
			return err
		}
		bar := model.Trained.AlphaBar[t]
		xt := make([]float32, len(x0))
		diffusion.QSample(xt, x0, eps, bar)
		out, err := model.Net.Predict(ctx, xt, []float64{float64(t)}, diffusion.Cond{Class: []int{class}})
		if err != nil {
			return err
		}
		said, truth := Of(model, t, xt, out.Pred), fromX0(bar, xt, x0)
		ex, ee, ev := square(said.X0, x0), square(said.Eps, eps), square(said.V, truth.V)
		for i, e := range []float64{ex, ee, ev} {
			errors[i].Add(float64(t), e)
		}
		snr := bar / (1 - bar)
		emit(exhibit.Frame{
			Index: k, Total: len(moments), Label: "t = " + strconv.Itoa(t),
			Figures: map[string]figure.Figure{
				"answers": pictures(model, bar, xt, said, truth),
				"errors": &figure.Plot{
					X: figure.Axis{Label: "t", Min: 0, Max: float64(model.Trained.Len())}, Y: figure.Axis{Label: "mean squared error", Min: 1e-5, Max: 1e2, Log: true},
					Curves: []figure.Curve{errors[0].Curve("picture x₀", figure.A), errors[1].Curve("noise ε", figure.B), errors[2].Curve("velocity v", figure.C)},
					Marks:  []figure.Mark{{Name: "now", At: float64(t), Colour: figure.Quiet}},
				},
				"weights": marked(weights, float64(t)),
			},
			Readouts: []exhibit.Readout{
				{ID: "snr", Name: "signal to noise", Value: snr, Tip: "ᾱ / (1 − ᾱ): below 1 there is more noise than picture."},
				{ID: "error-x0", Name: "error of the picture", Value: ex, Tip: "Mean squared error of x̂₀ per pixel."},
				{ID: "error-eps", Name: "error of the noise", Value: ee, Tip: "Of ε̂. It is SNR times the error of the picture."},
				{ID: "error-v", Name: "error of the velocity", Value: ev, Tip: "Of v̂. It is 1 + SNR times the error of the picture."},
				{ID: "score-norm", Name: "length of the score", Value: chain.RMS(said.Score, nil), Tip: "Root mean square per pixel. It grows without bound as the noise vanishes."},
			},
			Equations: equations(t, bar),
			Words:     fmt.Sprintf("At t = %d the picture is guessed with a mean squared error of %.3g, the noise with %.3g.", t, ex, ee),
		})
	}
	return nil
}

// pictures shows what the network says above what is true. ε and v have about unit
// size; the score is shown times √(1−ᾱ), to fit on the same scale.
func pictures(m *chain.Model, bar float64, xt []float32, said, truth View) *figure.Pictures {
	const fit = 1.0 / 3 // of noise to [−1, 1]
	noise := math.Sqrt(1 - bar)
	p := m.Grid(nil, 5, nil)
	for _, v := range []View{said, truth} {
		p.Values = append(p.Values, xt...)
		p.Values = append(p.Values, v.X0...)
		for _, part := range []struct {
			values []float32
			scale  float64
		}{{v.Eps, fit}, {v.V, fit}, {v.Score, fit * noise}} {
			for _, value := range part.values {
				p.Values = append(p.Values, float32(float64(value)*part.scale))
			}
		}
	}
	p.Captions = []string{"xₜ", "x₀", "ε", "v", "score", "xₜ", "x₀", "ε", "v", "score"}
	p.Rows = []string{"it says", "true"}
	return p
}

func square(a, b []float32) float64 {
	r := chain.RMS(a, b)
	return r * r
}

// weightPlot is what an error in x_0 weighs for each answer, over t.
func weightPlot(s *diffusion.Schedule) *figure.Plot {
	T := float64(s.Len())
	at := func(i int) float64 { return float64(i + 1) }
	return &figure.Plot{
		X: figure.Axis{Label: "t", Min: 0, Max: T}, Y: figure.Axis{Label: "weight", Min: 1e-5, Max: 1e5, Log: true},
		Curves: []figure.Curve{
			chain.CurveOf("picture: 1", figure.A, s.Len()-1, at, func(int) float64 { return 1 }),
			chain.CurveOf("noise: SNR", figure.B, s.Len()-1, at, func(i int) float64 { return s.SNR(i + 1) }),
			chain.CurveOf("velocity: 1 + SNR", figure.C, s.Len()-1, at, func(i int) float64 { return 1 + s.SNR(i+1) }),
			chain.CurveOf("bound: T·½(SNR(t−1) − SNR(t))", figure.D, s.Len()-1, at, func(i int) float64 { return T / 2 * (s.SNR(i) - s.SNR(i+1)) }),
		},
	}
}

func marked(p *figure.Plot, t float64) *figure.Plot {
	out := *p
	out.Marks = []figure.Mark{{Name: "now", At: t, Colour: figure.Quiet}}
	return &out
}
