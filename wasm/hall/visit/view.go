package visit

import (
	"fmt"
	"time"

	"unnoise/model/exhibit"
	"unnoise/wasm/words"
)

// View is all that the page shows.
type View struct {
	State   exhibit.State
	Preset  int               // the preset that State is, AsOpened or None
	Invalid map[string]string // by control: a text that cannot be run
	Phase   string            // loading, preparing, running, done, stopped or failed
	Tier    Tier
	Moment  *exhibit.Frame // nil where there is nothing to see yet
	Time    Timeline
	// Stale says that what is shown is of the state before.
	Stale    bool
	Progress *Bar // what goes on before the first frame; nil for nothing
	Expected string
	Cancel   bool // something can be cancelled
	Again    bool // what was stopped or has failed can be run again
	Notice   *Notice
	Live     string // for screen readers, said once it changes
	Copied   bool
}

// Tier says what exhibits are computed on.
type Tier struct{ Kind, Text, Why string }

// Timeline is the slider under the panels. Hidden where there is only one moment.
type Timeline struct {
	Hidden          bool
	Now, Max, Ready int
	Label           string // of the moment, "t = 37"
	Playing         bool
	Back, Forward   bool
}

// Bar is a progress bar with words. Total is 0 where it is unknown.
type Bar struct {
	Text        string
	Amount      string // of bytes
	Done, Total int64
}

// Notice is the one place for what went wrong.
type Notice struct {
	Text, Hint string
	Action     string // a button's label, or empty
	passing    bool   // goes with the next frame
	ofRun      bool   // goes when another run begins
}

// View says what is to be seen.
func (v *Visit) View() View {
	view := View{
		State: v.state, Preset: v.chosen(), Invalid: v.invalid, Phase: string(v.phase), Notice: v.notice, Live: v.live, Copied: v.copied,
		Tier:   Tier{Text: "Starting", Why: "The program that computes is starting."},
		Cancel: v.busy(), Again: v.phase == stopped || v.phase == broken && v.ready != nil,
		Stale: v.film != nil && v.filmOf != v.id,
	}
	if r := v.ready; r != nil {
		view.Tier = Tier{r.Kind, r.Text, r.Why}
	}
	if m, ok := v.moment(); ok {
		view.Moment = &m
	}
	view.Time = v.timeline(view.Moment)
	view.Progress = v.bar()
	view.Expected = v.expected()
	return view
}

func (v *Visit) moment() (exhibit.Frame, bool) {
	if v.film == nil {
		return exhibit.Frame{}, false
	}
	return v.film.at(v.shown(), len(v.state.Exhibit().Panels))
}

func (v *Visit) timeline(m *exhibit.Frame) Timeline {
	t := Timeline{Hidden: v.state.Exhibit().Timeline == ""}
	if v.film == nil {
		return t
	}
	t.Now, t.Max, t.Ready = v.shown(), v.film.last(), v.film.ready()
	t.Playing = v.pace.playing && (v.busy() || t.Now < t.Ready)
	t.Back, t.Forward = t.Now > 0, t.Now < t.Ready
	if m != nil {
		t.Label = m.Label
	}
	return t
}

func (v *Visit) bar() *Bar {
	if v.phase != starting && v.phase != preparing {
		return nil
	}
	b := &Bar{Text: "Computing"}
	if v.phase == starting {
		b.Text = "Loading the program that computes"
	}
	if p := v.progress; p != nil {
		b.Text, b.Done, b.Total = p.Text, p.Done, p.Total
		if p.Bytes {
			b.Amount = words.Bytes(p.Done, p.Total)
		}
	}
	return b
}

// expected is the line beside the timeline.
func (v *Visit) expected() string {
	text := ""
	switch v.phase {
	case running:
		text = "Computing."
		if v.film != nil && v.film.total > 0 {
			text = fmt.Sprintf("Computing: %d of %d.", v.film.ready()+1, v.film.total)
		}
	case done:
		text = "Computed in " + words.Seconds(v.took) + "."
		if v.took < 0.01 {
			text = "Computed in less than " + words.Seconds(0.01) + "."
		}
	case stopped:
		text = "Stopped. What was recorded can still be looked at."
	}
	if v.film != nil {
		if kept, came, some := v.film.thinned(); some {
			text += fmt.Sprintf(" To save memory %d of %s are kept.", kept, words.Count(came, "moment", "moments"))
		}
	}
	return text
}

// Frame is the least time between two renderings of a view.
const Frame = time.Second / 60
