package visit

import (
	"maps"
	"slices"

	"unnoise/model/exhibit"
	"unnoise/model/figure"
)

// DefaultCapBytes bounds the memory of a recording's figures.
const DefaultCapBytes = 256 << 20

// film is the frames of a run, by index, within a memory cap: beyond it every second
// one is dropped, and again, and the moment shown is the nearest one kept before.
type film struct {
	kept    []*exhibit.Frame // by index; nil where there is none
	first   int              // the least index that there is
	total   int              // 0 while unknown
	bytes   int
	cap     int
	stride  int // frames of other indices are dropped, the newest apart
	newest  int
	pending map[string]figure.Figure // of dropped frames, for the next one that lacks them
}

func newFilm(capBytes int) *film {
	return &film{cap: capBytes, stride: 1, newest: -1, first: -1, pending: map[string]figure.Figure{}}
}

// add records a frame; one that comes again replaces the first.
func (f *film) add(frame exhibit.Frame) {
	i := frame.Index
	if frame.Total > 0 {
		f.total = frame.Total
	}
	for len(f.kept) <= i {
		f.kept = append(f.kept, nil)
	}
	if old := f.kept[i]; old != nil {
		f.bytes -= size(old)
	}
	if previous := f.newest; i > previous {
		f.newest = i
		if previous >= 0 && previous%f.stride != 0 {
			f.drop(previous)
		}
	} else if i%f.stride != 0 {
		return // thinned out already
	}
	if len(f.pending) > 0 {
		figures := maps.Clone(f.pending)
		maps.Copy(figures, frame.Figures)
		frame.Figures = figures
		clear(f.pending)
	}
	f.kept[i] = &frame
	f.bytes += size(&frame)
	if f.first < 0 || i < f.first {
		f.first = i
	}
	for f.bytes > f.cap && f.stride < len(f.kept) {
		f.thin()
	}
}

// thin drops every second frame of those there are, and all that come between.
func (f *film) thin() {
	f.stride *= 2
	for i := range f.kept {
		if i%f.stride != 0 && i != f.newest {
			f.drop(i)
		}
	}
}

// drop forgets a frame, but leaves what the frames after it inherit to the next one.
func (f *film) drop(i int) {
	frame := f.kept[i]
	if frame == nil || i == f.first {
		return
	}
	f.kept[i] = nil
	f.bytes -= size(frame)
	for next := i + 1; next < len(f.kept); next++ {
		if to := f.kept[next]; to != nil {
			f.bytes -= size(to)
			figures := maps.Clone(frame.Figures)
			if figures == nil {
				figures = map[string]figure.Figure{}
			}
			maps.Copy(figures, to.Figures)
			to.Figures = figures
			f.bytes += size(to)
			return
		}
	}
	maps.Copy(f.pending, frame.Figures)
}

// ready is the last index that can be shown, −1 where there is none.
func (f *film) ready() int { return f.newest }

// last is the last index that there will be, as far as is known.
func (f *film) last() int { return max(f.total-1, f.newest, 0) }

// thinned reports how many of the frames that came are kept, where not all are.
func (f *film) thinned() (kept, came int, some bool) {
	for _, frame := range f.kept {
		if frame != nil {
			kept++
		}
	}
	return kept, f.newest + 1, f.stride > 1
}

// at is the moment of an index: what its frame has, and what it inherits of those
// before. ok is false where nothing can be shown.
func (f *film) at(index int, panels int) (moment exhibit.Frame, ok bool) {
	for i := min(index, f.newest); i >= 0; i-- {
		frame := f.kept[i]
		if frame == nil {
			continue
		}
		if !ok {
			moment, ok = *frame, true
			moment.Figures = maps.Clone(frame.Figures)
			if moment.Figures == nil {
				moment.Figures = map[string]figure.Figure{}
			}
			continue
		}
		for id, fig := range frame.Figures {
			if _, has := moment.Figures[id]; !has {
				moment.Figures[id] = fig
			}
		}
		if moment.Readouts == nil {
			moment.Readouts = frame.Readouts
		}
		if moment.Equations == nil {
			moment.Equations = frame.Equations
		}
		if len(moment.Figures) >= panels && moment.Readouts != nil && moment.Equations != nil {
			break
		}
	}
	return moment, ok
}

// size is the memory of a frame's bulk values.
func size(f *exhibit.Frame) int {
	n := 0
	for _, fig := range f.Figures {
		switch fig := fig.(type) {
		case *figure.Pictures:
			n += len(fig.Values)
		case *figure.Plane:
			if fig.Density != nil {
				n += len(fig.Density.Values)
			}
			for _, a := range fig.Arrows {
				n += len(a.Values)
			}
			for _, l := range fig.Paths {
				n += len(l.Values)
			}
			for _, c := range fig.Clouds {
				n += len(c.Values)
			}
		case *figure.Plot:
			for _, c := range fig.Curves {
				n += len(c.X) + len(c.Y)
			}
		}
	}
	const floatBytes, frameBytes = 4, 512
	return n*floatBytes + frameBytes
}

// ids are the panels that have a figure, for tests and messages.
func ids(f exhibit.Frame) []string { return slices.Sorted(maps.Keys(f.Figures)) }
