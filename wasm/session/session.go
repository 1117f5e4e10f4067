package session

import (
	"unnoise/model/catalog"
	"unnoise/model/diffusion"
	"unnoise/model/run"
	"unnoise/wasm/message"
	"unnoise/wasm/page"
)

// Engine computes; package wasm/client satisfies it. No method waits.
type Engine interface {
	Load(message.Load)
	Run(message.Run)
	Cancel()
	Tune()
	StopTuning()
}

// Host is what the session needs of the browser. No method waits: answers come
// as events.
type Host interface {
	PushHash(hash string)    // a new entry of the history
	ReplaceHash(hash string) // the present entry
	FollowHash(hash string)  // the present entry, a little later: for what changes many times a second
	CopyLink()               // the answer is LinkCopied
	SavePNG(File)
	SaveScale() int           // the enlargement the visitor chose for saved pictures
	DecodePNG(picture string) // of a link; the answer is Decoded
	EncodePNG(grey []byte) string
	ReducedMotion() bool
	RandomSeed() uint64
	Reload()
	Seconds(adapter string) float64            // a picture's step took on this adapter in earlier visits; 0 if unknown
	RememberSeconds(adapter string, s float64) // for later visits
}

// Events besides those of package page and the engine's messages.
type (
	// Catalogued is the list of models, or a sentence that says why there is none.
	Catalogued struct {
		Catalog *catalog.Catalog
		Problem string
	}
	// Pictures are the data set's pictures, or a sentence that says why there are
	// none.
	Pictures struct {
		Sheet   page.Sheet
		URL     string
		Columns int
		Problem string
	}
	// Decoded is the picture of a link, or a sentence that says why there is none.
	Decoded struct {
		Picture string
		Grey    []byte
		Problem string
	}
	// ProgramLoading counts the bytes of the engine's program.
	ProgramLoading struct{ Done, Total int64 }
	// LinkCopied answers CopyLink.
	LinkCopied struct{ OK bool }
	// Failed is any other sentence for the visitor.
	Failed struct{ Sentence string }
	// Tick moves a playing timeline on; see Session.Interval.
	Tick struct{}
)

// Session is the page's state. It is used by one goroutine.
type Session struct {
	host   Host
	engine Engine

	tab     page.Tab
	spec    run.Spec
	invalid map[string]bool // fields of the form that cannot be run
	touched bool            // the visitor, or a link, has chosen something
	unread  run.Problems    // what of the link could not be read

	models  *catalog.Catalog
	model   *catalog.Model // the one that is loaded or being loaded
	ready   *message.Ready
	tuning  tuning
	info    *run.Info // nil until the model is loaded
	loading page.Loading
	failed  bool // the model could not be loaded

	start   startPicture
	current *recording
	lastID  int
	wanted  bool // a run is wanted as soon as all it needs is there
	pace    pace
	picked  int
	derived derived

	noise    noise
	notice   *page.Notice
	passing  *page.Notice // goes by itself once the run is done
	onAction func()       // of the notice's button
	copied   bool
	places   page.Places
	live     string
}

// New returns a session for an address: the part after "#" of a link.
func New(host Host, engine Engine, hash string) *Session {
	s := &Session{
		host: host, engine: engine, tab: page.Denoise,
		loading: page.Loading{Text: "Starting the engine"},
		invalid: map[string]bool{},
	}
	s.noise.init()
	if isNoiseLink(hash) {
		s.readNoise(hash)
		s.tab, hash = page.Noise, ""
	}
	s.readHash(hash)
	if hash == "" {
		s.spec.Class, s.spec.Steps = firstClass, modestSteps
	}
	s.host.ReplaceHash(s.address())
	s.prepare()
	return s
}

const (
	// firstClass greets a first visitor: Sneaker.
	firstClass = 7
	// modestSteps are for a first visit before the engine is known to be fast.
	modestSteps = 10
	fastSteps   = 50
)

