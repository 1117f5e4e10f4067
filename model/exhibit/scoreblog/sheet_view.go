package scoreblog

import (
	"fmt"
	"math"
	"slices"

	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
	"unnoise/model/figure"
)

// Cells of the sheet's density.
const (
	sheetW = 160
	sheetH = 120
)

// root is √x, 0 where rounding has made x negative.
func root(x float64) float64 { return math.Sqrt(max(0, x)) }

// sheetView is where times and values are on the sheet.
type sheetView struct {
	r       *sheet
	scaled  bool
	reach   float64 // of the values shown
	density *figure.Density
}

func newSheetView(r *sheet) sheetView {
	v := sheetView{r: r, scaled: r.state.On("scaled"), reach: 3.2}
	if !v.scaled {
		v.reach = max(2, 3.2*max(r.spread(1), r.spread(0)))
	}
	v.density = v.behind()
	return v
}

// spread is the standard deviation of the numbers at a time.
func (r *sheet) spread(t float64) float64 {
	var mean, square float64
	scale, std := r.law.Marginal(t)
	for _, c := range r.exact.Data.Components() {
		mean += c.Weight * c.Mean[0]
		square += c.Weight * (c.Mean[0]*c.Mean[0] + c.Std*c.Std)
	}
	return math.Sqrt(scale*scale*(square-mean*mean) + std*std)
}

// unit is what a value of 1 on the sheet is.
func (v sheetView) unit(t float64) float64 {
	if v.scaled {
		return v.r.spread(t)
	}
	return 1
}

// across is where a time is on the sheet: 0 to 1 there, 1 to 2 back.
func (v sheetView) across(t float64, back bool) float64 {
	if back {
		return 2 - t
	}
	return t
}

// label names the values.
func (v sheetView) label() string {
	if v.scaled {
		return "x over its deviation"
	}
	return "x"
}

// behind is the density of every time, divided by its largest.
func (v sheetView) behind() *figure.Density {
	d := &figure.Density{W: sheetW, H: sheetH, Values: make([]float32, sheetW*sheetH), High: 1, Colour: figure.Quiet}
	for c := range sheetW {
		t := 2 * (float64(c) + .5) / sheetW
		if t > 1 {
			t = 2 - t
		}
		column := make([]float64, sheetH)
		for row, now := 0, v.r.exact.At(t); row < sheetH; row++ {
			y := v.reach * (1 - 2*(float64(row)+.5)/sheetH)
			column[row] = math.Exp(now.LogDensity([]float64{y * v.unit(t)}))
		}
		top := slices.Max(column)
		for row, p := range column {
			d.Values[row*sheetW+c] = float32(p / max(top, 1e-300))
		}
	}
	return d
}

func (v sheetView) plane() *figure.Plane {
	own := *v.density
	own.Values = slices.Clone(own.Values)
	p := &figure.Plane{X: figure.Axis{Label: "time: into noise until 1, then back", Min: 0, Max: 2}, Y: figure.Axis{Label: v.label(), Min: -v.reach, Max: v.reach}, Density: &own}
	shown := v.r.state.Text("shown")
	add := func(paths [][]float32, colour figure.Colour, name string) {
		var heads []float32
		for i, path := range paths {
			named := ""
			if i == 0 {
				named = name
			}
			p.Paths = append(p.Paths, figure.Path{Values: slices.Clone(path), Colour: colour, Name: named})
			heads = append(heads, path[len(path)-2:]...)
		}
		if len(heads) > 0 {
			p.Clouds = append(p.Clouds, figure.Cloud{Values: heads, Colour: colour, Size: 7})
		}
	}
	for k, way := range v.r.traces {
		if shown != "ode" {
			add(way.sde, []figure.Colour{figure.Forward, figure.Reverse}[k], []string{"SDE", "reverse SDE"}[k])
		}
		if shown != "sde" {
			add(way.ode, figure.D, []string{"ODE", ""}[k])
		}
		if v.r.back && k == 0 {
			p.Clouds = nil // nothing is there any more
		}
	}
	return p
}

