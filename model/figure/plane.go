package figure

import "fmt"

// Plane is a part of the plane, or of time and value: from back to front a
// density, arrows, paths and particles. Both axes have a range; where Square is
// set, a unit is as long on both.
type Plane struct {
	X, Y    Axis
	Square  bool
	Density *Density
	Arrows  []Arrows
	Paths   []Path
	Clouds  []Cloud
}

// Density is a value at the points of a grid that covers the whole Plane: row by
// row from the top, W values each, drawn as Heat from 0 to High.
type Density struct {
	W, H   int
	Values []float32
	High   float64 // > 0
	Colour Colour
}

// Arrows is a vector field: four numbers for each arrow, x, y and the vector there,
// in the Plane's units; the drawing scales all of them by Scale.
type Arrows struct {
	Values []float32 // N × (x, y, u, v)
	Scale  float64   // > 0
	Colour Colour
}

// Path is a line through points.
type Path struct {
	Values []float32 // N × (x, y)
	Colour Colour
	Dashed bool
	Name   string // in the legend; "" for none
}

// Cloud is particles.
type Cloud struct {
	Values []float32 // N × (x, y)
	Colour Colour
	Size   float64 // diameter in CSS pixels; 0 for one that suits their number
	Name   string  // in the legend; "" for none
}

// Check implements Figure.
func (p *Plane) Check() error {
	for _, axis := range []Axis{p.X, p.Y} {
		if err := axis.check(); err != nil {
			return err
		}
		if axis.Log || axis.Min == axis.Max {
			return fmt.Errorf("axis %q of a plane needs a linear range", axis.Label)
		}
	}
	if d := p.Density; d != nil && (d.W < 1 || d.H < 1 || len(d.Values) != d.W*d.H || d.High <= 0) {
		return fmt.Errorf("a density of %d×%d has %d values up to %g", d.W, d.H, len(d.Values), d.High)
	}
	for _, a := range p.Arrows {
		if len(a.Values)%4 != 0 || a.Scale <= 0 {
			return fmt.Errorf("%d numbers, scaled by %g, are not arrows", len(a.Values), a.Scale)
		}
	}
	for _, l := range p.Paths {
		if len(l.Values)%2 != 0 {
			return fmt.Errorf("%d numbers are not the points of a path", len(l.Values))
		}
	}
	for _, c := range p.Clouds {
		if len(c.Values)%2 != 0 {
			return fmt.Errorf("%d numbers are not particles", len(c.Values))
		}
	}
	return nil
}
