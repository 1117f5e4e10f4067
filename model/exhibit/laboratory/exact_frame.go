package laboratory

import (
	"fmt"
	"slices"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
	"unnoise/model/figure"
	"unnoise/model/plane"
)

// distance is how far points are from the exact distribution at a level.
func (r *exact) distance(points []float32, l diffusion.Level) float64 {
	truth := make([]float32, len(r.reference[0]))
	diffusion.QSample(truth, r.reference[0], r.reference[1], l.AlphaBar)
	return plane.EnergyDistance(points[:min(len(points), 2*measured)], truth)
}

// measure adds the distances of the last points on the way back.
func (r *exact) measure(l diffusion.Level) {
	r.ofSDE.add(moment(l), r.distance(r.backSDE[len(r.backSDE)-1], l))
	r.ofODE.add(moment(l), r.distance(r.backO[len(r.backO)-1], l))
}

// moment is how the timeline counts: 0 is x_0, and T noise.
func moment(l diffusion.Level) float64 { return l.Time + 1 }

// show emits the frame of that index; back says in which direction time goes.
func (r *exact) show(index int, l diffusion.Level, back bool) {
	left, right := r.forward, r.forward
	colour, what := figure.Forward, "forward"
	if r.flow != nil {
		right = r.flow[:len(left)]
	}
	if back {
		left, right, colour, what = r.backSDE, r.backO, figure.Reverse, "back"
		r.measure(l)
	} else {
		r.floor.add(moment(l), r.distance(r.forward[len(r.forward)-1], l))
	}
	n := r.data.noised(l)
	behind := r.behind(n, l)
	f := exhibit.Frame{
		Index: index, Total: 2*r.steps() + 1, Label: fmt.Sprintf("t = %.0f, %s", moment(l), what),
		Figures: map[string]figure.Figure{
			"sde":      r.view(behind, left, colour),
			"ode":      r.view(behind, right, colour),
			"distance": r.plot(l),
		},
		Readouts:  r.readouts(l, left[len(left)-1], right[len(right)-1], back),
		Equations: r.equations(l, index),
	}
	if index == 0 {
		view := square(dataHalf)
		view.Density = density(n, dataHalf, figure.C)
		view.Clouds = clouds(r.forward[0], 0, figure.Forward, "")
		f.Figures["data"] = view
	}
	f.Words = r.words(l, back)
	r.emit(f)
}

// background is what both panels show behind their particles at a level.
type background struct {
	density *figure.Density
	arrows  []figure.Arrows
}

// behind is computed on the way to noise, and used again on the way back.
func (r *exact) behind(n plane.Noised, l diffusion.Level) background {
	if known, ok := r.backgrounds[l]; ok {
		return known
	}
	out := background{density: density(n, half, figure.C)}
	if name := r.state.Text("field"); name != "none" {
		out.arrows = []figure.Arrows{field(r.data.exactField(name, l), half, figure.Quiet)}
	}
	r.backgrounds[l] = out
	return out
}

// view is a panel of its own: no slice is shared with another.
func (r *exact) view(behind background, moments [][]float32, colour figure.Colour) *figure.Plane {
	view := square(half)
	own := *behind.density
	own.Values = slices.Clone(own.Values)
	view.Density = &own
	for _, a := range behind.arrows {
		a.Values = slices.Clone(a.Values)
		view.Arrows = append(view.Arrows, a)
	}
	view.Paths = paths(moments, r.marked, figure.D)
	view.Clouds = clouds(moments[len(moments)-1], r.marked, colour, "")
	return view
}

func (r *exact) plot(l diffusion.Level) *figure.Plot {
	line := func(name string, c curve, colour figure.Colour) figure.Curve {
		return figure.Curve{Name: name, X: append([]float32(nil), c.t...), Y: append([]float32(nil), c.value...), Colour: colour}
	}
	p := &figure.Plot{
		X: figure.Axis{Label: "t", Min: 0, Max: timesteps}, Y: figure.Axis{Label: "energy distance", Min: -.01, Max: r.most()},
		Curves: []figure.Curve{line("noised data", r.floor, figure.Quiet)},
		Marks:  []figure.Mark{{Name: "now", At: moment(l), Colour: figure.Quiet}},
	}
	if len(r.ofSDE.t) > 0 {
		p.Curves = append(p.Curves, line("SDE", r.ofSDE, figure.B), line("ODE", r.ofODE, figure.C))
	}
	return p
}

// most is where the plot's axis ends: above all distances so far, and never so low
// that chance alone fills it.
func (r *exact) most() float64 {
	most := float32(.05)
	for _, c := range []curve{r.floor, r.ofSDE, r.ofODE} {
		for _, v := range c.value {
			most = max(most, 1.1*v)
		}
	}
	return float64(most)
}
