package visit

import (
	"context"
	"strings"
	"testing"
	"time"

	"unnoise/model/exhibit"
	"unnoise/model/figure"
)

// stage is a visit with a host and a guide that only take notes.
type stage struct {
	*Visit
	t       *testing.T
	pushed  []string
	present string // in the address bar
	runs    []string
	orders  []exhibit.Order
	cancels int
	later   []any
	saved   string
	calm    bool
}

func (s *stage) PushHash(h string)                { s.pushed, s.present = append(s.pushed, h), h }
func (s *stage) ReplaceHash(h string)             { s.present = h }
func (s *stage) FollowHash(h string)              { s.present = h }
func (s *stage) CopyLink()                        {}
func (s *stage) SaveStage(name string)            { s.saved = name }
func (s *stage) ReducedMotion() bool              { return s.calm }
func (s *stage) RandomSeed() uint64               { return 4321 }
func (s *stage) Reload()                          {}
func (s *stage) After(_ time.Duration, event any) { s.later = append(s.later, event) }

type notes struct{ *stage }

func (n notes) Run(_ int, state exhibit.State) { n.runs = append(n.runs, state.Encode()) }
func (n notes) Cancel()                        { n.cancels++ }
func (n notes) Order(_ int, o exhibit.Order)   { n.orders = append(n.orders, o) }

func exhibits() []*exhibit.Exhibit {
	run := func(context.Context, *exhibit.Env, exhibit.State, func(exhibit.Frame)) error { return nil }
	return []*exhibit.Exhibit{
		{
			ID: "one", Title: "One", Year: 2015, References: []int{1}, Timeline: "t", Run: run,
			Panels: []exhibit.Panel{{ID: "plane"}, {ID: "plot"}},
			Controls: []exhibit.Control{
				exhibit.SeedControl(),
				{ID: "n", Kind: exhibit.Number, Label: "Points", Tip: "How many.", Default: "100", Modest: "10", Min: 1, Max: 1000},
				{ID: "scale", Kind: exhibit.Range, Label: "Scale", Tip: "How much.", Default: "1", Min: 0, Max: 8, Step: .5},
				{ID: "speed", Kind: exhibit.Range, Label: "Speed", Tip: "How fast.", Default: "1", Min: 0, Max: 8, Step: 1, Live: true},
				{ID: "method", Kind: exhibit.Choice, Label: "Method", Tip: "How.", Default: "plain", Options: []exhibit.Option{{ID: "plain", Label: "Plain"}, {ID: "fine", Label: "Fine"}}},
				{ID: "parts", Kind: exhibit.Number, Label: "Parts", Tip: "How many.", Default: "50", Modest: "5", Min: 1, Max: 100,
					When: exhibit.Condition{Control: "method", Values: []string{"fine"}}},
				{ID: "go", Kind: exhibit.Button, Label: "Go", Tip: "Goes."},
			},
			Presets: []exhibit.Preset{
				{Name: "Large", Tip: "x", Values: map[string]string{"scale": "8"}},
				{Name: "All points", Tip: "x", Values: map[string]string{"n": "100"}}, // the default, which slow devices have not
			},
		},
		{ID: "two", Title: "Two", Year: 2020, References: []int{2}, Run: run, Panels: []exhibit.Panel{{ID: "table"}}},
	}
}

func open(t *testing.T, hash string) *stage {
	s := &stage{t: t}
	s.Visit = New(s, notes{s}, exhibits(), hash)
	return s
}

var (
	fast = Ready{Kind: "webgpu", Text: "a GPU"}
	slow = Ready{Kind: "cpu", Text: "CPU", Slow: true}
)

// come lets frames of the present run arrive.
func (s *stage) come(total int, indices ...int) *stage {
	for _, i := range indices {
		f := exhibit.Frame{Index: i, Total: total, Label: "t = " + string(rune('0'+i%10)), Words: "Words.", Figures: map[string]figure.Figure{
			"plane": &figure.Plane{X: figure.Axis{Min: 0, Max: 1}, Y: figure.Axis{Min: 0, Max: 1}, Clouds: []figure.Cloud{{Values: []float32{float32(i), 0}}}},
		}}
		if i == 0 {
			f.Figures["plot"] = &figure.Plot{}
		}
		s.Handle(Came{s.id, f})
	}
	return s
}

func (s *stage) last() string { return s.runs[len(s.runs)-1] }

