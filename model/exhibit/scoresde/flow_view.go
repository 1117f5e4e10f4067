package scoresde

import (
	"fmt"
	"math"
	"slices"

	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
	"unnoise/model/figure"
)

// runColours tell the tolerances apart, the loosest first.
var runColours = []figure.Colour{figure.Quiet, figure.D, figure.C, figure.B, figure.A}

// show fills in the frame of a step of run k, which has come to t.
func (r *flowing) show(f *exhibit.Frame, k int, t float64) {
	run := r.runs[k]
	f.Label = fmt.Sprintf("%s, t = %.3f", power(run.power), t)
	f.Total = 0
	if run.done && k == len(r.runs)-1 {
		f.Total = f.Index + 1
	}
	f.Figures = map[string]figure.Figure{
		"ends":  r.ends(k, t),
		"ways":  r.ways(k),
		"steps": r.sizes(k),
		"table": r.table(k),
	}
	f.Readouts = nil
	for _, run := range r.runs[:k+1] {
		id := fmt.Sprintf("nfe-%d", run.power)
		f.Readouts = append(f.Readouts, exhibit.Readout{ID: id, Name: "Evaluations at " + power(run.power), Value: float64(run.state.NFE), Tip: "How often the score has been asked for."})
	}
	if run.done && k == len(r.runs)-1 {
		for _, loose := range r.runs[:k] {
			f.Readouts = append(f.Readouts, exhibit.Readout{ID: fmt.Sprintf("error-%d", loose.power), Name: "Error at " + power(loose.power), Value: chain.RMS(loose.now, run.now),
				Tip: "Root mean square distance from the results of the tightest tolerance."})
		}
	}
	f.Equations = []exhibit.Equation{flowEquation(r.subject.sde, t), marginalEquation(r.subject.sde, t)}
	f.Words = fmt.Sprintf("%s: the solution with a tolerance of %s has come to t = %.3f after %d steps, %d of them rejected, and %d evaluations.",
		r.subject.name, power(run.power), t, run.state.Accepted+run.state.Rejected, run.state.Rejected, run.state.NFE)
}

// ends are where the runs are.
func (r *flowing) ends(k int, t float64) figure.Figure {
	u := r.subject
	if u.exact != nil {
		view := u.view(t)
		xs := r.runs[k].now
		view.Clouds = []figure.Cloud{{Values: slices.Clone(xs), Colour: figure.A}, {Values: slices.Clone(xs[:2*min(marked, r.n)]), Colour: figure.D, Size: 7}}
		return view
	}
	var all *figure.Pictures
	for i, run := range r.runs {
		at := u.sde.T()
		if i <= k {
			at = run.t[len(run.t)-1]
		}
		row := u.pictured(run.now, at, r.n, nil)
		if all == nil {
			all = row
		} else {
			all.Values = append(all.Values, row.Values...)
		}
		all.Rows = append(all.Rows, power(run.power))
	}
	return all
}

// ways are those of the marked values through time.
func (r *flowing) ways(k int) *figure.Plane {
	p := &figure.Plane{X: figure.Axis{Label: "t", Min: 0, Max: r.subject.sde.T()}, Y: figure.Axis{Label: "x / size", Min: -2.5, Max: 2.5}}
	paths := func(run *solution, colour figure.Colour) {
		for m := range run.ways[0] {
			values := make([]float32, 0, 2*len(run.t))
			for i, t := range run.t {
				values = append(values, float32(t), run.ways[i][m])
			}
			p.Paths = append(p.Paths, figure.Path{Values: values, Colour: colour})
		}
	}
	if k > 0 {
		paths(r.runs[k-1], figure.Quiet)
	}
	run := r.runs[k]
	paths(run, figure.A)
	var dots []float32
	for i, t := range run.t {
		for _, v := range run.ways[i] {
			dots = append(dots, float32(t), v)
		}
	}
	p.Clouds = []figure.Cloud{{Values: dots, Colour: figure.A, Size: 5}}
	return p
}

// sizes are those of the steps, by where they begin.
func (r *flowing) sizes(k int) *figure.Plot {
	p := &figure.Plot{X: figure.Axis{Label: "t", Min: 0, Max: r.subject.sde.T()}, Y: figure.Axis{Label: "step", Min: .05, Max: 1, Log: true}}
	for i, run := range r.runs[:k+1] {
		var l chain.Line
		for j, t := range run.t[:len(run.t)-1] {
			l.Add(t, math.Abs(run.t[j+1]-t))
		}
		c := l.Curve(power(run.power), runColours[i])
		p.Curves = append(p.Curves, c)
		for _, y := range l.Y {
			p.Y.Min = min(p.Y.Min, float64(y))
		}
	}
	return p
}

// table is the work of each run, and at the end what it was worth.
func (r *flowing) table(k int) *figure.Table {
	t := &figure.Table{Header: []string{"tolerance", "NFE", "steps", "rejected", "error"}}
	tightest := r.runs[len(r.runs)-1]
	for i, run := range r.runs {
		row := []string{power(run.power), "", "", "", ""}
		if i <= k {
			row = []string{power(run.power), fmt.Sprint(run.state.NFE), fmt.Sprint(run.state.Accepted), fmt.Sprint(run.state.Rejected), "not yet"}
			if tightest.done {
				row[4] = fmt.Sprintf("%.2g", chain.RMS(run.now, tightest.now))
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
