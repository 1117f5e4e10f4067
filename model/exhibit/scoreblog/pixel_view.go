package scoreblog

import (
	"fmt"
	"math"
	"slices"

	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
	"unnoise/model/figure"
	m "unnoise/model/mathml"
	"unnoise/model/rng"
	"unnoise/model/sde"
)

// pixelReach is how far values of the pixel are shown.
const pixelReach = 3

func (r *pixel) random(purpose string) *rng.Generator {
	return rng.ForName(r.state.Seed("seed"), "pixel-sheet."+purpose)
}

// quieter is how much less the noise of a mean of the watched pixels is than that of one.
func (r *pixel) quieter() float64 { return 1 / math.Sqrt(float64(len(r.cells))) }

// at is the density of the watched value at a time.
func (r *pixel) at(t float64) *sde.Mixture {
	if t == 0 {
		return r.data
	}
	scale, std := r.law.Marginal(t)
	return r.data.At(scale, std*r.quieter())
}

// behind is the density of every time.
func (r *pixel) behind() *figure.Density {
	d := &figure.Density{W: sheetW, H: sheetH, Values: make([]float32, sheetW*sheetH), High: 1, Colour: figure.Quiet}
	for c := range sheetW {
		t := 2 * (float64(c) + .5) / sheetW
		if t > 1 {
			t = 2 - t
		}
		now := r.at(t)
		top := 0.0
		column := make([]float64, sheetH)
		for row := range column {
			column[row] = math.Exp(now.LogDensity([]float64{pixelReach * (1 - 2*(float64(row)+.5)/sheetH)}))
			top = max(top, column[row])
		}
		for row, p := range column {
			// Its root: beside the black of most pictures the greys could not be seen.
			d.Values[row*sheetW+c] = float32(math.Sqrt(p / max(top, 1e-300)))
		}
	}
	return d
}

// frame is a moment; x is where the paths of the way into noise are.
func (r *pixel) frame(t float64, back bool, x []float32) exhibit.Frame {
	f := exhibit.Frame{
		Index: r.made, Total: r.total, Label: fmt.Sprintf("t = %.2f, into noise", t),
		Figures:   map[string]figure.Figure{"sheet": r.sheet(), "pictures": r.pictures(t)},
		Equations: sheetEquations(r.law, max(t, 1e-3)),
	}
	mean, spread := r.moments(t)
	f.Readouts = []exhibit.Readout{
		{ID: "mean", Name: "Mean by real pictures", Value: mean, Tip: "Of the watched value at this time."},
		{ID: "spread", Name: "Deviation by real pictures", Value: spread, Tip: "How far it is from its mean, by real pictures with the noise of this time."},
	}
	values := x
	f.Words = fmt.Sprintf("Into noise at t = %.2f: by real pictures the watched value has the mean %.2f and the deviation %.2f.", t, mean, spread)
	if back {
		f.Label = fmt.Sprintf("t = %.2f, back", t)
		f.Equations = append(f.Equations, r.stepEquation(t))
		values = nil
		for _, path := range r.back {
			values = append(values, path[len(path)-1])
		}
		n := len(values) - 1
		apart := math.Sqrt(varianceOf(values[:n]))
		f.Readouts = append(f.Readouts,
			exhibit.Readout{ID: "ode", Name: "ODE", Value: float64(values[n]), Tip: "The watched value of the ODE’s picture."},
			exhibit.Readout{ID: "sde", Name: "Mean of the SDE’s runs", Value: chain.Mean(values[:n]), Tip: "Of their watched values."},
			exhibit.Readout{ID: "apart", Name: "Deviation of the SDE’s runs", Value: apart, Tip: "All came from the same noise: what sets them apart is their shaking."})
		f.Words = fmt.Sprintf("Back at t = %.2f: the watched value is %.2f by the ODE and on average %.2f by %d runs of the SDE, %.2f apart; by real pictures its mean is %.2f.",
			t, values[n], chain.Mean(values[:n]), n, apart, mean)
	}
	f.Figures["now"] = r.now(t, values, back)
	r.made++
	return f
}

func (r *pixel) moments(t float64) (mean, spread float64) {
	var square float64
	for _, c := range r.at(t).Components() {
		mean += c.Weight * c.Mean[0]
		square += c.Weight * (c.Mean[0]*c.Mean[0] + c.Std*c.Std)
	}
	return mean, root(square - mean*mean)
}

