package scene

import (
	"image/color"
	"slices"

	"unnoise/model/trajectory"
)

// Rect is a place on the canvas, in CSS pixels from its top left corner.
type Rect struct{ X, Y, W, H float64 }

// Empty reports whether nothing can be drawn there.
func (r Rect) Empty() bool { return r.W < 1 || r.H < 1 }

// Mapping turns values into colours.
type Mapping int

const (
	AsPicture Mapping = iota // [−1, 1] as black to white, or red, green and blue
	AsNoise                  // [−3, 3] from blue over white to orange
)

// Panel is a group of pictures in one place, more than one as a square grid.
type Panel struct {
	Place  Rect
	Values []float32 // Layout.Elems() values, NCHW; none draws nothing
	Layout trajectory.Layout
	Map    Mapping
}

// Film is a row of pictures over time.
type Film struct {
	Place Rect
	// Positions is how many moments there are, and Ready how many of them can be
	// asked for. At returns the picture of one, C·H·W values.
	Positions, Ready int
	At               func(i int) []float32
	Now              int
	Layout           trajectory.Layout // of one picture: N is not read
	// Generation changes when other pictures stand at the same positions.
	Generation int
}

// View is everything there is to draw.
type View struct {
	Panels []Panel
	Film   Film
	Mark   color.RGBA // around the frame at Film.Now
	Ground color.RGBA // of the page, between the two
}

// equal reports whether v and w look the same, provided that slices with the
// same memory have the same values.
func (v View) equal(w View) bool {
	same := func(a, b Panel) bool {
		return a.Place == b.Place && a.Layout == b.Layout && a.Map == b.Map && len(a.Values) == len(b.Values) &&
			(len(a.Values) == 0 || &a.Values[0] == &b.Values[0])
	}
	f, g := v.Film, w.Film
	return slices.EqualFunc(v.Panels, w.Panels, same) && v.Mark == w.Mark && v.Ground == w.Ground &&
		f.Place == g.Place && f.Positions == g.Positions && f.Ready == g.Ready && f.Now == g.Now &&
		f.Layout == g.Layout && f.Generation == g.Generation
}
