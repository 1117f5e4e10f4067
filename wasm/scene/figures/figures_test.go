package figures

import (
	"image/color"
	"math"
	"testing"

	"unnoise/model/figure"
	"unnoise/wasm/scene"
)

func TestCells(t *testing.T) {
	p := &figure.Pictures{C: 1, H: 8, W: 8, Columns: 3, Values: make([]float32, 7*64), Map: figure.Tone}
	within := scene.Rect{X: 10, Y: 20, W: 300, H: 200}
	cells, _ := Cells(p, within)
	if len(cells) != 7 {
		t.Fatalf("%d places for 7 pictures", len(cells))
	}
	for k, c := range cells {
		if c.W != c.H || math.Mod(c.W, 8) != 0 {
			t.Errorf("picture %d is %v × %v: no whole multiple of 8", k, c.W, c.H)
		}
		if c.X < within.X || c.Y < within.Y || c.X+c.W > within.X+within.W || c.Y+c.H > within.Y+within.H {
			t.Errorf("picture %d at %v leaves %v", k, c, within)
		}
		for j, d := range cells[:k] {
			if c.X < d.X+d.W && d.X < c.X+c.W && c.Y < d.Y+d.H && d.Y < c.Y+c.H {
				t.Errorf("pictures %d and %d overlap", j, k)
			}
		}
	}
	if side := cells[0].W; side != 64 { // of (200 − 2·3) / 3 = 64.7 pixels of height
		t.Errorf("pictures of %v, expected 64", side)
	}
	p.Captions = make([]string, 7)
	p.Rows = []string{"one", "two", "three and more"}
	captioned, names := Cells(p, within)
	if captioned[0].H >= cells[0].H || names <= 0 || captioned[0].X < within.X+names {
		t.Errorf("captions and names take no room: %v, %v", captioned[0], names)
	}
	if cells, _ := Cells(p, scene.Rect{}); cells != nil {
		t.Error("pictures in no place")
	}
}

func square() *figure.Plane {
	return &figure.Plane{X: figure.Axis{Min: -2, Max: 2}, Y: figure.Axis{Min: -1, Max: 1}, Square: true}
}

func TestPlaneAndBack(t *testing.T) {
	v := Inside(square(), scene.Rect{X: 5, Y: 5, W: 400, H: 400})
	if got := v.Place.W / v.Place.H; math.Abs(got-2) > 1e-12 {
		t.Errorf("units are not equally long: %v to 1", got)
	}
	x, y := v.At(-2, 1)
	if x != v.Place.X || y != v.Place.Y {
		t.Errorf("the top left corner is at %v, %v", x, y)
	}
	x, y = v.Point(v.At(0.25, -0.5))
	if math.Abs(x-0.25) > 1e-12 || math.Abs(y+0.5) > 1e-12 {
		t.Errorf("(0.25, −0.5) came back as (%v, %v)", x, y)
	}
}

func TestDotsOutsideAreLeftOut(t *testing.T) {
	v := Inside(square(), scene.Rect{W: 400, H: 400})
	nan := float32(math.NaN())
	got := dots(nil, []float32{0, 0, 3, 0, 0, -1.5, nan, 0, 2, 1}, v, 4, 2)
	if len(got) != 2 {
		t.Fatalf("%d of 2 particles inside", len(got))
	}
	x, _ := v.At(0, 0)
	if c := (got[0][0][0] + got[0][2][0]) / 2; math.Abs(float64(c)-2*x) > 1e-3 {
		t.Errorf("the middle is at %v, expected %v", c, 2*x)
	}
	if h := got[0][2][1] - got[0][0][1]; math.Abs(float64(h)-(4*2+2*soft)) > 1e-3 {
		t.Errorf("a particle of 4 CSS pixels at 2 a pixel is %v high", h)
	}
}

func TestStrokesAreClippedAndInterrupted(t *testing.T) {
	v := Inside(square(), scene.Rect{W: 400, H: 400})
	nan := float32(math.NaN())
	got := strokes(nil, []float32{-9, 0, 9, 0, nan, nan, 0, 0, 0, .5}, v, 2, 1, false)
	if len(got) != 2 {
		t.Fatalf("%d segments, expected 2", len(got))
	}
	left, right := got[0][0][0], got[0][1][0]
	if math.Abs(float64(left)-v.Place.X) > 1e-3 || math.Abs(float64(right)-v.Place.X-v.Place.W) > 1e-3 {
		t.Errorf("the line goes from %v to %v, expected %v to %v", left, right, v.Place.X, v.Place.X+v.Place.W)
	}
	if n := len(strokes(nil, []float32{-9, 5, 9, 5}, v, 2, 1, false)); n != 0 {
		t.Errorf("%d segments of a line outside", n)
	}
	// 356 px wide: a dash every 10 px.
	dashes := strokes(nil, []float32{-2, 0, 2, 0}, v, 2, 1, true)
	if want := int(math.Ceil(v.Place.W / 10)); len(dashes) != want {
		t.Errorf("%d dashes over %v px, expected %d", len(dashes), v.Place.W, want)
	}
}

func TestArrowsPointWhereTheyShould(t *testing.T) {
	v := Inside(square(), scene.Rect{W: 400, H: 400})
	got := arrows(nil, []float32{0, 0, 1, 0, 0, 0, 0, 0}, 0.5, v, 1)
	if len(got) != 3 {
		t.Fatalf("%d lines: a shaft and a head of two for one arrow, none for one without length", len(got))
	}
	tip, _ := v.At(0.5, 0)
	if x := got[0][1][0]; math.Abs(float64(x)-tip) > 1e-3 {
		t.Errorf("the arrow ends at %v, expected %v", x, tip)
	}
	for _, q := range got[1:] {
		if q[1][0] >= q[0][0] {
			t.Errorf("the head goes forward: %v", q)
		}
	}
}

func TestPaint(t *testing.T) {
	white, red, blue, teal := color.RGBA{255, 255, 255, 255}, color.RGBA{200, 0, 0, 255}, color.RGBA{0, 0, 200, 255}, color.RGBA{0, 100, 100, 255}
	palette := Palette{Ground: white, Low: blue, High: red, Accent: teal}
	pixels := make([]byte, 12)
	at := func(k int) color.RGBA { return color.RGBA{pixels[4*k], pixels[4*k+1], pixels[4*k+2], pixels[4*k+3]} }
	for name, c := range map[string]struct {
		p    figure.Pictures
		v    []float32
		want [3]color.RGBA
	}{
		"signed": {figure.Pictures{C: 1, H: 1, W: 3, Map: figure.Signed, Low: -2, High: 2}, []float32{-2, 0, 5}, [3]color.RGBA{blue, white, red}},
		"heat":   {figure.Pictures{C: 1, H: 1, W: 3, Map: figure.Heat, Low: 1, High: 3}, []float32{0, 1, 3}, [3]color.RGBA{white, white, teal}},
		"tone":   {figure.Pictures{C: 1, H: 1, W: 3, Map: figure.Tone}, []float32{-1, 0, 1}, [3]color.RGBA{{0, 0, 0, 255}, {128, 128, 128, 255}, white}},
	} {
		paintPicture(pixels, c.v, &c.p, palette)
		for k := range 3 {
			if d := int(at(k).R) - int(c.want[k].R); d < -1 || d > 1 || at(k).A != 255 {
				t.Errorf("%s: pixel %d is %v, expected %v", name, k, at(k), c.want[k])
			}
		}
	}
}
