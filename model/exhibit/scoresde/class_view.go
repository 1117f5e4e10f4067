package scoresde

import (
	"context"
	"fmt"
	"math"
	"slices"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
	"unnoise/model/figure"
	ml "unnoise/model/mathml"
	"unnoise/model/sde"
)

// show fills in a frame.
func (r *classRun) show(ctx context.Context, f *exhibit.Frame) error {
	u := r.subject
	t := r.legs[0].now.Time
	f.Figures = map[string]figure.Figure{}
	var certain [2]float64
	for k, id := range []string{"steered", "told"} {
		l := r.legs[k]
		logs, err := r.classifier.LogProb(ctx, l.now.X, t, r.cond())
		if err != nil {
			return err
		}
		for _, v := range logs {
			certain[k] += math.Exp(v) / float64(r.n)
		}
		r.lines[k].Add(u.sde.T()-t, certain[k])
		side := []string{"steered", "told the class"}[k]
		f.Readouts = append(f.Readouts, exhibit.Readout{ID: id, Name: "Certainty, " + side, Value: 100 * certain[k], Unit: "%", Tip: "Mean of p(y|x) at this noise level."})
		if u.exact == nil {
			f.Figures[id] = u.pictured(l.now.X, t, columns(r.n), nil)
			continue
		}
		view := u.view(t)
		view.Clouds = []figure.Cloud{{Values: slices.Clone(l.now.X), Colour: []figure.Colour{figure.A, figure.B}[k]}}
		f.Figures[id] = view
		if l.now.Stage == sde.Done {
			_, width := r.judge.modes(l.now.X, t)
			f.Readouts = append(f.Readouts, exhibit.Readout{ID: id + "-width", Name: "Width, " + side, Value: 100 * width, Unit: "%",
				Tip: "Root mean square distance from the middle of the class, as a part of what is right. Points of another class make it large."},
				exhibit.Readout{ID: id + "-distance", Name: "Distance, " + side, Value: r.judge.distance(l.now.X, t), Tip: "Energy distance to points of the class alone: 0 up to chance where all is right."})
		}
	}
	var err error
	if f.Figures["gradient"], err = r.gradient(ctx, t); err != nil {
		return err
	}
	f.Figures["certainty"] = &figure.Plot{X: figure.Axis{Label: "1 − t", Min: 0, Max: 1}, Y: figure.Axis{Label: "p(y|x)", Min: 0, Max: 1},
		Curves: []figure.Curve{r.lines[0].Curve("steered", figure.A), r.lines[1].Curve("told the class", figure.B)}}
	predictor, err := r.legs[0].predictorEquation()
	if err != nil {
		return err
	}
	f.Equations = []exhibit.Equation{steeredEquation(r.strength), predictor}
	if r.legs[0].Corrector != sde.NoCorrector {
		f.Equations = append(f.Equations, correctorEquation(r.legs[0].Corrector, r.legs[0].size))
	}
	f.Words = fmt.Sprintf("%s, %s, %s: the classifier is %.0f %% certain at the steered side, %.0f %% where the class is told.", u.name, r.className(), f.Label, 100*certain[0], 100*certain[1])
	return nil
}

// gradient is the panel of the classifier's gradient at a time.
func (r *classRun) gradient(ctx context.Context, t float64) (figure.Figure, error) {
	u := r.subject
	if u.exact != nil {
		view := u.view(t)
		var err error
		view.Arrows, err = r.arrows(ctx, t)
		return view, err
	}
	times := make([]float64, r.n)
	for k := range times {
		times[k] = t
	}
	values := make([]float32, len(r.legs[0].now.X))
	if err := r.classifier.Gradient(ctx, r.legs[0].now.X, times, r.cond(), values); err != nil {
		return nil, err
	}
	p := u.grid(values, columns(r.n), nil)
	high := 1e-9
	for _, v := range values {
		high = max(high, math.Abs(float64(v)))
	}
	p.Map, p.Low, p.High = figure.Signed, -high, high
	return p, nil
}

// arrowsAcross is how many stand beside each other.
const arrowsAcross = 15

// arrows are the classifier's gradient over the view, lengths compressed: r/(1+r) for r
// times the median.
func (r *classRun) arrows(ctx context.Context, t float64) ([]figure.Arrows, error) {
	half := r.subject.half(t)
	space := 2 * half / arrowsAcross
	const n = arrowsAcross * arrowsAcross
	xs, times := make([]float32, 0, 2*n), make([]float64, n)
	for k := range n {
		xs = append(xs, float32(-half+(float64(k%arrowsAcross)+.5)*space), float32(-half+(float64(k/arrowsAcross)+.5)*space))
		times[k] = t
	}
	gradient := make([]float32, 2*n)
	if err := r.classifier.Gradient(ctx, xs, times, diffusion.Cond{Class: chain.Same(r.class, n)}, gradient); err != nil {
		return nil, err
	}
	lengths := make([]float64, n)
	for k := range lengths {
		lengths[k] = math.Hypot(float64(gradient[2*k]), float64(gradient[2*k+1]))
	}
	median := max(1e-12, slices.Sorted(slices.Values(lengths))[n/2])
	values := make([]float32, 0, 4*n)
	for k, length := range lengths {
		factor := float32(1.2 * space / (median + length))
		values = append(values, xs[2*k], xs[2*k+1], factor*gradient[2*k], factor*gradient[2*k+1])
	}
	return []figure.Arrows{{Values: values, Scale: 1, Colour: figure.D}}, nil
}

// steeredEquation is eq. 14 with the strength.
func steeredEquation(strength float64) exhibit.Equation {
	scale := ml.Symbol{Math: ml.I("γ"), Tip: "The strength that you set: 1 in the paper."}
	grad := func(of string) string {
		return ml.Row(ml.O("∇"), ml.I("log"), ml.Sub(ml.I("p"), ml.I("t")), ml.Parens(of))
	}
	steered := ml.Symbol{Math: grad(ml.Row(ml.I("x"), ml.O("|"), ml.I("y"))), Tip: "The score of the class y alone."}
	free := ml.Symbol{Math: grad(ml.I("x")), Tip: "The score without classes."}
	guide := ml.Symbol{Math: grad(ml.Row(ml.I("y"), ml.O("|"), ml.I("x"))), Tip: "The classifier’s gradient: how x must change for y to become more certain."}
	return exhibit.Equation{
		Caption: "Bayes’ rule for scores, with a strength",
		Symbols: ml.Line(ml.Of(steered), ml.O("="), ml.Of(free), ml.O("+"), ml.Of(scale), ml.Of(guide)),
		Numbers: ml.Line(steered.Math, ml.O("="), free.Math, ml.Plus(strength, guide.Math)),
	}
}
