package laboratory

import (
	"context"
	"fmt"
	"math"
	"slices"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
	"unnoise/model/figure"
	ml "unnoise/model/mathml"
	"unnoise/model/plane"
)

// frame is the network as it is, as a moment of the timeline.
func (r *training) frame(index int, samples []float32, errors []float64, field *figure.Plane) exhibit.Frame {
	f := exhibit.Frame{
		Index: index, Total: r.frames, Label: fmt.Sprintf("step %d", r.trainer.Steps()),
		Figures: map[string]figure.Figure{
			"field": field, "samples": r.cloud(samples, figure.Reverse),
			"loss": r.lossPlot(), "error": errorPlot(errors),
		},
		Equations: r.equations(),
	}
	if index == 0 {
		f.Figures["exact"] = r.cloud(r.exact, figure.Forward)
	}
	distance := plane.EnergyDistance(samples[:min(len(samples), 2*measured)], r.truth)
	cover := r.data.Cover(samples)
	f.Readouts = []exhibit.Readout{
		{ID: "step", Name: "Step", Value: float64(r.trainer.Steps())},
		{ID: "parameters", Name: "Parameters", Value: float64(r.config.Parameters()), Tip: "How many numbers the network learns."},
	}
	if r.losses.taken > 0 {
		f.Readouts = append(f.Readouts, exhibit.Readout{ID: "loss", Name: "Loss", Value: r.losses.mean(), Tip: "Mean of the last 50 steps."})
	}
	f.Readouts = append(f.Readouts,
		exhibit.Readout{ID: "least-loss", Name: "Least loss", Value: r.judge.least, Tip: "What the best network there can be would reach, since noise cannot be guessed exactly."},
		exhibit.Readout{ID: "score-error", Name: "Error of the score", Value: overall(errors), Tip: "Root mean square of √(1−ᾱ)·(learned − exact score) over all noise levels; 1 would be to have learned nothing of ε."},
		exhibit.Readout{ID: "distance", Name: "Distance of the samples", Value: distance, Tip: "Energy distance between samples and data."},
		exhibit.Readout{ID: "apart", Name: "From the exact samples", Value: apart(samples, r.exact), Tip: "Mean distance between where the network and the exact score lead from the same start."},
		exhibit.Readout{ID: "near", Name: "To the data", Value: cover.Distance, Tip: "Mean distance of a sample to the nearest middle of the data’s Gaussians."})
	if r.data.modes > 0 {
		f.Readouts = append(f.Readouts, exhibit.Readout{ID: "modes", Name: "Modes", Value: cover.Modes, Unit: fmt.Sprintf("of %d", r.data.modes),
			Tip: "The effective number of modes that have samples."})
	}
	f.Words = fmt.Sprintf("%s after %d steps of training: the learned score is wrong by %.3f, and the samples are at an energy distance of %.4f from the data.",
		r.data.name, r.trainer.Steps(), overall(errors), distance)
	return f
}

// field is the network's arrows over the exact ones.
func (r *training) field(ctx context.Context) (*figure.Plane, error) {
	view := square(fieldHalf)
	view.Density = density(r.data.noised(r.level), fieldHalf, figure.C)
	name := r.arrows
	if name == "none" {
		return view, nil
	}
	exact := field(r.data.exactField(name, r.level), fieldHalf, figure.Quiet)
	at := make([]float32, 0, len(exact.Values)/2)
	for i := 0; i < len(exact.Values); i += 4 {
		at = append(at, exact.Values[i], exact.Values[i+1])
	}
	out, err := r.net.Predict(ctx, at, []float64{r.level.Time}, diffusion.Cond{})
	if err != nil {
		return nil, err
	}
	ofXt, ofPred := r.config.Predict.Score(r.level.AlphaBar)
	i := 0
	learned := field(func(x, y float64) (u, v float64) { // in the order of the lattice
		scoreX, scoreY := ofXt*x+ofPred*float64(out.Pred[i]), ofXt*y+ofPred*float64(out.Pred[i+1])
		i += 2
		return readField(name, r.level.AlphaBar, x, y, scoreX, scoreY)
	}, fieldHalf, figure.B)
	view.Arrows = []figure.Arrows{exact, learned}
	return view, nil
}