func TestAFirstVisitRunsTheFirstExhibit(t *testing.T) {
	s := open(t, "")
	if len(s.runs) != 0 || s.present != "one" {
		t.Fatalf("%v before the guide is ready, address %q", s.runs, s.present)
	}
	s.Handle(fast)
	if len(s.runs) != 1 || s.runs[0] != "one" {
		t.Errorf("runs %v", s.runs)
	}
	if s = open(t, ""); s.View().Progress == nil {
		t.Error("nothing says that something is loaded")
	}
	s.Handle(slow)
	if s.last() != "one?n=10" || s.present != "one?n=10" {
		t.Errorf("a slow device runs %v at %q, expected the modest number", s.runs, s.present)
	}
}

func TestModestDefaultsAreOfWhatIsShown(t *testing.T) {
	s := open(t, "one")
	s.Handle(slow)
	for _, step := range []struct{ control, value, runs, address string }{
		{"method", "fine", "one?n=10&method=fine&parts=5", "one?n=10&method=fine&parts=5"},
		{"method", "plain", "one?n=10", "one?n=10"},
		{"method", "fine", "one?n=10&method=fine&parts=5", "one?n=10&method=fine&parts=5"},
		// From here on the visitor has said how many parts, and the address keeps it.
		{"parts", "50", "one?n=10&method=fine", "one?n=10&method=fine&parts=50"},
		{"method", "plain", "one?n=10", "one?n=10&parts=50"},
		{"method", "fine", "one?n=10&method=fine", "one?n=10&method=fine&parts=50"},
	} {
		s.Handle(Edited{Control: step.control, Value: step.value})
		if s.last() != step.runs || s.present != step.address {
			t.Errorf("with %s=%s: runs %s at %q, expected %s at %q", step.control, step.value, s.last(), s.present, step.runs, step.address)
		}
	}
}

// A preset is what its name says on every device, and so is the link that it leaves in the
// address: opened again it does not fall back to the modest number.
func TestAPresetIsWhatItSays(t *testing.T) {
	for _, device := range []Ready{slow, fast} {
		s := open(t, "one")
		s.Handle(device)
		if all := s.View().Preset == 1; all == device.Slow {
			t.Errorf("%s: that all points are drawn from the start is said to be %v", device.Kind, all)
		}
		s.Handle(PresetChosen{1})
		if s.last() != "one" || s.present != "one?n=100" || s.View().Preset != 1 {
			t.Errorf("%s: the preset runs %s at %q, and %d is marked", device.Kind, s.last(), s.present, s.View().Preset)
		}
		again := open(t, s.present)
		again.Handle(slow)
		if again.last() != "one" || again.present != "one?n=100" || again.View().Preset != 1 {
			t.Errorf("%s: its link runs %s at %q, and %d is marked", device.Kind, again.last(), again.present, again.View().Preset)
		}
		s.Handle(PresetChosen{0})
		if s.View().Preset != 0 {
			t.Errorf("%s: preset 0 is chosen, %d is marked", device.Kind, s.View().Preset)
		}
	}
	s := open(t, "one?scale=8")
	s.Handle(slow)
	if s.last() != "one?n=10&scale=8" || s.View().Preset != 0 {
		t.Errorf("a preset with the modest number runs %s, and %d is marked", s.last(), s.View().Preset)
	}
}

// From wherever a visitor has strayed, one press leads to what the exhibit opens with, and
// on a slow device that is the modest number again.
func TestBackToAsOpened(t *testing.T) {
	for _, c := range []struct {
		device Ready
		runs   string
		marked int // of the fast device's settings, preset 1 says the same
	}{{slow, "one?n=10", AsOpened}, {fast, "one", 1}} {
		s := open(t, "one")
		s.Handle(c.device)
		if s.View().Preset != c.marked {
			t.Errorf("%s: %d is marked when it opens", c.device.Kind, s.View().Preset)
		}
		s.Handle(Edited{Control: "n", Value: "77"})
		if s.View().Preset != None {
			t.Errorf("%s: %d is marked with settings of one’s own", c.device.Kind, s.View().Preset)
		}
		s.Handle(PresetChosen{AsOpened})
		if s.last() != c.runs || s.present != c.runs || s.View().Preset != c.marked {
			t.Errorf("%s: back to the beginning runs %s at %q, and %d is marked", c.device.Kind, s.last(), s.present, s.View().Preset)
		}
		s.Handle(PresetChosen{None})
		if len(s.runs) != 3 {
			t.Errorf("%s: what is no preset runs something: %v", c.device.Kind, s.runs)
		}
	}
}

