package main

import (
	"fmt"
	"image"
	"image/png"
	"io"
	"math"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"unnoise/model/exhibit"
	"unnoise/model/figure"
	"unnoise/model/trajectory"
)

// shownJSON is what exhibit --json prints.
type shownJSON struct {
	ID       string            `json:"id"`
	State    map[string]string `json:"state"`
	Link     string            `json:"link"` // what stands after # in a link to the page
	Executor string            `json:"executor"`
	Count    int               `json:"count"` // of frames
	// Readouts are the last of each; with --frames they are in Frames.
	Readouts []exhibit.Readout `json:"readouts,omitempty"`
	Frames   []frameJSON       `json:"frames,omitempty"`
}

type frameJSON struct {
	Index    int               `json:"index"`
	Label    string            `json:"label"`
	Words    string            `json:"words"`
	Readouts []exhibit.Readout `json:"readouts"`
}

func (s *showing) print(w io.Writer, state exhibit.State, executor string, shown *shown) error {
	if !s.json {
		return s.printText(w, shown)
	}
	out := shownJSON{ID: state.Exhibit().ID, State: state.Values(), Link: state.Encode(), Executor: executor, Count: len(shown.frames)}
	if !s.frames {
		out.Readouts = exhibit.Last(shown.frames)
		return printJSON(w, out)
	}
	for _, f := range shown.frames {
		out.Frames = append(out.Frames, frameJSON{f.Index, f.Label, f.Words, append([]exhibit.Readout{}, f.Readouts...)})
	}
	return printJSON(w, out)
}

func (s *showing) printText(w io.Writer, shown *shown) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if !s.frames {
		for _, r := range exhibit.Last(shown.frames) {
			fmt.Fprintf(table, "%s\t%v\t%s\n", r.Name, r.Value, r.Unit)
		}
		return table.Flush()
	}
	for _, f := range shown.frames {
		fmt.Fprintf(table, "%d\t%s\t\t\n", f.Index, f.Label)
		for _, r := range f.Readouts {
			fmt.Fprintf(table, "\t\t%s\t%v\t%s\n", r.Name, r.Value, r.Unit)
		}
	}
	return table.Flush()
}

// writePanels writes the pictures and planes of the panels: one panel's as path, several
// with the panel's id before the extension.
func writePanels(path string, e *exhibit.Exhibit, figures map[string]figure.Figure) error {
	var ids []string
	for _, p := range e.Panels {
		switch figures[p.ID].(type) {
		case *figure.Pictures, *figure.Plane:
			ids = append(ids, p.ID)
		}
	}
	if len(ids) == 0 {
		return fmt.Errorf("--out %s: %s shows no pictures and no plane in this state", path, e.ID)
	}
	for _, id := range ids {
		name := path
		if len(ids) > 1 {
			extension := filepath.Ext(path)
			name = strings.TrimSuffix(path, extension) + "-" + id + extension
		}
		var img image.Image
		switch f := figures[id].(type) {
		case *figure.Pictures:
			img = pictureImage(f)
		case *figure.Plane:
			img = planeImage(f)
		}
		if err := writeFile(name, func(w io.Writer) error { return png.Encode(w, img) }); err != nil {
			return err
		}
	}
	return nil
}

// pictureImage draws pictures in their grid: those of a signed map from blue by white
// to red, those of a heat map from white to black.
func pictureImage(p *figure.Pictures) image.Image {
	l := trajectory.Layout{N: p.N(), C: p.C, H: p.H, W: p.W}
	if p.Map == figure.Tone {
		return trajectory.Grid(p.Values, l, p.Columns)
	}
	l.C = 3
	plane := l.H * l.W
	coloured := make([]float32, l.Elems())
	for i, v := range p.Values {
		share := max(0, min(1, (float64(v)-p.Low)/(p.High-p.Low))) // NaN stays NaN: black
		red, green, blue := 1-share, 1-share, 1-share
		if p.Map == figure.Signed {
			red, green, blue = min(1, 2*share), 1-math.Abs(2*share-1), min(1, 2-2*share)
		}
		at := i/plane*3*plane + i%plane
		for c, level := range [...]float64{red, green, blue} {
			coloured[at+c*plane] = float32(2*level - 1)
		}
	}
	return trajectory.Grid(coloured, l, p.Columns)
}
