package visit

// handleGuide takes what the guide says, and reports whether it was that.
func (v *Visit) handleGuide(event any) bool {
	switch e := event.(type) {
	case Ready:
		first := v.ready == nil
		v.ready = &e
		if first {
			v.take(v.state)
			v.host.ReplaceHash(v.link())
			v.run()
		}
	case Came:
		v.came(e)
	case Progress:
		if e.RunID == v.id || v.ready == nil {
			v.progress = &e
		}
	case Done:
		if e.RunID == v.id && v.busy() {
			v.phase, v.took, v.progress = done, e.Seconds, nil
			v.arrive()
		}
	case Cancelled:
		if e.RunID == v.id && v.busy() {
			v.phase, v.progress = stopped, nil
		}
	case Broke:
		v.broke(e)
	case Told:
		v.say(e.Text, e.Hint, "", nil)
		v.notice.passing = e.Passing
	default:
		return false
	}
	return true
}

func (v *Visit) came(e Came) {
	if e.RunID != v.id || !v.busy() {
		return // of a run that is no longer wanted
	}
	if err := e.Frame.Check(v.state.Exhibit()); err != nil {
		v.phase, v.progress = broken, nil
		v.guide.Cancel()
		v.say("The exhibit showed something impossible: "+err.Error()+".", "", "Try again", v.run)
		v.notice.ofRun = true
		return
	}
	if v.filmOf != e.RunID {
		v.film, v.filmOf = newFilm(v.capBytes), e.RunID
		if v.pace.playing {
			v.pace.position = 0
		}
	}
	v.phase, v.progress = running, nil
	if v.notice != nil && v.notice.passing {
		v.notice, v.onAction = nil, nil
	}
	v.film.add(e.Frame)
	if e.Frame.Index == v.shown() && !v.pace.playing {
		v.announce()
	}
}

func (v *Visit) broke(e Broke) {
	if e.RunID != 0 && e.RunID != v.id {
		return
	}
	if v.busy() || v.ready == nil {
		v.phase = broken
	}
	v.progress = nil
	v.pace.playing = false
	if v.ready == nil {
		v.say(e.Message, e.Hint, "Reload", v.host.Reload)
		return
	}
	v.say(e.Message, e.Hint, "Try again", v.run)
	v.notice.ofRun = true
}