func (r *sheet) frame(t float64, k int) exhibit.Frame {
	way, name := r.traces[0], "into noise"
	if r.back {
		way, name = r.traces[1], "back"
	}
	bySDE, byODE := r.distance(r.sde, t), r.distance(r.ode, t)
	variance := r.spread(t) * r.spread(t)
	f := exhibit.Frame{
		Index: r.made, Total: r.total, Label: fmt.Sprintf("t = %.2f, %s", t, name),
		Figures: map[string]figure.Figure{"sheet": r.view.plane(), "now": r.now(t), "noise": r.noise(t)},
		Readouts: []exhibit.Readout{
			{ID: "variance", Name: "Variance, exactly", Value: variance, Tip: "Of the density at this time."},
			{ID: "variance-sde", Name: "Variance by the SDE", Value: varianceOf(r.sde), Tip: "Of all numbers now."},
			{ID: "variance-ode", Name: "Variance by the ODE", Value: varianceOf(r.ode), Tip: "Of all numbers now."},
			{ID: "distance-sde", Name: "SDE from the density", Value: bySDE, Tip: "How far a number must move on average so that all have the exact density; chance leaves a little."},
			{ID: "distance-ode", Name: "ODE from the density", Value: byODE, Tip: "The same for the ODE."},
			{ID: "crossings-sde", Name: "Crossings of SDE paths", Value: float64(crossings(way.sde)), Tip: "How often two of the traced numbers have changed places on this way."},
			{ID: "crossings-ode", Name: "Crossings of ODE paths", Value: float64(crossings(way.ode)), Tip: "An ODE’s paths cannot cross: two that met would be one. In more than one dimension they need not meet at all."},
		},
		Equations: sheetEquations(r.law, t),
		Words: fmt.Sprintf("Going %s at t = %.2f under the %s SDE: the variance is %.3f, by the SDE %.3f and by the ODE %.3f. Paths of the SDE have crossed %d times on this way, those of the ODE %d times.",
			name, t, r.law.Name(), variance, varianceOf(r.sde), varianceOf(r.ode), crossings(way.sde), crossings(way.ode)),
	}
	r.made++
	return f
}

func varianceOf(x []float32) float64 {
	mean := chain.Mean(x)
	var sum float64
	for _, v := range x {
		sum += (float64(v) - mean) * (float64(v) - mean)
	}
	return sum / float64(len(x))
}

// distance is Wasserstein's first distance between the numbers and as many quantiles of
// the exact density.
func (r *sheet) distance(x []float32, t float64) float64 {
	sorted := slices.Clone(x)
	slices.Sort(sorted)
	below := r.cumulative(t)
	var sum float64
	low, far := -1e4, 1e4
	for i, v := range sorted {
		want := (float64(i) + .5) / float64(len(sorted))
		a, b := low, far
		for range 50 {
			if middle := (a + b) / 2; below(middle) < want {
				a = middle
			} else {
				b = middle
			}
		}
		low = a
		sum += math.Abs(float64(v) - a)
	}
	return sum / float64(len(sorted))
}

// cumulative is the probability below a value at time t.
func (r *sheet) cumulative(t float64) func(x float64) float64 {
	parts := r.exact.At(t).Components()
	return func(x float64) float64 {
		var sum float64
		for _, c := range parts {
			sum += c.Weight / 2 * math.Erfc((c.Mean[0]-x)/(c.Std*math.Sqrt2))
		}
		return sum
	}
}

// now is the shares of all numbers over the exact density.
func (r *sheet) now(t float64) *figure.Plot {
	const bins = 44
	reach, unit := r.view.reach, r.view.unit(t)
	if !r.view.scaled { // as wide as this time's density is
		reach = max(1.8, 3.2*r.spread(t))
	}
	width := 2 * reach / bins
	centre := func(i int) float64 { return -reach + (float64(i)+.5)*width }
	top := 0.0
	points := func(name string, x []float32, colour figure.Colour) figure.Curve {
		var count [bins]float64
		for _, v := range x {
			if k := int(math.Floor((float64(v)/unit + reach) / width)); k >= 0 && k < bins {
				count[k]++
			}
		}
		c := chain.CurveOf(name, colour, bins, centre, func(i int) float64 {
			share := count[i] / float64(len(x)) / width
			top = max(top, share)
			return share
		})
		c.Points = true
		return c
	}
	below := r.cumulative(t)
	exact := chain.CurveOf("exact", figure.Quiet, bins, centre, func(i int) float64 {
		p := (below((centre(i)+width/2)*unit) - below((centre(i)-width/2)*unit)) / width
		top = max(top, p)
		return p
	})
	colour := figure.Forward
	if r.back {
		colour = figure.Reverse
	}
	curves := []figure.Curve{exact}
	if r.state.Text("shown") != "ode" {
		curves = append(curves, points("SDE", r.sde, colour))
	}
	if r.state.Text("shown") != "sde" {
		curves = append(curves, points("ODE", r.ode, figure.D))
	}
	return &figure.Plot{X: figure.Axis{Label: r.view.label(), Min: -reach, Max: reach}, Y: figure.Axis{Label: "density", Min: 0, Max: 1.05 * top}, Curves: curves}
}

// noise is scale and deviation over time.
func (r *sheet) noise(t float64) *figure.Plot {
	const n = 100
	at := func(i int) float64 { return float64(i) / (n - 1) }
	scale := chain.CurveOf("scale", figure.A, n, at, func(i int) float64 { s, _ := r.law.Marginal(at(i)); return s })
	std := chain.CurveOf("std", figure.B, n, at, func(i int) float64 { _, s := r.law.Marginal(at(i)); return s })
	return &figure.Plot{X: figure.Axis{Label: "t", Min: 0, Max: 1}, Y: figure.Axis{}, Curves: []figure.Curve{scale, std},
		Marks: []figure.Mark{{Name: "now", At: t, Colour: figure.Quiet}}}
}
