package document

import (
	"fmt"
	"html"
	"strconv"
	"strings"

	"unnoise/model/exhibit"
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

// letterW is about the width of a caption's letter, in CSS pixels.
const letterW = 6

// captions are those under pictures, and the names before their rows.
func captions(f *figure.Pictures, w, h float64) string {
	cells, names := figures.Cells(f, scene.Rect{W: w, H: h})
	markup := ""
	px := func(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) + "px" }
	for k, cell := range cells {
		if f.Captions != nil {
			tip := ""
			if letterW*float64(len([]rune(f.Captions[k]))) > cell.W { // it is cut off
				tip = ` tabindex="0" data-tip="` + html.EscapeString(f.Captions[k]) + `"`
			}
			markup += `<span class="caption"` + tip + ` style="left:` + px(cell.X) + `;top:` + px(cell.Y+cell.H+1) + `;width:` + px(cell.W) + `">` + html.EscapeString(f.Captions[k]) + "</span>"
		}
		if f.Rows != nil && k%f.Columns == 0 {
			markup += `<span class="row-name" style="left:` + px(cell.X-names) + `;top:` + px(cell.Y+cell.H/2-8) + `;width:` + px(names) + `">` + html.EscapeString(f.Rows[k/f.Columns]) + "</span>"
		}
	}
	return markup
}

// leastRow is the height of a row of panels that shares what room there is, in CSS
// pixels.
const leastRow = 250

// stripRoom is what stands above a strip's pictures, and under them.
const stripRoom = 40

// strip is the height that a wide panel's figure takes in a place of width w where that
// is less than a row's, 0 where it is not.
func strip(p exhibit.Panel, f figure.Figure, w float64) float64 {
	pictures, ok := f.(*figure.Pictures)
	if !p.Wide || !ok {
		return 0
	}
	if h := figures.Height(pictures, w); h > 0 && h+stripRoom < leastRow {
		return h
	}
	return 0
}

// gridRows are the heights of the rows of panels, as CSS: strips take what they need,
// and all others share the rest.
func gridRows(spans []int, strips []float64) string {
	var rows []string
	for i := 0; i < len(spans); i += gridColumns / spans[i] {
		row := fmt.Sprintf("minmax(%dpx,1fr)", leastRow)
		if strips[i] > 0 {
			row = "max-content"
		}
		rows = append(rows, row)
	}
	return strings.Join(rows, " ")
}

// gridColumns is the columns of the panels' grid; spans divide it.
const gridColumns = 12

// spans are how many of the grid's columns each panel takes: wide ones all, others
// share rows of two or three, and none stands alone beside an empty place.
func spans(panels []exhibit.Panel) []int {
	out := make([]int, len(panels))
	for i := 0; i < len(panels); {
		if panels[i].Wide {
			out[i] = gridColumns
			i++
			continue
		}
		run := 0
		for i+run < len(panels) && !panels[i+run].Wide {
			run++
		}
		for left := run; left > 0; {
			row := 3
			if left == 1 || left == 2 || left == 4 {
				row = min(left, 2)
			}
			for range row {
				out[i] = gridColumns / row
				i++
			}
			left -= row
		}
	}
	return out
}
