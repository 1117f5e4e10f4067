package session

import (
	"unnoise/model/diffusion"
	"unnoise/model/run"
	"unnoise/model/trajectory"
	"unnoise/wasm/message"
)

// phase is where a run stands.
type phase string

const (
	waiting   phase = "ready"     // laid out, not asked for
	preparing phase = "preparing" // asked for, no step yet
	running   phase = "running"
	done      phase = "done"
	stopped   phase = "stopped" // by the visitor
	broken    phase = "failed"
)

// recording is a run laid out, and what of it there is.
type recording struct {
	id      int
	plan    *run.Plan
	start   run.Start
	x0      []float32 // the picture it starts from, or nil
	steps   *trajectory.Trajectory
	phase   phase
	seconds float64 // a step takes; 0 if unknown
	took    float64 // seconds, once done
	// GPU programs compiled before the first step.
	compiled, toCompile int64
}

// total is the number of moments, x_0 included.
func (r *recording) total() int { return len(r.plan.Updates) + 1 }

// ready is how many moments can be looked at. The first is there from the
// beginning: the engine adds what the network sees in it.
func (r *recording) ready() int { return max(1, r.steps.Len()) }

func (r *recording) complete() bool { return r.steps.Len() == r.total() }

func (r *recording) busy() bool { return r.phase == preparing || r.phase == running }

// at returns the step to show for a position.
func (r *recording) at(position int) diffusion.Step {
	if step, ok := r.steps.At(position); ok {
		return step
	}
	return diffusion.Step{Update: r.update(0), Xt: r.start.Xt}
}

func (r *recording) update(i int) diffusion.Update {
	if i < len(r.plan.Updates) {
		return r.plan.Updates[i]
	}
	return diffusion.Final()
}

// startPicture is the picture that the Spec starts from, once it is there.
type startPicture struct {
	picture string // Spec.Start.Picture
	x0      []float32
	asked   bool
}

// renew lays out the run of the present Spec in place of the one before, and
// starts it unless it would take long.
func (s *Session) renew() {
	if s.current != nil && s.current.busy() {
		s.engine.Cancel()
	}
	s.prepare()
	s.wanted = s.current == nil || !s.slow()
	s.begin()
}

// prepare lays out the run of the present Spec. Where the picture it starts from
// is not there yet, there is none.
func (s *Session) prepare() {
	s.current, s.derived = nil, derived{}
	s.pace = pace{}
	if !s.findStart() {
		return
	}
	plan, err := run.NewPlan(s.spec, s.knownInfo())
	if err != nil {
		s.say(err.Error(), "", "", nil)
		return
	}
	x0 := s.start.x0
	if s.spec.Start == nil {
		x0 = nil
	}
	start, err := plan.Start(x0)
	if err != nil {
		s.say(err.Error(), "", "", nil)
		return
	}
	s.lastID++
	s.picked = min(s.picked, s.spec.N-1)
	s.current = &recording{
		id: s.lastID, plan: plan, start: start, x0: x0, phase: waiting,
		steps: trajectory.New(plan.Layout, plan.Updates, trajectory.DefaultCapBytes),
	}
	s.live = ""
}

// begin asks the engine for the run if it is wanted and all it needs is there.
func (s *Session) begin() {
	r := s.current
	if !s.wanted || r == nil || s.info == nil || r.busy() || r.complete() {
		return
	}
	s.wanted = false
	r.phase = preparing
	s.pace = pace{playing: true}
	s.tuning.active = false // the run ends it
	s.engine.Run(message.Run{RunID: r.id, Spec: s.spec, Start: r.x0})
}

// again lays out the same run anew: it had been stopped or had failed.
func (s *Session) again() {
	s.notice, s.onAction = nil, nil
	s.prepare()
	s.wanted = true
	if s.failed {
		s.load()
	}
	s.begin()
}

func (s *Session) cancel() {
	s.wanted = false
	if s.current != nil && s.current.busy() {
		s.current.phase = stopped
		s.pace.playing = false
		s.engine.Cancel()
	}
}

// findStart reports whether the picture the Spec starts from is there, and asks
// for it where it is not.
func (s *Session) findStart() bool {
	if s.spec.Start == nil {
		return true
	}
	picture := s.spec.Start.Picture
	if s.start.picture != picture {
		s.start = startPicture{picture: picture}
	}
	if s.start.x0 != nil {
		return true
	}
	index, isSample := sampleIndex(picture)
	switch {
	case isSample && s.noise.sheet.Grey == nil && !s.noise.noSheet:
		return false // the pictures are on their way
	case isSample && index >= 0 && index < len(s.noise.sheet.Grey):
		s.start.x0 = values(s.noise.sheet.Grey[index])
		return true
	case isSample:
		s.dropStart("The link starts from a picture that is not here; the run starts from pure noise.")
		return true
	}
	if !s.start.asked {
		s.start.asked = true
		s.host.DecodePNG(picture)
	}
	return false
}

// dropStart goes on from pure noise where the picture cannot be had.
func (s *Session) dropStart(sentence string) {
	s.spec.Start = nil
	s.host.ReplaceHash(s.address())
	s.say(sentence, "", "", nil)
}

func (s *Session) decoded(e Decoded) {
	if s.spec.Start == nil || e.Picture != s.start.picture {
		return
	}
	if e.Problem != "" {
		s.dropStart(e.Problem + " The run starts from pure noise.")
	} else {
		s.start.x0 = values(e.Grey)
	}
	wanted := s.wanted
	s.prepare()
	s.wanted = wanted
	s.beginFirst()
}

// values turns grey levels into x ∈ [−1, 1].
func values(grey []byte) []float32 {
	x := make([]float32, len(grey))
	for i, v := range grey {
		x[i] = trajectory.Value(v)
	}
	return x
}