func TestALinkIsObeyed(t *testing.T) {
	s := open(t, "one?n=100&scale=2")
	s.Handle(slow)
	if s.last() != "one?scale=2" || s.present != "one?n=100&scale=2" {
		t.Errorf("the link's n=100 became %s at %q", s.last(), s.present)
	}
	s = open(t, "one?scale=99&seed=7&x=1")
	s.Handle(fast)
	if n := s.View().Notice; n == nil || !strings.Contains(n.Text, "0 to 8") || !strings.Contains(n.Text, `"x"`) || s.last() != "one?seed=7" {
		t.Errorf("a garbled link: %v, runs %v", n, s.runs)
	}
	s = open(t, "none")
	s.Handle(fast)
	if n := s.View().Notice; n == nil || !strings.Contains(n.Text, "none") || s.last() != "one" {
		t.Errorf("an unknown exhibit: %v, runs %v", n, s.runs)
	}
}

func TestControlsStartRunsOrGiveOrders(t *testing.T) {
	s := open(t, "one")
	s.Handle(fast)
	s.come(3, 0, 1)
	s.Handle(Edited{Control: "speed", Value: "4"})
	if len(s.runs) != 1 || len(s.orders) != 1 || s.orders[0] != (exhibit.Order{Control: "speed", Value: "4"}) {
		t.Errorf("a live control: runs %v, orders %v", s.runs, s.orders)
	}
	s.Handle(Pressed{"order go"})
	if len(s.runs) != 1 || len(s.orders) != 2 {
		t.Errorf("a button: runs %v, orders %v", s.runs, s.orders)
	}
	for _, v := range []string{"2", "3", "4"} {
		s.Handle(Edited{Control: "scale", Value: v, Dragging: true})
	}
	if len(s.runs) != 1 || s.present != "one?scale=4&speed=4" {
		t.Fatalf("while a slider is dragged: runs %v, address %q", s.runs, s.present)
	}
	s.Handle(s.later[0]) // of an edit that others have followed
	if len(s.runs) != 1 {
		t.Error("a run starts before the slider rests")
	}
	s.Handle(s.later[2])
	if len(s.runs) != 2 || s.last() != "one?scale=4&speed=4" {
		t.Errorf("after the slider has rested: %v", s.runs)
	}
	s.Handle(Edited{Control: "scale", Value: "4"})
	if len(s.runs) != 2 {
		t.Error("the end of the drag runs the same again")
	}
	s.Handle(Pressed{"dice seed"})
	if s.last() != "one?seed=4321&scale=4&speed=4" {
		t.Errorf("the dice: %v", s.last())
	}
	s.Handle(PresetChosen{0})
	if s.last() != "one?scale=8" || s.pushed[len(s.pushed)-1] != "one?scale=8" {
		t.Errorf("the preset: %v", s.last())
	}
}

func TestWhatCannotBeRunStaysInItsField(t *testing.T) {
	s := open(t, "one")
	s.Handle(fast)
	s.Handle(Edited{Control: "n", Value: "0"})
	v := s.View()
	if len(s.runs) != 1 || v.Invalid["n"] != "0" || v.Notice == nil || !strings.HasPrefix(v.Notice.Text, "Points: ") {
		t.Errorf("runs %v, view %+v", s.runs, v.Notice)
	}
	s.Handle(Edited{Control: "n", Value: "5"})
	if v := s.View(); v.Notice != nil || len(v.Invalid) != 0 || s.last() != "one?n=5" {
		t.Errorf("once it is right: %+v", v.Notice)
	}
}

func TestWhatWasShownStaysUntilThereIsMore(t *testing.T) {
	s := open(t, "one")
	s.Handle(fast)
	s.come(3, 0, 1, 2).Handle(Done{s.id, 1})
	old := s.id
	s.Handle(Scrubbed{1})
	s.Handle(Edited{Control: "scale", Value: "2"})
	if v := s.View(); v.Moment == nil || !v.Stale || v.Moment.Index != 1 {
		t.Fatal("the stage is empty while a run begins")
	}
	s.Handle(Came{old, exhibit.Frame{Index: 9, Total: 10}})
	if s.View().Time.Max == 9 {
		t.Error("a frame of the run before is recorded")
	}
	s.come(3, 0)
	if v := s.View(); v.Stale || v.Moment.Index != 0 {
		t.Errorf("stale %v, moment %d", v.Stale, v.Moment.Index)
	}
	s.come(3, 1, 2)
	if i := s.View().Moment.Index; i != 1 {
		t.Errorf("the visitor looked at moment 1 and gets %d", i)
	}
}

