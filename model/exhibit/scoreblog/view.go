package scoreblog

import (
	"math"
	"slices"

	"unnoise/model/figure"
	"unnoise/model/plane"
)

// The square that planes show, from −half to half, the cells of its density, the
// arrows across it.
const (
	half    = 1.5
	cells   = 96
	lattice = 19
)

func axis() figure.Axis { return figure.Axis{Min: -half, Max: half} }

// square is an empty view.
func square() *figure.Plane { return &figure.Plane{X: axis(), Y: axis(), Square: true} }

// density is how likely x is over the view.
func density(n plane.Noised, colour figure.Colour) *figure.Density {
	values := n.Density(half, cells, cells)
	return &figure.Density{W: cells, H: cells, Values: values, High: max(1e-9, float64(slices.Max(values))), Colour: colour}
}

// vector is a field's value at a point.
type vector func(x, y float64) (u, v float64)

// exactScore is ∇log p.
func exactScore(n plane.Noised) vector {
	return func(x, y float64) (u, v float64) {
		m := n.Moments(x, y)
		return m.ScoreX, m.ScoreY
	}
}

// latticePoints are the points at which arrows stand, x, y, row by row.
func latticePoints() []float32 {
	const space = 2 * half / lattice
	var at []float32
	for r := range lattice {
		for c := range lattice {
			at = append(at, float32(-half+(float64(c)+.5)*space), float32(-half+(float64(r)+.5)*space))
		}
	}
	return at
}

// arrows draws vectors, u, v at the lattice's points. Lengths are compressed: an arrow is
// r/(1+r) of the space between arrows long for r times the length typical, so that a
// field whose strength differs by factors of a hundred can be read everywhere.
func arrows(vectors []float32, typical float64, colour figure.Colour) figure.Arrows {
	const space = 2 * half / lattice
	at := latticePoints()
	values := make([]float32, 0, 2*len(at))
	for i := 0; i < len(at); i += 2 {
		u, v := vectors[i], vectors[i+1]
		factor := float32(space * 1.4 / (typical + math.Hypot(float64(u), float64(v))))
		values = append(values, at[i], at[i+1], factor*u, factor*v)
	}
	return figure.Arrows{Values: values, Scale: 1, Colour: colour}
}

// sampled is a field at the lattice's points.
func sampled(field vector) []float32 {
	at := latticePoints()
	out := make([]float32, 0, len(at))
	for i := 0; i < len(at); i += 2 {
		u, v := field(float64(at[i]), float64(at[i+1]))
		out = append(out, float32(u), float32(v))
	}
	return out
}

// typicalLength is the median of the vectors' lengths.
func typicalLength(vectors []float32) float64 {
	lengths := make([]float64, 0, len(vectors)/2)
	for i := 0; i+1 < len(vectors); i += 2 {
		lengths = append(lengths, math.Hypot(float64(vectors[i]), float64(vectors[i+1])))
	}
	slices.Sort(lengths)
	return max(1e-12, lengths[len(lengths)/2])
}

// traces are the ways of the first few points through moments, each all points.
func traces(moments [][]float32, few int, colour figure.Colour) []figure.Path {
	out := make([]figure.Path, few)
	for k := range out {
		values := make([]float32, 0, 2*len(moments))
		for _, points := range moments {
			values = append(values, points[2*k], points[2*k+1])
		}
		out[k] = figure.Path{Values: values, Colour: colour}
	}
	return out
}
