package visit

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"unnoise/model/exhibit"
)

// phase is where the run stands.
type phase string

const (
	starting  phase = "loading"   // the guide is not ready
	preparing phase = "preparing" // asked for, no frame yet
	running   phase = "running"
	done      phase = "done"
	stopped   phase = "stopped" // by the visitor
	broken    phase = "failed"
)

// Visit is the page's state. It is used by one goroutine.
type Visit struct {
	host  Host
	guide Guide
	list  []*exhibit.Exhibit

	state    exhibit.State
	said     map[string]bool // controls that the link or the visitor has set
	ready    *Ready
	phase    phase
	id       int // of the run
	edit     int // counts what the visitor edits
	waiting  bool
	film     *film // what is shown: of this run, or of the one before until it has a frame
	filmOf   int   // its run
	progress *Progress
	took     float64
	pace     pace
	invalid  map[string]string // what was typed into a control and cannot be run
	notice   *Notice
	onAction func()
	copied   bool
	live     string
	capBytes int
}

// New returns a visit of these exhibits at an address: the part after "#" of a link.
func New(host Host, guide Guide, list []*exhibit.Exhibit, hash string) *Visit {
	v := &Visit{host: host, guide: guide, list: list, capBytes: DefaultCapBytes, phase: starting}
	v.open(hash)
	host.ReplaceHash(v.link())
	return v
}

// link is the address of what is shown: of the present values, and of those that were said
// on purpose even where they are the defaults.
func (v *Visit) link() string { return v.state.EncodeSaid(v.said) }

func (v *Visit) find(id string) *exhibit.Exhibit {
	i := slices.IndexFunc(v.list, func(e *exhibit.Exhibit) bool { return e.ID == id })
	if i < 0 {
		return nil
	}
	return v.list[i]
}

// open takes the state of a link. What cannot be read is told, and has its default.
func (v *Visit) open(hash string) {
	v.notice, v.onAction = nil, nil
	v.invalid = map[string]string{}
	if hash == "" {
		hash = v.list[0].ID
	}
	state, problems := exhibit.Decode(hash, v.find)
	if state.Exhibit() == nil {
		v.say(problems[0], "The first exhibit is shown instead.", "", nil)
		state, _ = exhibit.NewState(v.list[0], nil)
		hash = v.list[0].ID
	} else if len(problems) > 0 {
		v.say(strings.Join(problems, " "), "Everything else is as the link says.", "", nil)
	}
	v.said = map[string]bool{}
	_, query, _ := strings.Cut(hash, "?")
	for part := range strings.SplitSeq(query, "&") {
		key, _, _ := strings.Cut(part, "=")
		v.said[key] = true
	}
	v.take(state)
}

// take makes another state the present one: of a slow device with the modest values
// of what nobody has set.
func (v *Visit) take(state exhibit.State) {
	if old := v.state.Exhibit(); old != state.Exhibit() {
		v.film, v.filmOf, v.progress = nil, 0, nil
		v.pace, v.live = pace{playing: true}, ""
	}
	v.state = v.modest(state, v.said)
}

// modest is a state with the modest values of what was not said, on a slow device.
func (v *Visit) modest(state exhibit.State, said map[string]bool) exhibit.State {
	if v.ready == nil || !v.ready.Slow {
		return state
	}
	for _, c := range state.Exhibit().Controls {
		from, to := c.Default, c.Modest
		if !state.Shown(c) {
			from, to = to, from // what nobody sees is as it always is
		}
		if c.Modest == "" || said[c.ID] || state.Text(c.ID) != from {
			continue
		}
		if modest, err := state.With(c.ID, to); err == nil {
			state = modest
		}
	}
	return state
}

// chosen is the preset that the present state is, as it is on this device; AsOpened or None.
func (v *Visit) chosen() int {
	e := v.state.Exhibit()
	is := func(p exhibit.Preset) bool {
		state, err := exhibit.NewState(e, p.Values)
		return err == nil && v.modest(state, saidBy(p)).Encode() == v.state.Encode()
	}
	if k := slices.IndexFunc(e.Presets, is); k >= 0 {
		return k
	}
	if is(exhibit.Preset{}) {
		return AsOpened
	}
	return None
}

// saidBy are the controls that a preset sets.
func saidBy(p exhibit.Preset) map[string]bool {
	said := map[string]bool{}
	for id := range p.Values {
		said[id] = true
	}
	return said
}

// Handle takes an event of this package.
func (v *Visit) Handle(event any) {
	if v.handleGuide(event) {
		return
	}
	switch e := event.(type) {
	case Chosen:
		if v.find(e.ID) != nil && e.ID != v.state.Exhibit().ID {
			v.open(e.ID)
			v.host.PushHash(v.link())
			v.run()
		}
	case HashChanged:
		v.open(e.Hash)
		v.host.ReplaceHash(v.link())
		v.run()
	case PresetChosen:
		v.preset(e.Index)
	case Edited:
		v.edited(e)
	case due:
		if e.edit == v.edit && v.waiting {
			v.run()
		}
	case Pressed:
		v.press(e.Button)
	case Scrubbed:
		v.scrub(e.Position)
	case Tick:
		v.tick()
	case LinkCopied:
		v.copied = e.OK
		if !e.OK {
			v.say("The browser does not let the page copy the link.", "Copy it from the address bar.", "", nil)
		}
	case Failed:
		v.say(e.Text, e.Hint, "", nil)
	case UpdateReady:
		v.say("A newer version of Unnoise is ready.", "Your link stays the same.", "Reload", e.Apply)
	}
}

