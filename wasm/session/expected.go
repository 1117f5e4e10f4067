package session

import (
	"fmt"
	"strings"
	"time"

	"unnoise/model/diffusion"
	"unnoise/wasm/message"
	"unnoise/wasm/words"
)

// Seconds that the shipped model takes for one picture before anything has been
// measured on this device: its 0.3 GFLOP at the speed of Go on WebAssembly, of a
// software adapter and of a modest GPU.
const (
	guessCPU      = 0.5
	guessSoftware = 0.2
	guessGPU      = 0.01
)

// tooSlow is how long a run may take to be started by changing a control;
// beyond it the play button starts it.
const tooSlow = 30 * time.Second

// evaluations is how many pictures the network sees in a step: guidance asks
// with and without the class.
func (s *Session) evaluations() int {
	if s.spec.Class != diffusion.NoClass && s.spec.Guidance != 1 && s.spec.Guidance != 0 {
		return 2 * s.spec.N
	}
	return s.spec.N
}

// adapter names what was measured.
func (s *Session) adapter() string {
	if s.ready == nil {
		return ""
	}
	return strings.Join([]string{s.spec.Model, string(s.ready.Tier), s.ready.Adapter}, " ")
}

// remember keeps what a step of a run that is done took, for the runs to come.
func (s *Session) remember(r *recording) {
	r.seconds = r.took / float64(len(r.plan.Updates))
	s.host.RememberSeconds(s.adapter(), r.seconds/float64(s.evaluations()))
}

// stepSeconds is what a step of the present Spec takes, and whether that has
// been measured on this device.
func (s *Session) stepSeconds() (seconds float64, measured bool) {
	if r := s.current; r != nil && r.seconds > 0 {
		return r.seconds, true
	}
	each := s.host.Seconds(s.adapter())
	measured = each > 0
	if !measured {
		switch {
		case s.ready == nil || s.ready.Tier == message.TierCPU:
			each = guessCPU
		case s.ready.Software:
			each = guessSoftware
		default:
			each = guessGPU
		}
	}
	return each * float64(s.evaluations()), measured
}

// remaining is how long the steps to come take.
func (s *Session) remaining() time.Duration {
	seconds, _ := s.stepSeconds()
	steps := s.spec.Steps
	if r := s.current; r != nil {
		steps = len(r.plan.Updates) - r.steps.Len()
	}
	return time.Duration(float64(max(0, steps)) * seconds * float64(time.Second))
}

// slow reports whether a run is worth asking before.
func (s *Session) slow() bool { return s.remaining() > tooSlow }

// expectation is the line under the playback buttons.
func (s *Session) expectation() string {
	r := s.current
	if s.ready == nil || r == nil || s.failed {
		return ""
	}
	_, measured := s.stepSeconds()
	left := words.Duration(s.remaining())
	switch r.phase {
	case waiting:
		text := "This run takes " + left
		if !measured {
			text = "This run may take " + left
		}
		switch {
		case s.slow():
			return text + ". Press play to start it; it can be stopped at any time."
		case s.fast():
			return text + "."
		}
		return text + " on this device. It can be stopped at any time."
	case preparing:
		if r.toCompile > 0 && r.compiled < r.toCompile {
			return fmt.Sprintf("Preparing the run: %d of %d programs compiled. Then %s.", r.compiled, r.toCompile, left)
		}
		return "Preparing the run. Then " + left + "."
	case running:
		return "Still computing: " + left + "."
	case done:
		return "Computed in " + words.Seconds(r.took) + "."
	case stopped:
		return "Stopped. What was recorded can still be looked at."
	}
	return ""
}
