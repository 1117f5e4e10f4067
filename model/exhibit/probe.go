package exhibit

import (
	"fmt"
	"math"
	"slices"
)

// DefaultTolerance is that of exhibits without one of their own.
const DefaultTolerance = 1e-3

// Probe is a promise that the tests hold an exhibit to: with its Quick settings,
// giving Control this Value changes the number Readout.
type Probe struct {
	Control string `json:"control"`
	Value   string `json:"value"`
	Readout string `json:"readout"`
}

// checkProbes says what is wrong with the settings and promises for tests.
func (e *Exhibit) checkProbes() error {
	quick, err := NewState(e, e.Quick)
	if err != nil {
		return fmt.Errorf("exhibit %q: Quick: %w", e.ID, err)
	}
	probed := map[string]bool{}
	for _, p := range e.Probes {
		changed, err := quick.With(p.Control, p.Value)
		switch {
		case err != nil:
			return fmt.Errorf("exhibit %q: a probe: %w", e.ID, err)
		case changed.Text(p.Control) == quick.Text(p.Control):
			return fmt.Errorf("exhibit %q: the probe %s=%s changes nothing", e.ID, p.Control, p.Value)
		case !quick.Shown(*e.control(p.Control)):
			return fmt.Errorf("exhibit %q: the probe %s=%s turns a control that Quick hides", e.ID, p.Control, p.Value)
		case p.Readout == "":
			return fmt.Errorf("exhibit %q: the probe %s=%s names no readout", e.ID, p.Control, p.Value)
		}
		probed[p.Control] = true
	}
	if len(probed) < min(2, len(e.controlIDs())) {
		return fmt.Errorf("exhibit %q has probes of %d controls, two are wanted (see Exhibit.Probes)", e.ID, len(probed))
	}
	for _, c := range e.Controls {
		if c.Kind == Seed && !probed[c.ID] {
			return fmt.Errorf("exhibit %q has no probe of its seed %q (see Exhibit.Probes)", e.ID, c.ID)
		}
	}
	if e.Tolerance < 0 || e.Tolerance > 0.1 || math.IsNaN(e.Tolerance) {
		return fmt.Errorf("exhibit %q has a tolerance of %v", e.ID, e.Tolerance)
	}
	for id := range e.Tolerances {
		if v := e.Tolerances[id]; !(v > 0) {
			return fmt.Errorf("exhibit %q has a tolerance of %v for %q", e.ID, v, id)
		}
	}
	return nil
}

// QuickState is the state of the settings for tests, with one value changed; the
// control "" changes none.
func (e *Exhibit) QuickState(control, value string) (State, error) {
	s, err := NewState(e, e.Quick)
	if err != nil || control == "" {
		return s, err
	}
	return s.With(control, value)
}

// Last are the readouts that stand when all frames have been shown: of each, the one
// in the last frame that has it, in the order in which they first came. frames are in
// the order of their Index.
func Last(frames []Frame) []Readout {
	var last []Readout
	for _, f := range frames {
		for _, r := range f.Readouts {
			if i := slices.IndexFunc(last, func(x Readout) bool { return x.ID == r.ID }); i >= 0 {
				last[i] = r
			} else {
				last = append(last, r)
			}
		}
	}
	return last
}
