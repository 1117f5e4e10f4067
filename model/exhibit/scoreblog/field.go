package scoreblog

import (
	"context"
	"fmt"
	"math"
	"slices"

	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
	"unnoise/model/figure"
	"unnoise/model/plane"
	"unnoise/model/rng"
)

const (
	fieldFrames = 50
	trail       = 80        // steps that a trace shows
	compared    = 400       // points that the energy distance compares
	nearlyClean = 1 - 1e-12 // ᾱ of the data themselves
)

// field is one run of Field.
type field struct {
	state   exhibit.State
	entry   plane.Entry
	data    *plane.Mixture
	clean   plane.Noised
	density *figure.Density
	truth   []float32
	far     chain.Line // distance over steps
	moments [][]float32
	total   int
	made    int
}

func runField(ctx context.Context, _ *exhibit.Env, s exhibit.State, emit func(exhibit.Frame)) error {
	entry, err := plane.Find(s.Text("data"))
	if err != nil {
		return err
	}
	f := &field{state: s, entry: entry, data: entry.Mixture()}
	f.clean = f.data.At(nearlyClean)
	f.density = density(f.clean, figure.C)
	f.truth = f.data.Sample(rng.ForName(s.Seed("seed"), "score-field.truth"), compared)
	x := startPoints(s)
	g := rng.ForName(s.Seed("seed"), "score-field.walk")
	steps := s.Int("steps")
	shown := chain.Moments(steps, fieldFrames)
	f.total = len(shown)
	score := exactScore(f.clean)
	for i := 0; ; i++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		f.moments = append(f.moments, slices.Clone(x))
		if slices.Contains(shown, i) {
			emit(f.frame(i))
		}
		if i == steps {
			return nil
		}
		langevin(x, scores(score, x), s.Float("step"), s.Float("shaking"), g)
	}
}

// startPoints are where the particles begin.
func startPoints(s exhibit.State) []float32 {
	x := scattered(rng.ForName(s.Seed("seed"), "score-field.start"), s.Int("particles"))
	for i := range x {
		switch s.Text("start") {
		case "corner":
			x[i] = x[i]/10 - 1.2
		case "middle":
			x[i] /= 10
		}
	}
	return x
}

func (f *field) frame(i int) exhibit.Frame {
	x := f.moments[len(f.moments)-1]
	distance := plane.EnergyDistance(x[:min(len(x), 2*compared)], f.truth)
	f.far.Add(float64(i), distance)
	var logDensity float64
	for k := 0; k < len(x); k += 2 {
		logDensity += f.clean.Moments(float64(x[k]), float64(x[k+1])).LogDensity / float64(len(x)/2)
	}
	mass := f.mass()
	out := exhibit.Frame{
		Index: f.made, Total: f.total, Label: fmt.Sprintf("step %d", i),
		Figures: map[string]figure.Figure{"field": f.view(), "distance": f.plot()},
		Readouts: []exhibit.Readout{
			{ID: "distance", Name: "Distance from the density", Value: distance, Tip: "Energy distance between the particles and points drawn from the density."},
			{ID: "log-density", Name: "Mean log p", Value: logDensity, Tip: "Of the particles. Climbing alone makes it too large: all sit on the peaks."},
			{ID: "log-density-true", Name: "Mean log p of the density’s own points", Value: f.expected(), Tip: "What it is for points drawn from the density."},
			{ID: "z", Name: "Z", Value: mass, Tip: "The integral of the unnormalised density, added up over the cells of the panel."},
		},
		Equations: fieldEquations(f.state, f.clean, x),
		Words: fmt.Sprintf("After %d of %d steps %d particles are at an energy distance of %.4f from the density; their mean log density is %.2f, that of points drawn from it %.2f.",
			i, f.state.Int("steps"), len(x)/2, distance, logDensity, f.expected()),
	}
	if f.entry.Modes > 0 {
		out.Readouts = append(out.Readouts, exhibit.Readout{ID: "modes", Name: "Peaks reached", Value: f.data.Cover(x).Modes, Unit: fmt.Sprintf("of %d", f.entry.Modes), Tip: "The effective number of peaks that have particles: e to the entropy of their shares."})
	}
	if f.made == 0 {
		out.Figures["density"], out.Figures["score"] = f.slices()
	}
	f.made++
	return out
}

