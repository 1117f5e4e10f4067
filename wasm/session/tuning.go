package session

import (
	"fmt"

	"unnoise/wasm/message"
	"unnoise/wasm/page"
	"unnoise/wasm/words"
)

// tuning is what is known of the kernels' measurement on this device.
type tuning struct {
	active           bool // it goes on, or waits for the engine
	done             bool // it has been made, now or on an earlier visit, or is not wanted
	measured, shapes int64
	precision        message.Precision // in use
	last             *message.Tuned    // of this visit
	rejected         int               // kernels that do not compile here
}

// tuneIfDue measures the kernels once the visitor has seen a first result, so that
// nobody waits for it.
func (s *Session) tuneIfDue() {
	if !s.tuning.done && !s.tuning.active && s.canTune() {
		s.beginTuning()
	}
}

func (s *Session) canTune() bool {
	return s.ready != nil && s.ready.Tier == message.TierWebGPU && s.info != nil
}

func (s *Session) beginTuning() {
	s.tuning.active, s.tuning.measured, s.tuning.shapes = true, 0, 0
	s.engine.Tune()
}

// tuneAgain is the button. While a run goes on, its end begins it.
func (s *Session) tuneAgain() {
	s.tuning.done = false
	if s.current == nil || !s.current.busy() {
		s.tuneIfDue()
	}
}

func (s *Session) stopTuning() {
	if s.tuning.active {
		s.tuning.active, s.tuning.done = false, true
		s.engine.StopTuning()
	}
}

// tuned takes the result. One that a run has cut short comes again after the run.
func (s *Session) tuned(e *message.Tuned) {
	s.tuning.active = false
	if e.Note != "" {
		s.say(e.Note, "", "", nil)
		s.tuning.done = true
	}
	if e.Stopped {
		return
	}
	s.tuning.done, s.tuning.precision, s.tuning.last = true, e.Precision, e
}

func (s *Session) tuningView() page.Tuning {
	t := &s.tuning
	v := page.Tuning{Possible: s.canTune() && t.done}
	switch {
	case t.active && t.shapes > 0:
		v.Text = fmt.Sprintf("Measuring which kernels are fastest on your GPU: %d of %d, about 3 seconds.", t.measured, t.shapes)
	case t.active:
		v.Text = "Measuring which kernels are fastest on your GPU, about 3 seconds."
	}
	return v
}

// words end the sentences about the tier.
func (t *tuning) words() string {
	out := ""
	if e := t.last; e != nil {
		out += fmt.Sprintf(" The fastest kernels were measured for %s.", words.Count(e.Shapes, "shape", "shapes"))
		if e.F16Seconds > 0 {
			out += fmt.Sprintf(" A step takes %s in f16 and %s in f32.", words.Seconds(e.F16Seconds), words.Seconds(e.F32Seconds))
		}
	} else if t.done && t.precision != "" {
		out += " Kernels are those measured on an earlier visit."
	}
	if t.rejected > 0 {
		out += fmt.Sprintf(" %s not compile here; others stand in.", words.Count(t.rejected, "kernel does", "kernels do"))
	}
	return out
}
