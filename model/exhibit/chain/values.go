package chain

import (
	"math"
	"slices"

	"unnoise/model/figure"
)

// Grid shows N pictures of the model's size as they are. captions may be nil.
func (m *Model) Grid(values []float32, columns int, captions []string) *figure.Pictures {
	return &figure.Pictures{C: m.Channels, H: m.Height, W: m.Width, Columns: columns,
		Values: slices.Clone(values), Map: figure.Tone, Captions: captions}
}

// SignedGrid shows N pictures of values around 0, up to high either way.
func (m *Model) SignedGrid(values []float32, columns int, high float64, captions []string) *figure.Pictures {
	p := m.Grid(values, columns, captions)
	p.Map, p.Low, p.High = figure.Signed, -high, high
	return p
}

// RMS is the root mean square of a − b, or of a where b is nil.
func RMS(a, b []float32) float64 {
	var sum float64
	for i, v := range a {
		d := float64(v)
		if b != nil {
			d -= float64(b[i])
		}
		sum += d * d
	}
	return math.Sqrt(sum / float64(len(a)))
}

// Mean is the mean value.
func Mean(a []float32) float64 {
	var sum float64
	for _, v := range a {
		sum += float64(v)
	}
	return sum / float64(len(a))
}

// Line is a curve through points that are added one by one.
type Line struct{ X, Y []float32 }

// Add adds a point.
func (l *Line) Add(x, y float64) { l.X, l.Y = append(l.X, float32(x)), append(l.Y, float32(y)) }

// Curve is the line so far.
func (l *Line) Curve(name string, colour figure.Colour) figure.Curve {
	return figure.Curve{Name: name, X: slices.Clone(l.X), Y: slices.Clone(l.Y), Colour: colour}
}

// CurveOf is a curve of n values f(0) … f(n−1) over at(0) … at(n−1).
func CurveOf(name string, colour figure.Colour, n int, at, f func(i int) float64) figure.Curve {
	var l Line
	for i := range n {
		l.Add(at(i), f(i))
	}
	return l.Curve(name, colour)
}