func TestPlaying(t *testing.T) {
	s := open(t, "one")
	s.Handle(fast)
	s.come(4, 0, 1, 2, 3).Handle(Done{s.id, 1})
	for range 10 {
		if s.Interval() > 0 {
			s.Handle(Tick{})
		}
	}
	if v := s.View(); v.Time.Now != 3 || v.Time.Playing || v.Live != "t = 3. Words." {
		t.Errorf("played to %+v, said %q", v.Time, v.Live)
	}
	s.Handle(Pressed{"step-back"})
	if v := s.View(); v.Time.Now != 2 || v.Live != "t = 2. Words." || v.Moment.Figures["plot"] == nil {
		t.Errorf("one back: %+v, said %q", v.Time, v.Live)
	}
	s.Handle(Pressed{"play"})
	if v := s.View(); !v.Time.Playing || v.Time.Now != 2 {
		t.Errorf("played on from %+v", v.Time)
	}
	s.Handle(Tick{})
	s.Handle(Pressed{"play"})
	if v := s.View(); !v.Time.Playing || v.Time.Now != 0 || len(s.runs) != 1 {
		t.Errorf("played again from %+v", v.Time)
	}
	s = open(t, "one")
	s.calm = true
	s.Handle(fast)
	s.come(4, 0, 1, 2, 3).Handle(Done{s.id, 1})
	if v := s.View(); v.Time.Now != 3 || v.Time.Playing {
		t.Errorf("with less motion: %+v", v.Time)
	}
}

func TestStoppingAndFailing(t *testing.T) {
	s := open(t, "one")
	s.Handle(fast)
	s.come(9, 0, 1)
	s.Handle(Pressed{"cancel"})
	if v := s.View(); s.cancels != 1 || v.Phase != "stopped" || !v.Again || v.Cancel || v.Time.Ready != 1 {
		t.Errorf("stopped: %+v", v)
	}
	s.Handle(Pressed{"again"})
	s.Handle(Broke{RunID: s.id - 1, Message: "Old."})
	if s.View().Notice != nil {
		t.Error("the failure of a run before is told")
	}
	s.Handle(Broke{RunID: s.id, Message: "It failed.", Hint: "Do this."})
	v := s.View()
	if v.Phase != "failed" || v.Notice == nil || v.Notice.Text != "It failed." || v.Notice.Action == "" {
		t.Fatalf("failed: %+v", v)
	}
	s.Handle(Pressed{"again"})
	if s.View().Notice != nil {
		t.Error("the failure is still told while the next run begins")
	}
	s.Handle(Told{Text: "The browser keeps no models."})
	s.Handle(HashChanged{"one?scale=99"})
	if n := s.View().Notice; n == nil || !strings.Contains(n.Text, "scale") {
		t.Errorf("what the link lacks is told while its run begins, not %+v", n)
	}
	s.Handle(Broke{RunID: s.id, Message: "It failed.", Hint: "Do this."})
	runs := len(s.runs)
	s.Handle(Pressed{"notice-action"})
	if len(s.runs) != runs+1 || s.View().Notice != nil {
		t.Error("it is not tried again")
	}
	s.Handle(Came{s.id, exhibit.Frame{Index: 0, Figures: map[string]figure.Figure{"nowhere": &figure.Table{}}}})
	if s.View().Phase != "failed" {
		t.Error("an impossible frame is shown")
	}
}

func TestChoosingAnother(t *testing.T) {
	s := open(t, "one?scale=2")
	s.Handle(fast)
	s.come(2, 0)
	s.Handle(Chosen{"two"})
	if v := s.View(); v.Moment != nil || !v.Time.Hidden || s.last() != "two" || s.present != "two" {
		t.Errorf("another exhibit: %+v, %v", v, s.runs)
	}
	s.Handle(HashChanged{"one?scale=2"})
	if s.last() != "one?scale=2" {
		t.Errorf("back: %v", s.runs)
	}
	s.Handle(Pressed{"save-stage"})
	if s.saved != "unnoise-one.png" {
		t.Errorf("saved as %q", s.saved)
	}
}