// cloud is points over the data's density.
func (r *training) cloud(points []float32, colour figure.Colour) *figure.Plane {
	view := square(dataHalf)
	view.Density = density(r.data.noised(diffusion.Level{AlphaBar: 1}), dataHalf, figure.C)
	view.Clouds = clouds(points, 0, colour, "")
	return view
}

func (r *training) lossPlot() *figure.Plot {
	p := &figure.Plot{
		X: figure.Axis{Label: "step", Min: 0, Max: float64(r.steps)}, Y: figure.Axis{Label: "loss"},
		Marks: []figure.Mark{{Name: "least", At: r.judge.least, Horizontal: true, Colour: figure.Forward}},
	}
	p.Curves = []figure.Curve{{Name: "loss", X: slices.Clone(r.losses.step), Y: slices.Clone(r.losses.value), Colour: figure.B}}
	return p
}

func errorPlot(errors []float64) *figure.Plot {
	c := figure.Curve{Name: "learned − exact", Colour: figure.B}
	for k, t := range judged {
		c.X, c.Y = append(c.X, float32(t+1)), append(c.Y, float32(errors[k]))
	}
	return &figure.Plot{X: figure.Axis{Label: "t", Min: 0, Max: timesteps}, Y: figure.Axis{Label: "error of the score"}, Curves: []figure.Curve{c}}
}

// equations are the loss, and how the score is read at the chosen noise level.
func (r *training) equations() []exhibit.Equation {
	target, name := of(symEps), ml.Sub(ml.I("ε"), ml.I("θ"))
	tip := "What the network guesses the noise to be; θ is all that it has learned."
	switch r.config.Predict {
	case diffusion.PredictX0:
		target, name, tip = of(symX0), ml.Sub(ml.I("x"), ml.I("θ")), "What the network guesses the point of the data to be; θ is all that it has learned."
	case diffusion.PredictV:
		target = of(ml.Symbol{Math: ml.I("v"), Tip: "√ᾱ·ε − √(1−ᾱ)·x₀."})
		name, tip = ml.Sub(ml.I("v"), ml.I("θ")), "What the network guesses v to be; θ is all that it has learned."
	}
	network := ml.Symbol{Math: ml.Row(name, ml.Parens(ml.Sub(ml.I("x"), ml.I("t")), ml.O(","), ml.I("t"))), Tip: tip}
	ofXt, ofPred := r.config.Predict.Score(r.level.AlphaBar)
	out := []exhibit.Equation{
		marginal(r.level),
		{Caption: "The loss: how far the network’s guesses are off, over all data, noise and times.",
			Symbols: ml.Line(ml.I("L"), ml.O("="), ml.I("E"), ml.O("["), ml.Sup(ml.Norm(target, ml.O("−"), of(network)), ml.N("2")), ml.O("]"), ml.O("/"), ml.N("2"))},
		{Caption: "How the score is read from the network’s answer at this noise level."},
	}
	if r.losses.taken > 0 {
		out[1].Numbers = ml.Line(ml.I("L"), ml.O("≈"), number(r.losses.mean()))
	}
	read := &out[2]
	switch r.config.Predict {
	case diffusion.PredictX0:
		read.Symbols = ml.Line(of(symScore), ml.O("≈"), ml.Frac(ml.Row(ml.Sqrt(of(symBar)), of(network), ml.O("−"), of(symXt)), ml.Row(ml.N("1"), ml.O("−"), of(symBar))))
	case diffusion.PredictV:
		read.Symbols = ml.Line(of(symScore), ml.O("≈"), ml.O("−"), of(symXt)) + ml.More(ml.O("−"), ml.Frac(ml.Sqrt(of(symBar)), ml.Sqrt(ml.N("1"), ml.O("−"), of(symBar))), of(network))
	default:
		read.Symbols = ml.Line(of(symScore), ml.O("≈"), ml.O("−"), ml.Frac(of(network), ml.Sqrt(ml.N("1"), ml.O("−"), of(symBar))))
	}
	read.Numbers = ml.Line(symScore.Math, ml.O("≈"), ml.Times(number(ofPred), network.Math))
	if math.Abs(ofXt) > 0 {
		read.Numbers += ml.More(ml.Plus(ofXt, symXt.Math))
	}
	return out
}
