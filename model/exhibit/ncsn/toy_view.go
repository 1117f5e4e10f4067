package ncsn

import (
	"fmt"
	"math"
	"slices"

	"unnoise/model/exhibit"
	"unnoise/model/exhibit/anneal"
	"unnoise/model/exhibit/chain"
	"unnoise/model/figure"
	"unnoise/model/langevin"
	"unnoise/model/plane"
)

const (
	viewHalf = 9
	cells    = 64 // of the density, on each side
	arrows   = 20 // of the score, on each side: toy_runner.py's quiver
)

// view makes the frames of a race.
type view struct {
	*race
	shares [2]chain.Line // plain, annealed
}

func (v *view) frame(index int, step langevin.Step, plain []float32) exhibit.Frame {
	shares := [2]float64{upper(plain), upper(step.X)}
	for k, share := range shares {
		v.shares[k].Add(float64(step.I), share)
	}
	f := exhibit.Frame{
		Index: index, Total: len(v.moments), Label: anneal.Label(step),
		Figures: map[string]figure.Figure{
			"plain":    panel(v.data.At(0), plain),
			"annealed": panel(v.levels.At(step.Level), step.X),
			"weights":  v.weights(step.I),
			"noise":    anneal.LevelPlot(v.annealed, step.I),
		},
		Readouts: []exhibit.Readout{
			{ID: "plain", Name: "Upper mode, plain", Value: shares[0], Tip: "The share of particles above the diagonal."},
			{ID: "annealed", Name: "Upper mode, annealed", Value: shares[1], Tip: "The share of particles above the diagonal."},
			{ID: "data", Name: "Upper mode, data", Value: v.weight, Tip: "What both should find."},
			{ID: "mean", Name: "Mean of the annealed particles", Value: chain.Mean(step.X), Tip: fmt.Sprintf("Of both coordinates. The data’s is %.3g.", apart*(2*v.weight-1))},
			{ID: "in-view", Name: "Annealed particles in view", Value: inView(step.X), Tip: "Under much noise most are farther out."},
			{ID: "sigma", Name: "Noise of the annealed chain, σ", Value: step.Sigma, Tip: "The level that it is at."},
		},
		Equations: append(anneal.Equations(v.annealed, step), mixtureEquation(v.weight, step.Sigma)),
	}
	f.Words = fmt.Sprintf("%s. Of the particles of plain Langevin dynamics %.0f %% are at the upper mode, of the annealed ones %.0f %%; of the data %.0f %% are.",
		f.Label, 100*shares[0], 100*shares[1], 100*v.weight)
	return f
}

// upper is the share of points nearer to the upper mode.
func upper(x []float32) float64 {
	count := 0
	for i := 0; i < len(x); i += 2 {
		if x[i]+x[i+1] > 0 {
			count++
		}
	}
	return float64(count) / float64(len(x)/2)
}

func inView(x []float32) float64 {
	count := 0
	for i := 0; i < len(x); i += 2 {
		if max(math.Abs(float64(x[i])), math.Abs(float64(x[i+1]))) <= viewHalf {
			count++
		}
	}
	return float64(count) / float64(len(x)/2)
}

// panel is particles before the density and the score that they follow.
func panel(n plane.Noised, x []float32) *figure.Plane {
	axis := figure.Axis{Min: -viewHalf, Max: viewHalf}
	density := n.Density(viewHalf, cells, cells)
	return &figure.Plane{X: axis, Y: axis, Square: true,
		Density: &figure.Density{W: cells, H: cells, Values: density, High: max(1e-12, float64(slices.Max(density))), Colour: figure.C},
		Arrows:  []figure.Arrows{quiver(n)},
		Clouds:  []figure.Cloud{{Values: slices.Clone(x), Colour: figure.A, Size: 3}},
	}
}

// quiver is the score on a lattice. Lengths are compressed: r/(1+r) of the space between
// arrows for r times the median length.
func quiver(n plane.Noised) figure.Arrows {
	const space = 2. * viewHalf / arrows
	values, lengths := make([]float32, 0, 4*arrows*arrows), make([]float64, 0, arrows*arrows)
	for k := range arrows * arrows {
		x, y := -viewHalf+(float64(k%arrows)+.5)*space, -viewHalf+(float64(k/arrows)+.5)*space
		m := n.Moments(x, y)
		values = append(values, float32(x), float32(y), float32(m.ScoreX), float32(m.ScoreY))
		lengths = append(lengths, math.Hypot(m.ScoreX, m.ScoreY))
	}
	sorted := slices.Sorted(slices.Values(lengths))
	median := max(1e-12, sorted[len(sorted)/2])
	for k, length := range lengths {
		factor := float32(1.3 * space / (median + length))
		values[4*k+2] *= factor
		values[4*k+3] *= factor
	}
	return figure.Arrows{Values: values, Scale: 1, Colour: figure.Quiet}
}

func (v *view) weights(now int) *figure.Plot {
	return &figure.Plot{
		X: figure.Axis{Label: "step", Min: 0, Max: float64(v.annealed.Len())}, Y: figure.Axis{Label: "share", Min: 0, Max: 1},
		Curves: []figure.Curve{v.shares[0].Curve("plain", figure.B), v.shares[1].Curve("annealed", figure.A)},
		Marks:  []figure.Mark{{Name: "data", At: v.weight, Horizontal: true, Colour: figure.C}, {At: float64(now), Colour: figure.Quiet}},
	}
}
