package scoresde

import (
	"fmt"
	"slices"

	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
	"unnoise/model/figure"
	"unnoise/model/sde"
)

// race is two samplers side by side, step by step.
type race struct {
	subject     *subject
	judge       judge
	n           int
	left, right *leg
	real        []float32 // pictures

	lines [2]chain.Line // what is left over, by evaluations
}

// sides are both, for what is done twice.
func (r *race) sides() [2]*leg { return [2]*leg{r.left, r.right} }

// leftOver is the noise that should not be there: see the panel "error".
func (r *race) leftOver(l *leg) float64 {
	if r.subject.exact != nil {
		return r.judge.excess(l.now.X, l.now.Time)
	}
	return grain(l.now.X, r.subject.info.Height, r.subject.info.Width)
}

// show fills in a frame.
func (r *race) show(f *exhibit.Frame) error {
	u := r.subject
	f.Figures = map[string]figure.Figure{}
	for k, l := range r.sides() {
		id := []string{"left", "right"}[k]
		over := r.leftOver(l)
		r.lines[k].Add(float64(l.now.NFE), over)
		if u.exact != nil {
			view := u.view(l.now.Time)
			view.Clouds = []figure.Cloud{{Values: slices.Clone(l.now.X), Colour: []figure.Colour{figure.A, figure.B}[k]}}
			f.Figures[id] = view
		} else {
			f.Figures[id] = u.pictured(l.now.X, l.now.Time, columns(r.n), nil)
		}
		f.Readouts = append(f.Readouts, r.readouts(id, l, over)...)
	}
	f.Figures["error"] = r.plot()
	r.answer(f)
	predictor, err := r.left.predictorEquation()
	if err != nil {
		return err
	}
	f.Equations = []exhibit.Equation{forwardEquation(u.sde, r.left.now.Time), predictor}
	if r.left.Corrector != sde.NoCorrector {
		f.Equations = append(f.Equations, correctorEquation(r.left.Corrector, r.left.size))
	}
	f.Words = fmt.Sprintf("%s under the %s SDE, %s, after %d evaluations. Left over: %.3f with the corrector, at the left, and %.3f by the predictor alone, at the right.",
		u.name, u.sde.Name(), f.Label, r.left.now.NFE, last(r.lines[0]), last(r.lines[1]))
	return nil
}

// columns is a grid that is about square.
func columns(n int) int {
	c := 1
	for c*c < n {
		c++
	}
	return c
}

func last(l chain.Line) float64 { return float64(l.Y[len(l.Y)-1]) }

func (r *race) readouts(id string, l *leg, over float64) []exhibit.Readout {
	side := []string{"both", "predictor alone"}[slices.Index([]string{"left", "right"}, id)]
	out := []exhibit.Readout{{ID: id + "-nfe", Name: "Evaluations, " + side, Value: float64(l.now.NFE), Tip: "How often the score has been asked for so far."}}
	if r.subject.exact == nil {
		return append(out, exhibit.Readout{ID: id, Name: "Grain, " + side, Value: over, Tip: "Root mean square difference of a pixel from the mean of its neighbours."})
	}
	out = append(out,
		exhibit.Readout{ID: id, Name: "Left over, " + side, Value: over, Unit: "nats", Tip: "By how much the points lie in less probable places than points of this noise level do. Above 0 they are spread too widely, below 0 they crowd."},
		exhibit.Readout{ID: id + "-distance", Name: "Distance, " + side, Value: r.judge.distance(l.now.X, l.now.Time), Tip: "Energy distance to points of the exact distribution at this noise level: 0 up to chance where all is right."})
	if l.now.Stage == sde.Done {
		_, width := r.judge.modes(l.now.X, l.now.Time)
		_, right := r.judge.modes(r.judge.truth(l.now.Time, 4*measured), l.now.Time) // 1 where modes do not overlap
		out = append(out, exhibit.Readout{ID: id + "-width", Name: "Width of the modes, " + side, Value: 100 * width / right, Unit: "%", Tip: "How wide the points lie round the modes’ middles: 100 is right."})
	}
	return out
}

func (r *race) plot() *figure.Plot {
	p := &figure.Plot{X: figure.Axis{Label: "evaluations of the score", Min: 0, Max: float64(r.right.NFE())}, Y: figure.Axis{Label: "nats"},
		Curves: []figure.Curve{r.lines[0].Curve("predictor and corrector", figure.A), r.lines[1].Curve("predictor alone", figure.B)}}
	right := figure.Mark{Name: "right", At: 0, Horizontal: true, Colour: figure.Quiet}
	if r.subject.exact == nil {
		p.Y.Label, right.Name, right.At = "grain", "real pictures", grain(r.real, r.subject.info.Height, r.subject.info.Width)
	}
	p.Marks = []figure.Mark{right}
	return p
}

// answer shows what is right.
func (r *race) answer(f *exhibit.Frame) {
	if r.subject.exact == nil {
		if f.Index == 0 {
			n := min(r.n, len(r.real)/r.subject.elems)
			every := len(r.real) / r.subject.elems / n
			var shown []float32
			for k := range n {
				shown = append(shown, r.real[k*every*r.subject.elems:][:r.subject.elems]...)
			}
			f.Figures["right-answer"] = r.subject.grid(shown, columns(n), nil)
			f.Readouts = append(f.Readouts, exhibit.Readout{ID: "real", Name: "Grain, real pictures", Value: grain(r.real, r.subject.info.Height, r.subject.info.Width), Tip: "The same measure of the real pictures that the site has."})
		}
		return
	}
	truth := r.subject.exact.Data.Components()
	p := &figure.Plot{X: figure.Axis{Label: "mode"}, Y: figure.Axis{Label: "share"}}
	shares := func(k int) []float64 {
		found, _ := r.judge.modes(r.sides()[k].now.X, r.sides()[k].now.Time)
		return found
	}
	of := [3]func(i int) float64{func(i int) float64 { return truth[i].Weight }, nil, nil}
	for k := range 2 {
		found := shares(k)
		of[k+1] = func(i int) float64 { return found[i] }
	}
	for k, name := range []string{"true", "predictor and corrector", "predictor alone"} {
		c := chain.CurveOf(name, []figure.Colour{figure.Quiet, figure.A, figure.B}[k], len(truth), func(i int) float64 { return float64(i + 1) }, of[k])
		c.Points = true
		p.Curves = append(p.Curves, c)
	}
	p.X.Min, p.X.Max, p.Y.Max = 0, float64(len(truth)+1), 1
	if len(truth) > 3 {
		p.Y.Max = 2.5 / float64(len(truth))
	}
	f.Figures["right-answer"] = p
}
