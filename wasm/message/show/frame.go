package show

import (
	"fmt"
	"maps"
	"slices"

	"unnoise/model/exhibit"
	"unnoise/model/figure"
	"unnoise/wasm/wire"
)

// Panel is the figure of a panel: one of the pointers, as JSON does not know which
// type an interface holds.
type Panel struct {
	ID       string
	Pictures *figure.Pictures `json:",omitempty"`
	Plane    *figure.Plane    `json:",omitempty"`
	Plot     *figure.Plot     `json:",omitempty"`
	Table    *figure.Table    `json:",omitempty"`
	Diagram  *figure.Diagram  `json:",omitempty"`
}

// NewFrame returns the message of a run's frame, which shares the frame's slices. It
// panics where a figure is of no known type.
func NewFrame(runID int, f exhibit.Frame) *Frame {
	m := &Frame{RunID: runID, Index: f.Index, Total: f.Total, Label: f.Label, Readouts: f.Readouts, Equations: f.Equations, Words: f.Words}
	for _, id := range slices.Sorted(maps.Keys(f.Figures)) {
		p := Panel{ID: id}
		switch content := f.Figures[id].(type) {
		case *figure.Pictures:
			p.Pictures = content
		case *figure.Plane:
			p.Plane = content
		case *figure.Plot:
			p.Plot = content
		case *figure.Table:
			p.Table = content
		case *figure.Diagram:
			p.Diagram = content
		default:
			panic(fmt.Sprintf("panel %q has a figure of the unknown type %T", id, content))
		}
		m.Panels = append(m.Panels, p)
	}
	return m
}

// Content is the exhibit's frame.
func (m *Frame) Content() exhibit.Frame {
	f := exhibit.Frame{Index: m.Index, Total: m.Total, Label: m.Label, Readouts: m.Readouts, Equations: m.Equations, Words: m.Words}
	for _, p := range m.Panels {
		if f.Figures == nil {
			f.Figures = map[string]figure.Figure{}
		}
		switch {
		case p.Pictures != nil:
			f.Figures[p.ID] = p.Pictures
		case p.Plane != nil:
			f.Figures[p.ID] = p.Plane
		case p.Plot != nil:
			f.Figures[p.ID] = p.Plot
		case p.Table != nil:
			f.Figures[p.ID] = p.Table
		case p.Diagram != nil:
			f.Figures[p.ID] = p.Diagram
		}
	}
	return f
}

// Protocol is all messages of this package.
var Protocol = wire.NewProtocol(all...)

var all = []wire.Message{
	&Open{}, &Run{}, &Cancel{}, &Order{}, &LoseDevice{},
	&Listening{}, &Ready{}, &Progress{}, &Note{}, &Again{}, &Frame{}, &Done{}, &Cancelled{}, &Error{},
}
