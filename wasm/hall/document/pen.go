package document

import (
	"fmt"
	"math"
	"strings"

	"unnoise/model/exhibit"
	"unnoise/model/figure"
	"unnoise/wasm/scene"
	"unnoise/wasm/scene/figures"
)

// penSpacing is the distance in the plane at which a stroke leaves points.
const penSpacing = 0.04

// sheet is what a pen writes on: the part of a panel, in CSS pixels of its frame, that
// shows the square of a Drawing's plane, or the cells of a Mask.
type sheet struct {
	control    exhibit.Control
	place      scene.Rect
	view       figures.View // of a Drawing
	rows, cols int          // of a Mask
}

// sheetOn lays a pen's sheet on a panel's figure; ok is false where it has no place.
func sheetOn(c exhibit.Control, f figure.Figure, w, h float64) (s sheet, ok bool) {
	within := scene.Rect{W: w, H: h}
	s = sheet{control: c, rows: int(c.Min), cols: int(c.Max)}
	switch f := f.(type) {
	case *figure.Plane:
		s.view = figures.Inside(f, within)
		s.place = s.view.Place
	case *figure.Pictures:
		cells, _ := figures.Cells(f, within)
		if c.Kind != exhibit.Mask || len(cells) == 0 {
			return s, false
		}
		s.place = cells[0]
	default:
		return s, false
	}
	return s, !s.place.Empty()
}

// point is the plane's point at a place of the sheet, kept in the square of a drawing.
func (s sheet) point(px, py float64) (x, y float64) {
	x, y = s.view.Point(s.place.X+px, s.place.Y+py)
	return math.Max(-2, math.Min(2, x)), math.Max(-2, math.Min(2, y))
}

// cell is the mask's cell at a place of the sheet.
func (s sheet) cell(px, py float64) (row, col int) {
	row = max(0, min(s.rows-1, int(py/s.place.H*float64(s.rows))))
	col = max(0, min(s.cols-1, int(px/s.place.W*float64(s.cols))))
	return row, col
}

// brush are the numbers of the mask's cells under a brush at a place of the sheet.
func (s sheet) brush(px, py float64) []int {
	row, col := s.cell(px, py)
	width := max(1, int(s.control.Step))
	var cells []int
	for r := row - (width-1)/2; r <= row+width/2; r++ {
		for c := col - (width-1)/2; c <= col+width/2; c++ {
			if r >= 0 && r < s.rows && c >= 0 && c < s.cols {
				cells = append(cells, r*s.cols+c)
			}
		}
	}
	return cells
}

// where says where the keyboard's cursor stands, and on what.
func (s sheet) where(x, y float64, mask []bool) string {
	if s.control.Kind == exhibit.Mask {
		row, col := s.cell(x, y)
		on := "off"
		if mask[row*s.cols+col] {
			on = "on"
		}
		return fmt.Sprintf("Row %d of %d, column %d of %d: %s.", row+1, s.rows, col+1, s.cols, on)
	}
	px, py := s.point(x, y)
	return strings.ReplaceAll(fmt.Sprintf("At %.2f, %.2f.", px, py), "-", "−")
}

// markup shows what is drawn, and the keyboard's cursor, as SVG in the sheet's pixels.
func (s sheet) markup(points []float32, mask []bool, cursorX, cursorY float64) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg viewBox="0 0 %.1f %.1f" aria-hidden="true">`, s.place.W, s.place.H)
	if s.control.Kind == exhibit.Mask {
		w, h := s.place.W/float64(s.cols), s.place.H/float64(s.rows)
		for i, on := range mask {
			if on {
				fmt.Fprintf(&b, `<rect class="cell" x="%.2f" y="%.2f" width="%.2f" height="%.2f"/>`, float64(i%s.cols)*w, float64(i/s.cols)*h, w, h)
			}
		}
		row, col := s.cell(cursorX, cursorY)
		fmt.Fprintf(&b, `<rect class="cursor" x="%.2f" y="%.2f" width="%.2f" height="%.2f"/></svg>`, float64(col)*w, float64(row)*h, w, h)
		return b.String()
	}
	for i := 0; i+1 < len(points); i += 2 {
		x, y := s.view.At(float64(points[i]), float64(points[i+1]))
		fmt.Fprintf(&b, `<circle class="point" cx="%.1f" cy="%.1f" r="2"/>`, x-s.place.X, y-s.place.Y)
	}
	fmt.Fprintf(&b, `<circle class="cursor" cx="%.1f" cy="%.1f" r="6"/></svg>`, cursorX, cursorY)
	return b.String()
}
