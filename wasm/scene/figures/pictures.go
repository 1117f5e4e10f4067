package figures

import (
	"math"

	"unnoise/model/figure"
	"unnoise/wasm/scene"
)

// Space around pictures, in CSS pixels.
const (
	gap        = 3  // between two pictures
	CaptionH   = 18 // of a caption under each
	rowNameW   = 7  // for a character of a row's name
	mostRowW   = 110
	rowPadding = 10
)

// Cells are the places of a grid's pictures within a rectangle: squares of the
// pictures' own shape, as large as all of them can be, in whole multiples of the
// pictures' pixels where there is room for at least two. RowNames is the width that
// stands before them.
func Cells(p *figure.Pictures, within scene.Rect) (cells []scene.Rect, rowNames float64) {
	n := p.N()
	if n == 0 || within.Empty() {
		return nil, 0
	}
	columns := min(p.Columns, n)
	rows := (n + p.Columns - 1) / p.Columns
	for _, name := range p.Rows {
		rowNames = max(rowNames, min(mostRowW, rowPadding+rowNameW*float64(len([]rune(name)))))
	}
	below := 0.0
	if p.Captions != nil {
		below = CaptionH
	}
	w := (within.W - rowNames - gap*float64(columns-1)) / float64(columns)
	h := (within.H-gap*float64(rows-1))/float64(rows) - below
	scale := min(w/float64(p.W), h/float64(p.H))
	if scale >= 2 {
		scale = math.Floor(scale)
	}
	if scale <= 0 {
		return nil, rowNames
	}
	w, h = scale*float64(p.W), scale*float64(p.H)
	left := within.X + math.Floor((within.W-rowNames-float64(columns)*(w+gap)+gap)/2) + rowNames
	top := within.Y + math.Floor(max(0, within.H-float64(rows)*(h+below+gap)+gap)/2)
	for k := range n {
		cells = append(cells, scene.Rect{
			X: left + float64(k%p.Columns)*(w+gap),
			Y: top + float64(k/p.Columns)*(h+below+gap),
			W: w, H: h,
		})
	}
	return cells, rowNames
}

// Height is the least height of a place of width w in which a grid's pictures are as
// large as the width allows.
func Height(p *figure.Pictures, w float64) float64 {
	const endless = 1e6
	cells, _ := Cells(p, scene.Rect{W: w, H: endless})
	if len(cells) == 0 {
		return 0
	}
	first, last := cells[0], cells[len(cells)-1]
	height := last.Y + last.H - first.Y
	if p.Captions != nil {
		height += CaptionH
	}
	return math.Ceil(height)
}

// Aspect is the width of a place in which a figure looks well, for one of its height.
func Aspect(f figure.Figure) float64 {
	switch f := f.(type) {
	case *figure.Pictures:
		n := f.N()
		columns, rows := min(f.Columns, max(1, n)), (n+f.Columns-1)/f.Columns
		return float64(columns*f.W) / max(1, float64(rows*f.H))
	case *figure.Plane:
		if f.Square {
			return (f.X.Max - f.X.Min) / (f.Y.Max - f.Y.Min)
		}
	}
	return 1.5
}
