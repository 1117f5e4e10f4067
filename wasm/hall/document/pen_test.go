package document

import (
	"math"
	"slices"
	"strings"
	"testing"

	"unnoise/model/exhibit"
	"unnoise/model/figure"
	"unnoise/wasm/scene"
	"unnoise/wasm/scene/figures"
)

func TestAMaskLiesOnTheFirstPicture(t *testing.T) {
	c := exhibit.Control{ID: "mask", Kind: exhibit.Mask, Min: 4, Max: 6}
	two := &figure.Pictures{W: 6, H: 4, C: 1, Columns: 2, Values: make([]float32, 48)}
	s, ok := sheetOn(c, two, 400, 200)
	if !ok || s.place.W > 200 || math.Abs(s.place.W/s.place.H-1.5) > .02 {
		t.Fatalf("the sheet of two pictures is %+v, %v", s.place, ok)
	}
	mask := make([]bool, 24)
	mask[2*6+3] = true
	x, y := 3.5*s.place.W/6, 2.5*s.place.H/4
	if got := s.where(x, y, mask); got != "Row 3 of 4, column 4 of 6: on." {
		t.Errorf("the cursor stands at %q", got)
	}
	if got := s.where(s.place.W, s.place.H, mask); got != "Row 4 of 4, column 6 of 6: off." {
		t.Errorf("at the edge it stands at %q", got)
	}
	if drawn := s.markup(nil, mask, x, y); strings.Count(drawn, `class="cell"`) != 1 || strings.Count(drawn, `class="cursor"`) != 1 {
		t.Errorf("markup %s", drawn)
	}
	if _, ok := sheetOn(c, &figure.Table{}, 400, 200); ok {
		t.Error("a mask lies on a table")
	}
}

func TestABrushCoversItsWidthAndStaysInside(t *testing.T) {
	s := sheet{control: exhibit.Control{Kind: exhibit.Mask}, rows: 4, cols: 6}
	s.place.W, s.place.H = 60, 40
	for _, c := range []struct {
		width  float64
		px, py float64
		want   []int
	}{
		{0, 35, 25, []int{15}},
		{2, 35, 25, []int{15, 16, 21, 22}},
		{3, 35, 15, []int{2, 3, 4, 8, 9, 10, 14, 15, 16}},
		{3, 59, 39, []int{16, 17, 22, 23}},
		{3, -5, -5, []int{0, 1, 6, 7}},
	} {
		s.control.Step = c.width
		if got := s.brush(c.px, c.py); !slices.Equal(got, c.want) {
			t.Errorf("a brush of %g at %g, %g covers %v, expected %v", c.width, c.px, c.py, got, c.want)
		}
	}
}

func TestADrawingLiesOnThePlane(t *testing.T) {
	c := exhibit.Control{ID: "drawing", Kind: exhibit.Drawing}
	plane := &figure.Plane{X: figure.Axis{Min: -2, Max: 2}, Y: figure.Axis{Min: -2, Max: 2}}
	s, ok := sheetOn(c, plane, 300, 300)
	if !ok {
		t.Fatal("a plane is no sheet")
	}
	if got := s.where(s.place.W/2, s.place.H/2, nil); got != "At 0.00, 0.00." && got != "At −0.00, 0.00." && got != "At 0.00, −0.00." {
		t.Errorf("its middle is %q", got)
	}
	if x, y := s.point(-1e3, -1e3); x != -2 || y != 2 {
		t.Errorf("outside above left is %v, %v", x, y)
	}
	if drawn := s.markup([]float32{0, 0, 1, 1}, nil, 0, 0); strings.Count(drawn, `class="point"`) != 2 {
		t.Errorf("markup %s", drawn)
	}
	if _, ok := sheetOn(c, &figure.Pictures{}, 300, 300); ok {
		t.Error("a drawing lies on pictures")
	}
}

func TestStripsTakeWhatTheyNeed(t *testing.T) {
	wide := exhibit.Panel{Wide: true}
	row := &figure.Pictures{C: 1, W: 32, H: 32, Columns: 10, Values: make([]float32, 10*1024), Captions: make([]string, 10)}
	h := strip(wide, row, 900)
	if h < 80 || h > 130 {
		t.Fatalf("ten pictures beside each other take %g of 900", h)
	}
	cells := func(h float64) scene.Rect { c, _ := figures.Cells(row, scene.Rect{W: 900, H: h}); return c[0] }
	if cells(h).W != cells(900).W || cells(h-2).W == cells(900).W {
		t.Errorf("pictures are %g wide in their strip, %g in less and %g where there is room", cells(h).W, cells(h-2).W, cells(900).W)
	}
	grid := &figure.Pictures{C: 1, W: 32, H: 32, Columns: 3, Values: make([]float32, 9*1024)}
	if strip(exhibit.Panel{}, row, 900) != 0 || strip(wide, grid, 900) != 0 || strip(wide, &figure.Plot{}, 900) != 0 || strip(wide, nil, 900) != 0 {
		t.Error("what is no strip is taken for one")
	}
	if got := gridRows([]int{6, 6, 12, 4, 4, 4, 12}, []float64{0, 0, h, 0, 0, 0, 0}); got != "minmax(250px,1fr) max-content minmax(250px,1fr) minmax(250px,1fr)" {
		t.Errorf("rows %q", got)
	}
}

func TestSpansFillTheirRows(t *testing.T) {
	panel, wide := exhibit.Panel{}, exhibit.Panel{Wide: true}
	for _, c := range []struct {
		panels []exhibit.Panel
		want   []int
	}{
		{[]exhibit.Panel{panel}, []int{12}},
		{[]exhibit.Panel{panel, panel, wide, panel}, []int{6, 6, 12, 12}},
		{[]exhibit.Panel{panel, panel, panel, panel, panel}, []int{4, 4, 4, 6, 6}},
	} {
		if got := spans(c.panels); !slices.Equal(got, c.want) {
			t.Errorf("spans %v, expected %v", got, c.want)
		}
	}
}