// Handle takes an event of package page, a message of the engine, or one of this
// package's events.
func (s *Session) Handle(event any) {
	if s.handleEngine(event) || s.handleNoise(event) || s.handleShare(event) {
		return
	}
	switch e := event.(type) {
	case page.TabChosen:
		s.tab = e.Tab
		s.pace.playing = false
		s.host.PushHash(s.address())
	case page.Edited:
		s.edit(e.Field, e.Text)
	case page.Pressed:
		s.press(e.Button)
	case page.Scrubbed:
		s.scrub(e.Position)
	case page.Picked:
		s.picked = e.K
	case page.Moved:
		s.places = e.Places
	case Tick:
		s.tick()
	case page.UpdateReady:
		s.say("A newer version of Unnoise is ready.", "Your link stays the same.", "Reload", e.Apply)
	case page.DrawingLost:
		s.say("The browser has taken the drawing surface away, so nothing can be shown.", "The link brings the same pictures back.", "Reload", s.host.Reload)
	case Failed:
		s.say(e.Sentence, "", "", nil)
	}
}

func (s *Session) press(button string) {
	switch button {
	case "play":
		s.play()
	case "restart":
		s.jump(0)
		if !s.pace.playing {
			s.announce()
		}
	case "step-back":
		s.step(-1)
	case "step-forward":
		s.step(1)
	case "cancel":
		s.cancel()
	case "tune":
		s.tuneAgain()
	case "tune-stop":
		s.stopTuning()
	case "dice":
		s.edited(func(spec *run.Spec) { spec.Seed = s.host.RandomSeed() })
	case "start-clear":
		s.edited(func(spec *run.Spec) { spec.Start = nil })
	case "notice-close":
		s.notice, s.onAction = nil, nil
	case "notice-action":
		if do := s.onAction; do != nil {
			s.notice, s.onAction = nil, nil
			do()
		}
	}
}

// edit takes a control of the form.
func (s *Session) edit(field, text string) {
	spec, problems := page.Edit(s.spec, field, text)
	if len(problems) > 0 {
		s.refuse(problems)
		return
	}
	s.edited(func(to *run.Spec) { *to = spec })
}

// edited changes the Spec and starts the run it describes. A Spec that cannot be
// run is not taken: the one before stays, and the reason is told.
func (s *Session) edited(change func(*run.Spec)) {
	spec := s.spec
	change(&spec)
	if problems := spec.Validate(s.knownInfo()); len(problems) > 0 {
		s.refuse(problems)
		return
	}
	clear(s.invalid)
	s.notice, s.onAction, s.copied = nil, nil, false
	s.touched, s.unread = true, nil
	s.spec = spec
	s.host.PushHash(spec.Encode())
	s.renew()
}

func (s *Session) refuse(problems run.Problems) {
	clear(s.invalid)
	for _, p := range problems {
		s.invalid[p.Field] = true
	}
	s.say(problems.Error(), "The pictures shown are still those from before.", "", nil)
}

// knownInfo is the loaded model's, or until then that of a model of its kind.
func (s *Session) knownInfo() run.Info {
	if s.info != nil {
		return *s.info
	}
	info := run.Info{Channels: 1, Height: page.Side, Width: page.Side}
	if s.model != nil {
		info.Classes, info.NumClasses = s.model.Classes, len(s.model.Classes)
	} else {
		info.NumClasses = max(1, s.spec.Class+1)
	}
	return info
}

// say puts a sentence in the one place for what went wrong.
func (s *Session) say(text, hint, action string, do func()) {
	s.notice = &page.Notice{Text: text, Hint: hint, Action: action}
	s.onAction = do
}

// className is how the page calls a class.
func (s *Session) className(class int) string {
	names := s.classes()
	switch {
	case class == diffusion.NoClass:
		return "no class"
	case class < len(names):
		return names[class]
	}
	return page.ClassNumber(class)
}

func (s *Session) classes() []string {
	if s.info != nil && len(s.info.Classes) > 0 {
		return s.info.Classes
	}
	if s.model != nil {
		return s.model.Classes
	}
	return nil
}