func (v *Visit) press(button string) {
	switch button {
	case "play":
		v.play()
	case "restart":
		v.jump(0)
	case "step-back":
		v.step(-1)
	case "step-forward":
		v.step(1)
	case "cancel":
		v.cancel()
	case "again":
		v.run()
	case "copy-link":
		v.host.CopyLink()
	case "save-stage":
		v.host.SaveStage(v.fileName())
	case "notice-close":
		v.notice, v.onAction = nil, nil
	case "notice-action":
		if do := v.onAction; do != nil {
			v.notice, v.onAction = nil, nil
			do()
		}
	default:
		if control, ok := strings.CutPrefix(button, "order "); ok {
			v.order(exhibit.Order{Control: control})
		}
		if control, ok := strings.CutPrefix(button, "dice "); ok {
			v.edited(Edited{Control: control, Value: strconv.FormatUint(v.host.RandomSeed(), 10)})
		}
	}
}

// order tells the run; where none goes on, it starts again and hears it first.
func (v *Visit) order(o exhibit.Order) {
	if !v.busy() {
		v.run()
	}
	v.guide.Order(v.id, o)
	v.pace.playing = true
}

func (v *Visit) preset(k int) {
	e := v.state.Exhibit()
	var p exhibit.Preset
	switch {
	case k >= 0 && k < len(e.Presets):
		p = e.Presets[k]
	case k != AsOpened:
		return
	}
	state, err := exhibit.NewState(e, p.Values)
	if err != nil {
		return // Check has seen it
	}
	v.notice, v.onAction, v.copied = nil, nil, false
	clear(v.invalid)
	v.said = saidBy(p)
	v.take(state)
	v.pace = pace{playing: true}
	v.host.PushHash(v.link())
	v.run()
}

// restAfter is how long a slider or a pen must rest before the run it asks for starts.
const restAfter = 250 * time.Millisecond

func (v *Visit) edited(e Edited) {
	control := v.control(e.Control)
	if control == nil {
		return
	}
	state, err := v.state.With(e.Control, e.Value)
	if err != nil {
		v.invalid[e.Control] = e.Value
		v.say(sentence(control.Label, err), "What is shown is still from before.", "", nil)
		return
	}
	delete(v.invalid, e.Control)
	if len(v.invalid) == 0 {
		v.notice, v.onAction = nil, nil
	}
	v.copied = false
	v.said[e.Control] = true
	same := v.state.Text(e.Control) == e.Value
	v.state = v.modest(state, v.said)
	v.edit++
	switch {
	case control.Live && v.busy():
		v.host.FollowHash(v.link())
		v.guide.Order(v.id, exhibit.Order{Control: e.Control, Value: e.Value})
	case e.Dragging:
		v.host.FollowHash(v.link())
		v.waiting = v.waiting || !same
		v.host.After(restAfter, due{v.edit})
	case !same || v.waiting:
		v.host.PushHash(v.link())
		v.run()
	}
}

func (v *Visit) control(id string) *exhibit.Control {
	controls := v.state.Exhibit().Controls
	i := slices.IndexFunc(controls, func(c exhibit.Control) bool { return c.ID == id && c.Kind != exhibit.Button })
	if i < 0 {
		return nil
	}
	return &controls[i]
}

// sentence makes a sentence of a control's error, which begins with its id.
func sentence(label string, err error) string {
	text := err.Error()
	if _, rest, ok := strings.Cut(text, " is "); ok {
		text = rest
	}
	return fmt.Sprintf("%s: %s.", label, text)
}

// run starts the run of the present state. Until it has a frame, what was shown
// before stays.
func (v *Visit) run() {
	v.waiting = false
	if v.ready == nil {
		return // it starts with the guide
	}
	v.edit++
	v.id++
	v.phase, v.progress, v.took = preparing, nil, 0
	if v.notice != nil && v.notice.ofRun {
		v.notice, v.onAction = nil, nil
	}
	if v.live != "" && v.pace.playing {
		v.live = ""
	}
	v.guide.Run(v.id, v.state)
}

func (v *Visit) cancel() {
	v.waiting = false
	if v.busy() {
		v.phase = stopped
		v.pace.playing = false
		v.guide.Cancel()
		v.announce()
	}
}

func (v *Visit) busy() bool { return v.phase == preparing || v.phase == running }

// say puts a sentence in the one place for what went wrong.
func (v *Visit) say(text, hint, action string, do func()) {
	v.notice = &Notice{Text: text, Hint: hint, Action: action}
	v.onAction = do
}

func (v *Visit) fileName() string {
	name := "unnoise-" + v.state.Exhibit().ID
	if v.film != nil && v.film.last() > 0 {
		name += fmt.Sprintf("-%d", v.shown())
	}
	return name + ".png"
}
