package show

import (
	"unnoise/model/exhibit"
	"unnoise/wasm/message"
)

// The messages from the guide to the page.

// Listening is the guide's first message, sent once it can receive: its version
// shows whether page and guide belong together.
type Listening struct{}

// Ready says which tier the guide runs on and why. It comes again where that changes.
type Ready struct{ message.Ready }

// Progress counts what is done before a run computes.
type Progress struct {
	RunID       int
	Stage       message.Stage // StageFetch, StageCache, StageVerify or StageCompile
	Model       string        // the id of the one that is got; empty for StageCompile
	Done, Total int64         // bytes, or pipelines; Total is 0 if unknown
}

// Note says what went wrong without stopping the run.
type Note struct {
	RunID int
	Text  string // a sentence
}

// Again says that a run begins again from its start, since the GPU was lost or cannot
// be used; its frames will be the same. Ready has been sent before.
type Again struct {
	RunID  int
	Reason string // a sentence
}

// Frame is one frame of a run.
type Frame struct {
	RunID     int
	Index     int
	Total     int
	Label     string
	Panels    []Panel
	Readouts  []exhibit.Readout
	Equations []exhibit.Equation
	Words     string
}

// Done says that every frame of a run has been sent.
type Done struct {
	RunID   int
	Seconds float64
}

// Cancelled says that a run has ended because the page asked for it.
type Cancelled struct{ RunID int }

// Error says what failed and what to do.
type Error struct {
	RunID   int    // 0 if it was no run
	Message string // a sentence: what failed, and where
	Hint    string // a sentence: what the visitor can do; may be empty
	Fatal   bool   // the guide is of no use any more; package guide starts another at the next request
}

func (*Listening) Kind() string { return "listening" }
func (*Ready) Kind() string     { return "ready" }
func (*Progress) Kind() string  { return "progress" }
func (*Note) Kind() string      { return "note" }
func (*Again) Kind() string     { return "again" }
func (*Frame) Kind() string     { return "frame" }
func (*Done) Kind() string      { return "done" }
func (*Cancelled) Kind() string { return "cancelled" }
func (*Error) Kind() string     { return "error" }
