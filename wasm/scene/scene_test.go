package scene

import (
	"image/color"
	"math"
	"testing"

	"unnoise/model/trajectory"
)

func TestNoiseColours(t *testing.T) {
	nan := float32(math.NaN())
	for _, c := range []struct {
		x    float32
		want color.RGBA
	}{
		{-3, noiseColours[0]}, {-9, noiseColours[0]}, {-1.5, noiseColours[1]}, {0, noiseColours[2]},
		{1.5, noiseColours[3]}, {3, noiseColours[4]}, {9, noiseColours[4]}, {nan, noiseColours[0]},
		{0.75, color.RGBA{0xf5, 0xd4, 0xba, 0xff}}, // half way between white and light orange
	} {
		if got := noiseColour(c.x); got != c.want {
			t.Errorf("%v is %v, expected %v", c.x, got, c.want)
		}
	}
}

func TestPaint(t *testing.T) {
	pixels := make([]byte, 8)
	paint(pixels, []float32{-1, 1}, trajectory.Layout{N: 1, C: 1, H: 1, W: 2}, AsPicture)
	if want := [8]byte{0, 0, 0, 255, 255, 255, 255, 255}; [8]byte(pixels) != want {
		t.Errorf("grey: %v, expected %v", pixels, want)
	}
	// Three planes of two pixels: red, then cyan.
	paint(pixels, []float32{1, -1, -1, 1, -1, 1}, trajectory.Layout{N: 1, C: 3, H: 1, W: 2}, AsPicture)
	if want := [8]byte{255, 0, 0, 255, 0, 255, 255, 255}; [8]byte(pixels) != want {
		t.Errorf("colour: %v, expected %v", pixels, want)
	}
	paint(pixels, []float32{3, 0, 3, 0, -6, 0}, trajectory.Layout{N: 1, C: 3, H: 1, W: 2}, AsNoise)
	if want := [8]byte{0xf7, 0xf7, 0xf7, 255, 0xf7, 0xf7, 0xf7, 255}; [8]byte(pixels) != want {
		t.Errorf("the mean of the channels: %v, expected %v", pixels, want)
	}
}

func TestFilmFrames(t *testing.T) {
	for _, c := range []struct {
		name      string
		positions int
		w, h      float64
		want      []int
	}{
		{"fewer moments than room", 3, 640, 56, []int{0, 1, 2}},
		{"hardly more", 13, 648, 56, []int{0, 1, 2, 4, 5, 6, 7, 8, 10, 11, 12}},
		{"more", 101, 290, 56, []int{0, 25, 50, 75, 100}},
		{"room for one", 10, 56, 56, []int{0}},
		{"one moment", 1, 640, 56, []int{0}},
		{"none", 0, 640, 56, nil},
		{"no place", 10, 0, 0, nil},
	} {
		f := Film{Positions: c.positions, Place: Rect{W: c.w, H: c.h}}
		got := f.frames()
		if len(got) != len(c.want) {
			t.Errorf("%s: %v, expected %v", c.name, got, c.want)
			continue
		}
		for k := range got {
			if got[k] != c.want[k] {
				t.Errorf("%s: %v, expected %v", c.name, got, c.want)
				break
			}
		}
		for k := 1; k < len(got); k++ {
			distance := f.middle(k, len(got)) - f.middle(k-1, len(got))
			if distance < c.h+frameGap-1 {
				t.Errorf("%s: frames %d and %d are %v apart, which is less than their width %v", c.name, k-1, k, distance, c.h)
			}
			// The moment of a frame is at most half a frame from where the timeline has it.
			if off := f.middle(k, len(got)) - f.middle(got[k], c.positions); math.Abs(off) > distance/2 {
				t.Errorf("%s: frame %d is %v from its moment", c.name, k, off)
			}
		}
	}
}

func TestViewsThatLookTheSame(t *testing.T) {
	values := []float32{0}
	view := func() View {
		return View{Panels: []Panel{{Values: values}}, Film: Film{Positions: 3, Now: 1}}
	}
	if !view().equal(view()) {
		t.Error("the same view counts as another")
	}
	for name, change := range map[string]func(*View){
		"other values":     func(v *View) { v.Panels[0].Values = []float32{0} },
		"another place":    func(v *View) { v.Panels[0].Place.X = 1 },
		"another moment":   func(v *View) { v.Film.Now = 2 },
		"another run":      func(v *View) { v.Film.Generation = 1 },
		"another theme":    func(v *View) { v.Mark.R = 1 },
		"one picture less": func(v *View) { v.Panels = nil },
	} {
		v := view()
		change(&v)
		if v.equal(view()) {
			t.Errorf("%s counts as the same view", name)
		}
	}
}
