package scoresde

import (
	"fmt"
	"math"

	"unnoise/model/exhibit"
	"unnoise/model/figure"
	ml "unnoise/model/mathml"
	"unnoise/model/sde"
)

// show fills in a frame of run k at a time.
func (l *likelihood) show(f *exhibit.Frame, k int, t float64, y []float64) {
	f.Label = fmt.Sprintf("%s, t = %.2g", l.runs[k].name, t)
	f.Figures = map[string]figure.Figure{"way": l.way(t, y), "integral": l.integral(k), "runs": l.table(k)}
	f.Readouts = l.readouts(k)
	f.Equations = []exhibit.Equation{l.changeEquation(k), flowEquation(l.subject.sde, t)}
	f.Words = fmt.Sprintf("%s: the run with the %s divergence is at t = %.2g after %d evaluations.", l.subject.name, l.runs[k].name, t, l.runs[k].nfe)
	if mean, se, n := l.estimate(k); n > 0 {
		f.Words += fmt.Sprintf(" %d estimates: %.4f ± %.4f %s.", n, mean, se, l.unit())
	}
}

func (l *likelihood) unit() string {
	if l.subject.exact != nil {
		return "nats"
	}
	return "bits/pixel"
}

// value is what a finished run has found: the mean log density, or bits for each pixel.
func (l *likelihood) value(d *density) float64 {
	var sum float64
	for _, logP := range d.found.LogP {
		sum += logP / float64(l.n)
	}
	if l.subject.exact != nil {
		return sum
	}
	return sde.BitsPerDim(sum, l.subject.elems, -1, 1)
}

// estimate is the mean of the finished estimates up to run k, with its standard error, 0
// where there is only one.
func (l *likelihood) estimate(k int) (mean, standardError float64, n int) {
	var sum, squares float64
	for _, d := range l.runs[:k+1] {
		if d.probe != nil && d.done {
			v := l.value(d)
			sum += v
			squares += v * v
			n++
		}
	}
	if n == 0 {
		return 0, 0, 0
	}
	mean = sum / float64(n)
	if n > 1 {
		variance := max(0, squares-sum*mean) / float64(n-1)
		standardError = math.Sqrt(variance / float64(n))
	}
	return mean, standardError, n
}

func (l *likelihood) trueMean() float64 {
	var sum float64
	for _, v := range l.truth {
		sum += v / float64(l.n)
	}
	return sum
}

func (l *likelihood) way(t float64, y []float64) figure.Figure {
	u := l.subject
	values := make([]float32, len(y))
	for i, v := range y {
		values[i] = float32(v)
	}
	if u.exact == nil {
		return u.pictured(values, t, 1, nil)
	}
	view := u.view(t)
	view.Clouds = []figure.Cloud{{Values: values, Colour: figure.D, Size: 6}}
	return view
}

func (l *likelihood) integral(k int) *figure.Plot {
	p := &figure.Plot{X: figure.Axis{Label: "t", Min: sde.LikelihoodEps, Max: l.subject.sde.T(), Log: l.subject.exact == nil}, Y: figure.Axis{Label: l.unit()}}
	for i, d := range l.runs[:k+1] {
		colour, name := figure.B, ""
		switch {
		case d.probe == nil:
			colour, name = figure.A, "exact divergence"
		case i == 0 || l.runs[i-1].probe == nil:
			name = "estimated"
		}
		p.Curves = append(p.Curves, d.line.Curve(name, colour))
	}
	if l.truth != nil {
		p.Marks = []figure.Mark{{Name: "true", At: l.trueMean(), Horizontal: true, Colour: figure.Quiet}}
	}
	return p
}

func (l *likelihood) table(k int) *figure.Table {
	t := &figure.Table{Header: []string{"divergence", "noise", "change", "together, " + l.unit(), "evaluations"}}
	for _, d := range l.runs[:k+1] {
		row := []string{d.name, "not yet", "not yet", "not yet", fmt.Sprint(d.nfe)}
		if d.done {
			var prior, change float64
			for i := range l.n {
				prior += d.found.Prior[i] / float64(l.n)
				change += d.found.Change[i] / float64(l.n)
			}
			if l.subject.exact == nil {
				prior, change = -prior/math.Ln2/float64(l.subject.elems), -change/math.Ln2/float64(l.subject.elems)
			}
			row = []string{d.name, fmt.Sprintf("%.4f", prior), fmt.Sprintf("%.4f", change), fmt.Sprintf("%.4f", l.value(d)), fmt.Sprint(d.nfe)}
		}
		t.Rows = append(t.Rows, row)
	}
	if l.truth != nil {
		t.Rows = append(t.Rows, []string{"true", "", "", fmt.Sprintf("%.4f", l.trueMean()), ""})
	}
	return t
}

func (l *likelihood) readouts(k int) []exhibit.Readout {
	var out []exhibit.Readout
	if l.truth != nil {
		out = append(out, exhibit.Readout{ID: "true", Name: "True log density", Value: l.trueMean(), Unit: "nats", Tip: "The mean over the points, by the mixture’s formula."})
		if exact := l.runs[0]; exact.done {
			out = append(out, exhibit.Readout{ID: "exact", Name: "With the exact divergence", Value: l.value(exact), Unit: "nats", Tip: "What the ODE finds. What is left of a difference is the solver’s error."})
		}
	}
	if mean, se, n := l.estimate(k); n > 0 {
		out = append(out, exhibit.Readout{ID: "estimated", Name: "Estimated", Value: mean, Unit: l.unit(), Tip: "Mean over the vectors of signs so far."})
		if n > 1 {
			out = append(out, exhibit.Readout{ID: "error", Name: "± estimated", Value: se, Unit: l.unit(), Tip: "Standard error of that mean."})
		}
	}
	return append(out, exhibit.Readout{ID: "nfe", Name: "Evaluations of this run", Value: float64(l.runs[k].nfe), Tip: "How often the score and its divergence have been computed. With a vector of signs each is one pass through the network and one back."})
}

// changeEquation is eq. 39 with the numbers of run k so far; the mean where there are
// several points.
func (l *likelihood) changeEquation(k int) exhibit.Equation {
	log := func(index string) string {
		return ml.Row(ml.I("log"), ml.Sub(ml.I("p"), index), ml.Parens(ml.Sub(ml.I("x"), index)))
	}
	divergence := ml.Symbol{Math: ml.Row(ml.O("∇"), ml.O("·"), ml.I("f")), Tip: "The divergence of the flow: how fast points part from each other there. Estimated by εᵀ·∂f/∂x·ε with random signs ε."}
	e := exhibit.Equation{
		Caption: "The density of the data: that of the noise, and what has changed on the way",
		Symbols: ml.Line(log(ml.N("0")), ml.O("="), log(ml.I("T"))) +
			ml.More(ml.O("+"), ml.SubSup(ml.O("∫"), ml.N("0"), ml.I("T")), ml.Of(divergence), dt),
	}
	if d := l.runs[k]; d.done {
		var prior, change float64
		for i := range l.n {
			prior += d.found.Prior[i] / float64(l.n)
			change += d.found.Change[i] / float64(l.n)
		}
		e.Numbers = ml.Line(ml.Number(prior+change), ml.O("="), ml.Number(prior), ml.O("+"), ml.Parens(ml.Number(change)))
	}
	return e
}
