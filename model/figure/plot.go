package figure

import "fmt"

// Plot is curves, bars and marks over two axes with their numbers.
type Plot struct {
	X, Y   Axis
	Curves []Curve
	Bars   []Bar
	Marks  []Mark
}

// Curve is a line through (X[i], Y[i]), or with Points the points alone.
type Curve struct {
	Name   string // in the legend; "" for none
	X, Y   []float32
	Colour Colour
	Dashed bool
	Points bool
}

// Bar is a bar of a bar chart. With bars the x axis has their names.
type Bar struct {
	Name   string
	Value  float64
	Colour Colour
}

// Mark is a line across the plot where something is: now, a true value.
type Mark struct {
	Name       string
	At         float64
	Horizontal bool // at y = At; else at x = At
	Colour     Colour
}

// Check implements Figure.
func (p *Plot) Check() error {
	for _, axis := range []Axis{p.X, p.Y} {
		if err := axis.check(); err != nil {
			return err
		}
	}
	for _, c := range p.Curves {
		if len(c.X) != len(c.Y) {
			return fmt.Errorf("curve %q has %d x and %d y", c.Name, len(c.X), len(c.Y))
		}
	}
	if len(p.Bars) > 0 && len(p.Curves) > 0 {
		return fmt.Errorf("a plot of %d bars and %d curves: take two", len(p.Bars), len(p.Curves))
	}
	return nil
}
