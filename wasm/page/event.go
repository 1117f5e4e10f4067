package page

// Event is what the visitor, or the browser, did: one of the types below.
type Event = any

type (
	// TabChosen asks for the other exhibit.
	TabChosen struct{ Tab Tab }
	// Edited is a control of the run's form set to a text: the field is named as
	// in the URL.
	Edited struct{ Field, Text string }
	// Pressed is a button, by the id it has in the document.
	Pressed struct{ Button string }
	// Scrubbed moves the timeline to a position.
	Scrubbed struct{ Position int }
	// Picked chooses a picture of a grid.
	Picked struct{ K int }
	// Moved reports that the places of the pictures have changed.
	Moved struct{ Places Places }
	// HashChanged comes with the browser's back and forward buttons and with an
	// edited address.
	HashChanged struct{ Hash string }
	// SourceChosen is the kind of picture in the Noise tab.
	SourceChosen struct{ Source string }
	// SampleChosen is a picture of the gallery.
	SampleChosen struct{ Index int }
	// Drawn is the pad's picture after a stroke: 32·32 grey levels.
	Drawn struct {
		Grey    []byte
		CanUndo bool
	}
	// Uploaded is a picture the visitor gave: grey levels, or a sentence that
	// says why there are none.
	Uploaded struct {
		Name    string
		Grey    []byte
		Problem string
	}
	// NoiseSeedEdited is the seed's field of the Noise tab.
	NoiseSeedEdited struct{ Text string }
	// ThemeChanged comes when the system goes light or dark.
	ThemeChanged struct{}
)

// Box is a place on the canvas in CSS pixels.
type Box struct{ X, Y, W, H float64 }

// Places are where the pictures belong.
type Places struct{ Large, Guess, Noise, Film Box }

type (
	// UpdateReady offers a newer build of the site; Apply reloads the page with it.
	UpdateReady struct{ Apply func() }
	// DrawingLost says that the browser took the drawing canvas's context away.
	DrawingLost struct{}
)
