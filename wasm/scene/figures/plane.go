package figures

import (
	"unnoise/model/figure"
	"unnoise/wasm/scene"
)

// Margins of a Plane for the numbers on its axes, in CSS pixels.
const (
	marginLeft   = 34
	marginRight  = 10
	marginTop    = 8
	marginBottom = 22
	labelH       = 15
	shortLabel   = 3 // characters
)

// View says where the points of a Plane are on the canvas.
type View struct {
	Place scene.Rect // in CSS pixels: exactly the Plane's range
	X, Y  figure.Axis
}

// Inside places a Plane within a rectangle, with room for the numbers on its axes and
// their labels. Where the Plane is Square its units are equally long.
func Inside(p *figure.Plane, within scene.Rect) View {
	r := scene.Rect{X: within.X + marginLeft, Y: within.Y + marginTop, W: within.W - marginLeft - marginRight, H: within.H - marginTop - marginBottom}
	switch n := len([]rune(p.X.Label)); {
	case n > shortLabel:
		r.H -= labelH
	case n > 0: // beside the end of the axis
		r.W -= labelH
	}
	if p.Y.Label != "" {
		r.Y, r.H = r.Y+labelH, r.H-labelH
	}
	if w, h := p.X.Max-p.X.Min, p.Y.Max-p.Y.Min; p.Square && w > 0 && h > 0 {
		scale := min(r.W/w, r.H/h)
		r.X += (r.W - scale*w) / 2
		r.Y += (r.H - scale*h) / 2
		r.W, r.H = scale*w, scale*h
	}
	return View{Place: r, X: p.X, Y: p.Y}
}

// At is the place of a point, in CSS pixels.
func (v View) At(x, y float64) (px, py float64) {
	return v.Place.X + (x-v.X.Min)/(v.X.Max-v.X.Min)*v.Place.W,
		v.Place.Y + (v.Y.Max-y)/(v.Y.Max-v.Y.Min)*v.Place.H
}

// Point is the point at a place: the inverse of At.
func (v View) Point(px, py float64) (x, y float64) {
	return v.X.Min + (px-v.Place.X)/v.Place.W*(v.X.Max-v.X.Min),
		v.Y.Max - (py-v.Place.Y)/v.Place.H*(v.Y.Max-v.Y.Min)
}

// particleSize is the diameter in CSS pixels that suits a number of particles.
func particleSize(n int) float64 {
	switch {
	case n > 4000:
		return 2.2
	case n > 1000:
		return 3
	case n > 200:
		return 4
	}
	return 6
}
