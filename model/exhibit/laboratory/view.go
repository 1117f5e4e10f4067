package laboratory

import (
	"math"
	"slices"

	"unnoise/model/diffusion"
	"unnoise/model/figure"
	"unnoise/model/plane"
)

// The square that the panels show, from −half to half, the cells of its density and
// the arrows across it.
const (
	half      = 2.8 // 99 % of the noise at the end lies within
	fieldHalf = 2   // of the panel of the learned field, where most of what it learns lies
	dataHalf  = 1.6 // of panels that show x_0 alone
	cells     = 96
	arrows    = 21
)

func axis(half float64) figure.Axis { return figure.Axis{Min: -half, Max: half} }

// square is an empty view.
func square(half float64) *figure.Plane {
	return &figure.Plane{X: axis(half), Y: axis(half), Square: true}
}

// nearlyClean stands for ᾱ = 1, where points without width have no density.
const nearlyClean = 1 - 1e-6

// noised is the distribution at a level.
func (d *data) noised(l diffusion.Level) plane.Noised { return d.At(min(l.AlphaBar, nearlyClean)) }

// density is how likely x_t is over the view, as its cells can show it.
func density(n plane.Noised, half float64, colour figure.Colour) *figure.Density {
	values := n.Blur(2*half/cells/3).Density(half, cells, cells)
	return &figure.Density{W: cells, H: cells, Values: values, High: max(1e-9, float64(slices.Max(values))), Colour: colour}
}

// vector is a field's value at a point.
type vector func(x, y float64) (u, v float64)

// field draws a vector field on a lattice. Lengths are compressed, r/(1+r) of the
// space between arrows for r times the median length, so that a field whose strength
// differs by factors of a hundred can be read everywhere.
func field(at vector, half float64, colour figure.Colour) figure.Arrows {
	space := 2 * half / arrows
	values := make([]float32, 0, 4*arrows*arrows)
	lengths := make([]float64, 0, arrows*arrows)
	for r := range arrows {
		for c := range arrows {
			x, y := -half+(float64(c)+.5)*space, -half+(float64(r)+.5)*space
			u, v := at(x, y)
			values = append(values, float32(x), float32(y), float32(u), float32(v))
			lengths = append(lengths, math.Hypot(u, v))
		}
	}
	sorted := slices.Sorted(slices.Values(lengths))
	median := max(1e-12, sorted[len(sorted)/2])
	for k, length := range lengths {
		factor := float32(space * 1.4 / (median + length))
		values[4*k+2] *= factor
		values[4*k+3] *= factor
	}
	return figure.Arrows{Values: values, Scale: 1, Colour: colour}
}

// exactField is the field of that name at a level: "score" ∇log q(x_t), "velocity" of
// the probability-flow ODE towards the data, up to the factor ½β(t) that all points
// share, and "denoised", from x_t to the mean of what it may have been.
func (d *data) exactField(name string, l diffusion.Level) vector {
	n := d.noised(l)
	return func(x, y float64) (u, v float64) {
		m := n.Moments(x, y)
		return readField(name, l.AlphaBar, x, y, m.ScoreX, m.ScoreY)
	}
}

// readField turns a score into the field of that name.
func readField(name string, alphaBar, x, y, scoreX, scoreY float64) (u, v float64) {
	switch name {
	case "velocity":
		return x + scoreX, y + scoreY
	case "denoised":
		// Tweedie's formula; in x_t's own scale.
		signal, noise := math.Sqrt(alphaBar), 1-alphaBar
		return (x+noise*scoreX)/signal - x, (y+noise*scoreY)/signal - y
	}
	return scoreX, scoreY
}

// paths are the ways of the first marked points through a list of moments, each all
// points, up to the last.
func paths(moments [][]float32, marked int, colour figure.Colour) []figure.Path {
	out := make([]figure.Path, marked)
	for k := range out {
		values := make([]float32, 0, 2*len(moments))
		for _, points := range moments {
			values = append(values, points[2*k], points[2*k+1])
		}
		out[k] = figure.Path{Values: values, Colour: colour}
	}
	return out
}

// clouds are the points, the marked ones larger.
func clouds(points []float32, marked int, colour figure.Colour, name string) []figure.Cloud {
	out := []figure.Cloud{{Values: slices.Clone(points), Colour: colour, Name: name}}
	if marked > 0 {
		out = append(out, figure.Cloud{Values: slices.Clone(points[:2*marked]), Colour: figure.D, Size: 7})
	}
	return out
}
