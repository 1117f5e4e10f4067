package document

import (
	"html"
	"strconv"

	"unnoise/model/figure"
	"unnoise/wasm/chart"
	"unnoise/wasm/scene"
	"unnoise/wasm/scene/figures"
)

// marks is what the document shows of a figure in a place of w × h CSS pixels: all of
// it, or what stands around what is drawn.
func marks(f figure.Figure, title string, w, h float64) string {
	switch f := f.(type) {
	case *figure.Plot:
		return chart.Plot(f, w, h)
	case *figure.Table:
		return chart.Table(f, title)
	case *figure.Diagram:
		return chart.Diagram(f, w, h)
	case *figure.Plane:
		place := figures.Inside(f, scene.Rect{W: w, H: h}).Place
		if place.Empty() {
			return ""
		}
		return chart.Frame(f, place.X, place.Y, place.W, place.H, w, h)
	case *figure.Pictures:
		return captions(f, w, h)
	}
	return ""
}

// captions are those under pictures, and the names before their rows.
func captions(f *figure.Pictures, w, h float64) string {
	cells, names := figures.Cells(f, scene.Rect{W: w, H: h})
	markup := ""
	px := func(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) + "px" }
	for k, cell := range cells {
		if f.Captions != nil {
			markup += `<span class="caption" style="left:` + px(cell.X) + `;top:` + px(cell.Y+cell.H+1) + `;width:` + px(cell.W) + `">` + html.EscapeString(f.Captions[k]) + "</span>"
		}
		if f.Rows != nil && k%f.Columns == 0 {
			markup += `<span class="row-name" style="left:` + px(cell.X-names) + `;top:` + px(cell.Y+cell.H/2-8) + `;width:` + px(names) + `">` + html.EscapeString(f.Rows[k/f.Columns]) + "</span>"
		}
	}
	return markup
}

// columns is how many panels stand beside each other, for so many that are not wide.
func columns(n int) int {
	switch n {
	case 0, 1:
		return 1
	case 2, 4:
		return 2
	}
	return 3
}