func (r *pixel) sheet() *figure.Plane {
	own := *r.density
	own.Values = slices.Clone(own.Values)
	p := &figure.Plane{X: figure.Axis{Label: "time: into noise until 1, then back", Min: 0, Max: 2}, Y: figure.Axis{Label: "value", Min: -pixelReach, Max: pixelReach}, Density: &own}
	add := func(path []float32, colour figure.Colour, name string, head bool) {
		p.Paths = append(p.Paths, figure.Path{Values: slices.Clone(path), Colour: colour, Name: name})
		if head {
			p.Clouds = append(p.Clouds, figure.Cloud{Values: slices.Clone(path[len(path)-2:]), Colour: colour, Size: 7})
		}
	}
	first := func(k int, name string) string {
		if k == 0 {
			return name
		}
		return ""
	}
	for k, path := range r.there {
		add(path, figure.Forward, first(k, "SDE"), r.back == nil)
	}
	for k, path := range r.back {
		if k < len(r.back)-1 {
			add(path, figure.Reverse, first(k, "reverse SDE"), true)
		} else {
			add(path, figure.D, "ODE", true)
		}
	}
	return p
}

// pictures are the real one and those of the runs, as much as can be seen of them.
func (r *pixel) pictures(t float64) *figure.Pictures {
	scale, std := 1.0, 0.0
	if t > 0 {
		scale, std = r.law.Marginal(t)
	}
	factor := float32(1 / max(scale, std))
	elems, n := len(r.real), r.state.Int("runs")+1
	columns := n + 1
	if columns > 4 {
		columns = (columns + 1) / 2
	}
	p := &figure.Pictures{C: 1, H: pixelSide, W: pixelSide, Columns: columns, Map: figure.Tone, Values: slices.Clone(r.real), Captions: []string{"real"}}
	xs := r.xs
	if xs == nil { // into noise: the real picture, noised
		xs = make([]float32, n*elems)
		r.random("noised").Normal(xs)
		for i, z := range xs {
			xs[i] = float32(scale*float64(r.real[i%elems]) + std*float64(z))
		}
	}
	for k := range n {
		for _, v := range xs[k*elems : (k+1)*elems] {
			p.Values = append(p.Values, factor*v)
		}
		switch {
		case r.xs == nil:
			p.Captions = append(p.Captions, "noised")
		case k == n-1:
			p.Captions = append(p.Captions, "ODE")
		default:
			p.Captions = append(p.Captions, fmt.Sprintf("SDE, run %d", k+1))
		}
	}
	return p
}

// now is the density of the watched value, with the runs' values on it.
func (r *pixel) now(t float64, values []float32, back bool) *figure.Plot {
	const n = 180
	now := r.at(t)
	at := func(i int) float64 { return pixelReach * (2*(float64(i)+.5)/n - 1) }
	density := func(x float64) float64 { return math.Exp(now.LogDensity([]float64{x})) }
	curve := chain.CurveOf("real pictures", figure.Quiet, n, at, func(i int) float64 { return density(at(i)) })
	points := func(name string, colour figure.Colour, values []float32) figure.Curve {
		c := figure.Curve{Name: name, Colour: colour, Points: true}
		for _, v := range values {
			c.X, c.Y = append(c.X, v), append(c.Y, float32(density(float64(v))))
		}
		return c
	}
	p := &figure.Plot{X: figure.Axis{Label: "value", Min: -pixelReach, Max: pixelReach}, Y: figure.Axis{Label: "density", Min: 0, Max: 1.05 * float64(slices.Max(curve.Y))}, Curves: []figure.Curve{curve}}
	if back {
		k := len(values) - 1
		p.Curves = append(p.Curves, points("reverse SDE", figure.Reverse, values[:k]), points("ODE", figure.D, values[k:]))
	} else {
		p.Curves = append(p.Curves, points("SDE", figure.Forward, values))
	}
	return p
}

// stepEquation is the step of the SDE back from time t; at the end, the last one.
func (r *pixel) stepEquation(t float64) exhibit.Equation {
	steps := r.state.Int("steps")
	i := min(int(math.Round(float64(steps)*(1-t/r.law.T()))), steps-1)
	ofX, ofScore, std := leap(r.law, r.time(i), r.time(i+1), true)
	a := m.Symbol{Math: m.I("a"), Tip: "How much of x is kept. The three factors are those of a draw of the earlier x, if the picture that the score makes out, (x + std²·score)/scale, were the true one."}
	b := m.Symbol{Math: m.I("b"), Tip: "How far the score leads."}
	c := m.Symbol{Math: m.I("c"), Tip: "How large the fresh noise is: none in the last step, and none by the ODE, which has an a and a b of its own."}
	return exhibit.Equation{
		Caption: "A step back, as the SDE’s runs take it.",
		Symbols: m.Line(m.Of(symX), m.O("←"), m.Of(a), m.Of(symX), m.O("+"), m.Of(b), m.Of(symScoreT), m.O("+"), m.Of(c), m.Of(symZ)),
		Numbers: m.Line(symX.Math, m.O("←"), m.Times(m.Number(ofX), symX.Math), m.Plus(ofScore, symScoreT.Math)) + m.More(m.Plus(std, symZ.Math)),
	}
}
