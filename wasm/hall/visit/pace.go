package visit

import "time"

// pace is the moment wanted and whether it moves. It behaves as a video does that is
// still loading: playing follows what is recorded, and a visitor who scrubs takes
// over. A moment that is not there yet is waited for.
type pace struct {
	position int
	playing  bool
}

const (
	filmLasts  = 5 * time.Second        // a whole run, played back, about
	leastFrame = time.Second / 60       // between two moments
	slowFrame  = time.Second / 20       // the same on a slow device
	mostFrame  = 400 * time.Millisecond // the same
	calmFrame  = time.Second            // the same for those who asked for less motion
)

// shown is the index of the moment shown, −1 where there is none.
func (v *Visit) shown() int {
	if v.film == nil {
		return -1
	}
	return min(v.pace.position, v.film.ready())
}

// Interval is how long after the last Tick the next one is due; 0 means that nothing
// moves by itself.
func (v *Visit) Interval() time.Duration {
	if !v.pace.playing || v.film == nil || v.filmOf != v.id || v.pace.position >= v.film.ready() {
		return 0
	}
	if v.host.ReducedMotion() {
		return calmFrame
	}
	least := leastFrame
	if v.ready != nil && v.ready.Slow {
		least = slowFrame // drawing and computing share what there is
	}
	return max(least, min(mostFrame, filmLasts/time.Duration(v.film.last()+1)))
}

func (v *Visit) tick() {
	if !v.pace.playing || v.film == nil {
		return
	}
	// A long film passes over moments so that it ends, and so that a run whose length
	// nobody knows is followed.
	stride := max(1, int(time.Duration(v.film.last()+1)*v.Interval()/filmLasts))
	if v.film.total == 0 {
		stride = max(stride, (v.film.ready()-v.pace.position)/8)
	}
	v.pace.position = min(v.pace.position+stride, v.film.ready())
	v.settle()
}

// settle stops at the end.
func (v *Visit) settle() {
	if v.film != nil && v.filmOf == v.id && !v.busy() && v.pace.position >= v.film.ready() {
		v.pace = pace{position: v.film.ready()}
		v.announce()
	}
}

// arrive is called when the run has reached its end. Those who asked for less motion
// see it at once.
func (v *Visit) arrive() {
	if v.film == nil || v.filmOf != v.id {
		return
	}
	if v.pace.playing && v.host.ReducedMotion() {
		v.pace.position = v.film.ready()
	}
	v.settle()
}

// play is the button and the space bar.
func (v *Visit) play() {
	switch {
	case v.pace.playing && (v.busy() || v.shown() < v.filmEnd()):
		v.pace.playing = false
		v.announce()
	case v.film == nil || v.phase == broken || v.phase == stopped && v.shown() >= v.filmEnd():
		v.pace = pace{playing: true}
		v.run()
	case v.busy() || v.shown() < v.filmEnd():
		v.pace = pace{position: max(0, v.shown()), playing: true}
	default:
		v.pace = pace{playing: true}
	}
}

func (v *Visit) filmEnd() int {
	if v.film == nil {
		return -1
	}
	return v.film.ready()
}

// jump moves to a moment and plays on where it played.
func (v *Visit) jump(position int) {
	v.pace.position = max(0, min(position, v.filmEnd()))
	v.settle()
	if !v.pace.playing {
		v.announce()
	}
}

// step moves by one and pauses.
func (v *Visit) step(by int) { v.scrub(v.shown() + by) }

// scrub shows a moment; the film waits there.
func (v *Visit) scrub(position int) {
	v.pace.playing = false
	v.jump(position)
}

// announce says the present moment to screen readers. It is not called while the film
// moves.
func (v *Visit) announce() {
	if m, ok := v.moment(); ok {
		v.live = m.Words
		if m.Label != "" {
			v.live = m.Label + ". " + m.Words
		}
	}
}