// expected is the mean log density of points drawn from the density.
func (f *field) expected() float64 {
	var sum float64
	for k := 0; k < len(f.truth); k += 2 {
		sum += f.clean.Moments(float64(f.truth[k]), float64(f.truth[k+1])).LogDensity
	}
	return sum / float64(len(f.truth)/2)
}

// mass is ∫e^(−f) over the panel.
func (f *field) mass() float64 {
	const area = (2 * half / cells) * (2 * half / cells)
	var sum float64
	for _, v := range f.density.Values {
		sum += float64(v) * area
	}
	return sum * math.Exp(f.state.Float("height"))
}

func (f *field) view() *figure.Plane {
	p := square()
	own := *f.density
	own.Values = slices.Clone(own.Values)
	p.Density = &own
	behind := f.state.Text("behind")
	if behind != "contours" {
		vectors := sampled(exactScore(f.clean))
		p.Arrows = []figure.Arrows{arrows(vectors, typicalLength(vectors), figure.A)}
	}
	if behind != "score" {
		p.Paths = contours(f.density, figure.Quiet)
	}
	y := float32(f.state.Float("line"))
	p.Paths = append(p.Paths, figure.Path{Values: []float32{-half, y, half, y}, Colour: figure.Quiet, Dashed: true})
	x := f.moments[len(f.moments)-1]
	marked := min(f.state.Int("marked"), len(x)/2)
	p.Paths = append(p.Paths, traces(f.moments[max(0, len(f.moments)-trail):], marked, figure.D)...)
	p.Clouds = []figure.Cloud{{Values: slices.Clone(x), Colour: figure.B}}
	if marked > 0 {
		p.Clouds = append(p.Clouds, figure.Cloud{Values: slices.Clone(x[:2*marked]), Colour: figure.D, Size: 7})
	}
	return p
}

func (f *field) plot() *figure.Plot {
	most := float64(slices.Max(f.far.Y))
	return &figure.Plot{
		X: figure.Axis{Label: "step", Min: 0, Max: float64(f.state.Int("steps"))}, Y: figure.Axis{Label: "energy distance", Min: -.01, Max: max(.05, 1.1*most)},
		Curves: []figure.Curve{f.far.Curve("", figure.B)},
		Marks:  []figure.Mark{{Name: "the same", At: 0, Horizontal: true, Colour: figure.Quiet}},
	}
}

// slices are density and score along the line.
func (f *field) slices() (density, score *figure.Plot) {
	const n = 200
	at := func(i int) float64 { return -half + (float64(i)+.5)*2*half/n }
	y := f.state.Float("line")
	height := f.state.Float("height")
	p := func(x float64) float64 { return math.Exp(f.clean.Moments(x, y).LogDensity) }
	slope := func(i int) float64 { return f.clean.Moments(at(i), y).ScoreX }
	// −f = log p + log Z; its slope by differences, as a model has it.
	energySlope := func(i int) float64 {
		const h = 1e-4
		minusF := func(x float64) float64 { return f.clean.Moments(x, y).LogDensity + height }
		return (minusF(at(i)+h) - minusF(at(i)-h)) / (2 * h)
	}
	model := chain.CurveOf("exp(−f), as a model has it", figure.B, n, at, func(i int) float64 { return math.Exp(height) * p(at(i)) })
	model.Dashed = true
	density = &figure.Plot{X: figure.Axis{Label: "x", Min: -half, Max: half}, Y: figure.Axis{Label: "density"},
		Curves: []figure.Curve{chain.CurveOf("p", figure.C, n, at, func(i int) float64 { return p(at(i)) }), model}}
	other := chain.CurveOf("−∂f/∂x", figure.B, n, at, energySlope)
	other.Dashed = true
	score = &figure.Plot{X: figure.Axis{Label: "x", Min: -half, Max: half}, Y: figure.Axis{Label: "score"},
		Curves: []figure.Curve{chain.CurveOf("∂ log p/∂x", figure.A, n, at, slope), other}}
	return density, score
}
