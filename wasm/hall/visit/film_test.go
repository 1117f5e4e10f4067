package visit

import (
	"slices"
	"testing"

	"unnoise/model/exhibit"
	"unnoise/model/figure"
)

func frame(i, values int, panels ...string) exhibit.Frame {
	f := exhibit.Frame{Index: i, Total: 100, Figures: map[string]figure.Figure{}}
	for _, id := range panels {
		f.Figures[id] = &figure.Plane{Clouds: []figure.Cloud{{Values: slices.Repeat([]float32{float32(i)}, values)}}}
	}
	return f
}

// first is the first number of a panel's cloud: the index of the frame it is of.
func first(t *testing.T, f exhibit.Frame, id string) int {
	t.Helper()
	p, ok := f.Figures[id].(*figure.Plane)
	if !ok {
		t.Fatalf("frame %d has %v, not %q", f.Index, ids(f), id)
	}
	return int(p.Clouds[0].Values[0])
}

func TestFramesInherit(t *testing.T) {
	f := newFilm(1 << 20)
	f.add(frame(2, 1, "b"))
	f.add(frame(0, 1, "a", "b"))
	f.add(frame(1, 1))
	for i, want := range map[int][2]int{0: {0, 0}, 1: {0, 0}, 2: {0, 2}} {
		m, ok := f.at(i, 2)
		if !ok || first(t, m, "a") != want[0] || first(t, m, "b") != want[1] {
			t.Errorf("moment %d shows %v", i, m.Figures)
		}
	}
	again := frame(1, 1, "b")
	f.add(again)
	if m, _ := f.at(1, 2); first(t, m, "b") != 1 {
		t.Error("a frame that comes again does not replace the first")
	}
}

func TestFilmsAreThinned(t *testing.T) {
	const values, frames = 1000, 100
	limit := 30 * (4*values + 512)
	f := newFilm(limit)
	for i := range frames {
		panels := []string{"moving"}
		if i == 0 || i == 13 || i == 51 {
			panels = append(panels, "still")
		}
		f.add(frame(i, values, panels...))
		if f.bytes > limit {
			t.Fatalf("%d bytes after frame %d, at most %d", f.bytes, i, limit)
		}
		if m, ok := f.at(i, 2); !ok || m.Index != i {
			t.Fatalf("the newest moment %d is shown as %d", i, m.Index)
		}
	}
	kept, came, some := f.thinned()
	if !some || came != frames || kept < 15 || kept > 30 {
		t.Errorf("%d of %d kept, thinned %v", kept, came, some)
	}
	total := 0
	for _, kept := range f.kept {
		if kept != nil {
			total += size(kept)
		}
	}
	if total != f.bytes {
		t.Errorf("%d bytes are counted, %d are there", f.bytes, total)
	}
	for i := range frames {
		m, ok := f.at(i, 2)
		if !ok || m.Index > i || i-m.Index >= f.stride {
			t.Errorf("moment %d is shown as %d, of every %d", i, m.Index, f.stride)
		}
		first(t, m, "still")
	}
	// What a dropped frame brought is inherited by the ones after it.
	if m, _ := f.at(99, 2); first(t, m, "still") != 51 {
		t.Errorf("the last moment has what frame %d brought, expected 51", first(t, m, "still"))
	}
	for _, i := range []int{20, 40} {
		if m, _ := f.at(i, 2); first(t, m, "still") != 13 {
			t.Errorf("moment %d has what frame %d brought, expected 13", i, first(t, m, "still"))
		}
	}
}

func TestAnEmptyFilm(t *testing.T) {
	f := newFilm(1)
	if _, ok := f.at(0, 1); ok || f.ready() != -1 || f.last() != 0 {
		t.Error("there is something in an empty film")
	}
}
