package visit

import (
	"time"

	"unnoise/model/exhibit"
)

// Guide runs exhibits. No method waits: answers come as events.
type Guide interface {
	// Run runs a state in place of what runs. The answers carry the id.
	Run(id int, state exhibit.State)
	// Cancel ends what runs. The answer is Cancelled; none comes if the run was over.
	Cancel()
	// Order tells what runs.
	Order(id int, order exhibit.Order)
}

// Host is what a visit needs of the browser. No method waits.
type Host interface {
	PushHash(hash string)    // a new entry of the history
	ReplaceHash(hash string) // the present entry
	FollowHash(hash string)  // the present entry, a little later: for what changes many times a second
	CopyLink()               // the answer is LinkCopied
	SaveStage(name string)   // offers the panels as a PNG
	ReducedMotion() bool
	RandomSeed() uint64
	Reload()
	// After has an event come later.
	After(d time.Duration, event any)
}

// Presets that no exhibit lists.
const (
	AsOpened = -1 // the settings that the exhibit opens with
	None     = -2 // of View: settings of the visitor's own
)

// What the visitor does.
type (
	// Chosen asks for an exhibit.
	Chosen struct{ ID string }
	// PresetChosen asks for one of its presets, or for AsOpened.
	PresetChosen struct{ Index int }
	// Edited is a control set to a value. While a slider is dragged, or a pen is down,
	// Dragging is set.
	Edited struct {
		Control, Value string
		Dragging       bool
	}
	// Pressed is a button of the page, by its id, or of the exhibit: "order CONTROL".
	Pressed struct{ Button string }
	// Scrubbed moves the timeline to a position.
	Scrubbed struct{ Position int }
	// HashChanged comes with the browser's back and forward buttons and with an edited
	// address.
	HashChanged struct{ Hash string }
)

// What the guide says.
type (
	// Ready says what exhibits are computed on.
	Ready struct {
		Kind      string // "webgpu" or "cpu"
		Text, Why string // a few words, and a sentence
		Slow      bool   // the CPU, or WebGPU in software: Modest defaults
	}
	// Came is a frame.
	Came struct {
		RunID int
		Frame exhibit.Frame
	}
	// Progress says what goes on before there are frames. Total is 0 where it is
	// unknown.
	Progress struct {
		RunID       int
		Text        string
		Done, Total int64
		Bytes       bool // Done and Total are bytes
	}
	// Done says that the run has reached its end.
	Done struct {
		RunID   int
		Seconds float64
	}
	// Cancelled says that the run has ended because the page asked for it.
	Cancelled struct{ RunID int }
	// Broke says what failed and what to do, one sentence each.
	Broke struct {
		RunID         int // 0: not of a run
		Message, Hint string
	}
	// Told is a sentence worth knowing: a device was lost and is back. Passing goes by
	// itself with the next frame.
	Told struct {
		Text, Hint string
		Passing    bool
	}
)

// Others.
type (
	// LinkCopied answers Host.CopyLink.
	LinkCopied struct{ OK bool }
	// Failed is any other sentence for the visitor.
	Failed struct{ Text, Hint string }
	// UpdateReady offers a newer build of the site.
	UpdateReady struct{ Apply func() }
	// Tick moves a playing timeline on: see Visit.Interval.
	Tick struct{}
	// due starts what was waited for, unless something came in between.
	due struct{ edit int }
)
