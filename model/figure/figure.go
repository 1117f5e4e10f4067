package figure

import "fmt"

// Figure is the content of a panel: one of *Pictures, *Plane, *Plot, *Table and
// *Diagram.
type Figure interface {
	// Check says what is inconsistent: lengths that do not fit, no values at all.
	Check() error
}

// Colour is a role that the page's themes give a colour.
type Colour string

// The roles. A to D tell series apart, for colour-blind eyes too; Forward and
// Reverse are the two directions of time in the exhibits; Quiet is for what is
// there for orientation.
const (
	A       Colour = "a"
	B       Colour = "b"
	C       Colour = "c"
	D       Colour = "d"
	Forward Colour = "forward"
	Reverse Colour = "reverse"
	Quiet   Colour = "quiet"
)

// Axis is a direction of a Plane or a Plot.
type Axis struct {
	Label    string  // in words or one symbol; "" for none
	Min, Max float64 // Min < Max; both 0 in a Plot: as the values need it
	Log      bool    // logarithmic: Min > 0; Plot only
}

func (a Axis) check() error {
	switch {
	case a.Min == 0 && a.Max == 0:
		return nil
	case !(a.Min < a.Max):
		return fmt.Errorf("axis %q from %g to %g is empty", a.Label, a.Min, a.Max)
	case a.Log && a.Min <= 0:
		return fmt.Errorf("logarithmic axis %q starts at %g", a.Label, a.Min)
	}
	return nil
}

// Table is a small table of text.
type Table struct {
	Header []string
	Rows   [][]string // each as long as Header
}

// Check implements Figure.
func (t *Table) Check() error {
	for i, row := range t.Rows {
		if len(row) != len(t.Header) {
			return fmt.Errorf("row %d of a table has %d cells for %d columns", i, len(row), len(t.Header))
		}
	}
	return nil
}

// Diagram is boxes with arrows between them.
type Diagram struct {
	Nodes []Node
	Edges []Edge
}

// Node is a box of a Diagram. X and Y, in [0, 1], are its centre, y downwards; a
// chosen one is drawn as such. Choice, if set, is the value that pressing it gives
// the control of the name Control.
type Node struct {
	ID, Text        string
	X, Y            float64
	Chosen          bool
	Control, Choice string
}

// Edge is an arrow from one node to another.
type Edge struct {
	From, To, Text string
	Dashed         bool
}

// Check implements Figure.
func (d *Diagram) Check() error {
	known := map[string]bool{}
	for _, n := range d.Nodes {
		known[n.ID] = true
	}
	for _, e := range d.Edges {
		if !known[e.From] || !known[e.To] {
			return fmt.Errorf("an arrow from %q to %q: no such box", e.From, e.To)
		}
	}
	return nil
}
