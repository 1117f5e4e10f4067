package session

import (
	"time"

	"unnoise/wasm/page"
)

// pace is the moment shown and whether it moves. It behaves as a video does
// that is still loading: playing follows what is recorded, and a visitor who
// scrubs takes over.
type pace struct {
	position int
	playing  bool
}

const (
	filmLasts  = 4 * time.Second        // a whole run, played back, about
	leastFrame = 33 * time.Millisecond  // between two moments
	mostFrame  = 400 * time.Millisecond // the same
	calmFrame  = time.Second            // the same for those who asked for less motion
)

// Interval is how long after the last Tick the next one is due; 0 means that
// nothing moves by itself.
func (s *Session) Interval() time.Duration {
	r := s.current
	if !s.pace.playing || r == nil || s.tab != page.Denoise || s.pace.position+1 >= r.ready() {
		return 0
	}
	if s.host.ReducedMotion() {
		return calmFrame
	}
	return max(leastFrame, min(mostFrame, filmLasts/time.Duration(r.total())))
}

// stride is how many moments a Tick passes over, so that long runs do not take
// forever to watch.
func (s *Session) stride() int {
	const most = 300 // ticks of one run
	return max(1, (s.current.total()+most-1)/most)
}

func (s *Session) tick() {
	r := s.current
	if !s.pace.playing || r == nil {
		return
	}
	s.pace.position = min(s.pace.position+s.stride(), r.ready()-1)
	s.settle()
}

// follow is called when a step has been recorded. Where the engine is slower
// than the film, the film shows every step as it comes: Interval is then due.
func (s *Session) follow() { s.settle() }

// settle stops at the end.
func (s *Session) settle() {
	r := s.current
	if r.complete() && s.pace.position == r.total()-1 {
		s.pace.playing = false
		s.announce()
	}
}

// arrive is called when the run is done. Those who asked for less motion see the
// result at once.
func (s *Session) arrive() {
	if s.pace.playing && s.host.ReducedMotion() {
		s.pace.position = s.current.total() - 1
	}
	s.settle()
}

// play is the button and the space bar.
func (s *Session) play() {
	if s.tab == page.Noise {
		return
	}
	r := s.current
	switch {
	case r == nil || r.phase == waiting:
		s.wanted = true
		if s.failed {
			s.again()
		}
		s.begin()
	case s.pace.playing:
		s.pace.playing = false
		s.announce()
	case s.pace.position < r.ready()-1 || r.busy():
		s.pace.playing = true
	case r.complete():
		s.pace = pace{playing: true}
	default: // stopped or failed, and all there is has been seen
		s.again()
	}
}

// jump moves to a position and plays on where it played.
func (s *Session) jump(position int) {
	if s.tab == page.Noise {
		s.noise.t = max(0, min(s.noise.last(), position))
		s.live = s.words()
		s.host.FollowHash(s.address())
		return
	}
	if s.current != nil {
		s.pace.position = max(0, min(position, s.current.ready()-1))
		s.settle()
	}
}

// step moves by one and pauses.
func (s *Session) step(by int) {
	if s.tab == page.Noise {
		s.jump(s.noise.t + by)
		return
	}
	s.scrub(s.pace.position + by)
}

// scrub shows a position; the film waits there.
func (s *Session) scrub(position int) {
	s.pace.playing = false
	s.jump(position)
	s.announce()
}

// announce says the present moment to screen readers. It is not called while the
// film moves.
func (s *Session) announce() { s.live = s.words() }
