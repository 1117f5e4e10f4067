package page

import "unnoise/model/run"

// Tab is one of the page's exhibits.
type Tab string

const (
	Denoise Tab = "denoise"
	Noise   Tab = "noise"
)

// View is all that the document shows.
type View struct {
	Tab Tab
	// State is loading, ready, preparing, running, done, stopped or failed: of
	// the run in the Denoise tab.
	State    string
	Tier     Tier
	Loading  *Loading // nil once the model is there
	Controls Controls
	Start    string // in words where a run starts from a picture; empty otherwise
	Timeline Timeline
	Buttons  Buttons
	Picks    Picks
	Captions Captions
	Expected string // how long the run takes, or took
	Explain  Explanation
	Live     string // for screen readers, said once it changes
	Noise    NoiseView
	Tuning   Tuning
	Notice   *Notice
}

// Tier says what the engine computes on.
type Tier struct {
	Kind string // "webgpu", "cpu" or "" before it is known
	Text string
	Why  string
}

// Tuning is the line about the kernels' measurement. Text is empty while there is
// none; Possible says that one can be started.
type Tuning struct {
	Text     string
	Possible bool
}

// Loading is a progress bar with words. Total is 0 where it is unknown.
type Loading struct {
	Text        string
	Done, Total int64
}

// Controls are the form of a Spec.
type Controls struct {
	Enabled  bool
	Spec     run.Spec
	Classes  []string
	MaxSteps int
	Invalid  map[string]bool // by the field's name in the URL
}

// Timeline is the slider under the film.
type Timeline struct {
	Enabled         bool
	Max, Now, Ready int
	Text            string // of the present position, for screen readers
	Position        string // of the present position, for the eye
	Label           string
}

// Buttons says which buttons can be pressed.
type Buttons struct {
	Playing                 bool
	Play, Back, Forward     bool
	Cancel                  bool
	SavePicture, SaveFilm   bool
	FromHere                bool
	PlayLabel               string
	Transport, CopyLinkDone bool // Transport: the playback buttons exist
}

// Picks lays buttons over the pictures of a grid; N < 2 has none.
type Picks struct{ N, Columns, Picked int }

// Captions are under and for the three pictures. HTML of this package's own.
type Captions struct {
	Large, Guess, Noise             string
	LargeAlt, GuessAlt, NoiseAlt    string
	LargeEmpty, GuessEmpty, NoNoise bool
}

// NoiseView is the left column of the Noise tab.
type NoiseView struct {
	Source       string // "sample", "draw" or "upload"
	SheetURL     string // of the gallery's pictures, in rows of SheetColumns
	SheetColumns int
	Samples      int // in the gallery
	Labels       []string
	Chosen       int
	Seed         uint64
	CanUndo      bool
	Upload       string // what was uploaded, in words
	Given        []byte // a drawing that comes from elsewhere, nil if none: the pad takes it over once
}

// Notice is the one place for what went wrong.
type Notice struct {
	Text, Hint string
	Action     string // a button's label, or empty
	SelfTest   bool   // the GPU may be at fault: link the self-test
}
