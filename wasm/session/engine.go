package session

import (
	"fmt"

	"unnoise/model/catalog"
	"unnoise/model/diffusion"
	"unnoise/wasm/message"
	"unnoise/wasm/page"
)

// handleEngine takes what the engine says, and reports whether it was that.
func (s *Session) handleEngine(event any) bool {
	switch e := event.(type) {
	case Catalogued:
		s.catalogued(e)
	case ProgramLoading:
		s.loading = page.Loading{Text: "Loading the engine", Done: e.Done, Total: e.Total}
	case *message.Ready:
		s.becomeReady(e)
	case *message.Progress:
		s.progress(e)
	case *message.Loaded:
		s.loaded(e)
	case *message.Estimate:
		if r := s.running(e.RunID); r != nil {
			r.seconds = e.SecondsPerStep
		}
	case *message.Step:
		s.record(e)
	case *message.Done:
		if r := s.running(e.RunID); r != nil {
			r.phase, r.took = done, e.Seconds
			s.remember(r)
			s.tuneIfDue()
			s.arrive()
			if s.notice == s.passing {
				s.notice = nil
			}
		}
	case *message.Cancelled:
		if r := s.running(e.RunID); r != nil {
			r.phase = stopped
		}
	case *message.Tuned:
		s.tuned(e)
	case *message.Adapted:
		s.tuning.rejected = len(e.Rejected)
	case *message.Error:
		s.broke(e)
	case *message.DeviceLost:
		s.say("The graphics device was lost.", e.Reason+" Another one is being asked for; the run goes on from the last recorded step.", "", nil)
		s.notice.SelfTest = true
	case *message.Rebuilt:
		s.ready, s.tuning = &e.Ready, tuning{done: true, precision: s.tuning.precision}
		s.say("The graphics device is back.", goesOn(e), "", nil)
		s.notice.SelfTest = true
		s.passing = s.notice
	default:
		return false
	}
	return true
}

func goesOn(e *message.Rebuilt) string {
	if e.RunID == 0 {
		return e.Ready.Reason
	}
	return fmt.Sprintf("The run goes on from step %d. %s", e.Index+1, e.Ready.Reason)
}

// catalogued loads the model of the Spec, or the first one there is.
func (s *Session) catalogued(e Catalogued) {
	if e.Problem != "" {
		s.failed = true
		s.say(e.Problem, "The Noise tab works without a model.", "Reload", s.host.Reload)
		return
	}
	s.models = e.Catalog
	model, err := e.Catalog.Find(s.spec.Model)
	if err != nil || model.Use == catalog.Exhibit {
		model = e.Catalog.Page()[0]
		s.say(fmt.Sprintf("The link asks for a model “%s”, which this page does not offer.", s.spec.Model),
			"It is shown with “"+model.Name+"” instead.", "", nil)
		s.spec.Model = model.ID
		s.host.ReplaceHash(s.address())
	}
	s.model = model
	s.load()
}

func (s *Session) load() {
	if s.model == nil {
		s.host.Reload()
		return
	}
	s.failed = false
	s.loading = page.Loading{Text: "Loading the model", Total: s.model.Size}
	s.engine.Load(message.Load{ID: s.model.ID, URL: "models/" + s.model.File, SHA256: s.model.SHA256, Size: s.model.Size})
}

func (s *Session) becomeReady(e *message.Ready) {
	first := s.ready == nil
	s.ready = e
	s.tuning.active = false // of an engine that is no more
	if first && !s.touched && s.fast() {
		s.spec.Steps = fastSteps
		s.host.ReplaceHash(s.address())
		s.prepare()
	}
	s.beginFirst()
}

// fast reports whether the engine computes on a real GPU.
func (s *Session) fast() bool {
	return s.ready != nil && s.ready.Tier == message.TierWebGPU && !s.ready.Software
}

func (s *Session) progress(e *message.Progress) {
	if e.Stage == message.StageTune {
		s.tuning.measured, s.tuning.shapes = e.Done, e.Total
		return
	}
	if e.RunID != 0 {
		if r := s.running(e.RunID); r != nil {
			r.compiled, r.toCompile = e.Done, e.Total
		}
		return
	}
	texts := map[message.Stage]string{
		message.StageFetch:   "Loading the model",
		message.StageCache:   "Loading the model, kept from an earlier visit",
		message.StageVerify:  "Checking the model",
		message.StageCompile: "Preparing the model",
	}
	s.loading = page.Loading{Text: texts[e.Stage], Done: e.Done, Total: e.Total}
	if e.Stage == message.StageCompile {
		s.loading.Done, s.loading.Total = 0, 0 // not bytes
	}
}

func (s *Session) loaded(e *message.Loaded) {
	s.info = &e.Info
	s.tuning = tuning{precision: e.Precision, done: e.Tuned}
	s.failed = false
	if e.Note != "" {
		s.say(e.Note, "", "", nil)
	}
	if problems := s.spec.Validate(e.Info); len(problems) > 0 {
		s.repair(problems)
	}
	wanted := s.wanted
	s.prepare()
	s.wanted = wanted
	s.beginFirst()
}

// beginFirst starts the run of a first look at once where that costs little.
func (s *Session) beginFirst() {
	if s.info == nil || s.ready == nil || s.current == nil || s.current.phase != waiting {
		s.begin()
		return
	}
	if s.fast() && !s.host.ReducedMotion() && s.tab == page.Denoise {
		s.wanted = true
	}
	s.begin()
}

// running is the present run if it has this id and is not over.
func (s *Session) running(id int) *recording {
	if r := s.current; r != nil && r.id == id && r.busy() {
		return r
	}
	return nil
}

func (s *Session) record(e *message.Step) {
	r := s.running(e.RunID)
	if r == nil {
		return
	}
	step := diffusion.Step{I: e.Index, Update: r.update(e.Index), Xt: e.Xt, Pred: e.Pred}
	if err := r.steps.Append(step); err != nil {
		r.phase = broken
		s.engine.Cancel()
		s.say("The engine sent something unexpected: "+err.Error()+".", "", "Try again", s.again)
		return
	}
	r.phase = running
	if e.Seconds > 0 && e.Index > 0 {
		r.seconds = e.Seconds
	}
	s.follow()
}

func (s *Session) broke(e *message.Error) {
	if e.ModelID != "" {
		s.failed = true
		s.say(e.Message, e.Hint, "Try again", s.again)
		return
	}
	if r := s.running(e.RunID); r != nil {
		r.phase = broken
		s.pace.playing = false
	} else if e.RunID != 0 {
		return // of a run that is no longer shown
	}
	s.say(e.Message, e.Hint, "Try again", s.again)
	s.notice.SelfTest = s.ready != nil && s.ready.Tier == message.TierWebGPU
}
