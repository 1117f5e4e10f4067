package session

import (
	"strings"
	"testing"

	"unnoise/model/run"
	"unnoise/wasm/message"
	"unnoise/wasm/page"
)

func TestAFirstVisitRunsAtOnceOnAGPU(t *testing.T) {
	s := open(t, "").load(fastGPU)
	if len(s.runs) != 1 || s.runs[0].Spec.Steps != fastSteps || s.runs[0].Spec.Class != firstClass {
		t.Fatalf("runs %+v, expected one of %d steps", s.runs, fastSteps)
	}
}

func TestSlowDevicesGetModestDefaultsAndWait(t *testing.T) {
	s := open(t, "").load(onCPU)
	v := s.Page()
	if len(s.runs) != 0 {
		t.Error("a run was started that nobody asked for")
	}
	if v.Controls.Spec.Steps != 10 || v.Controls.Spec.N != 1 || v.Controls.Spec.Sampler != run.DDIM {
		t.Errorf("defaults %+v, expected one picture in 10 steps of DDIM", v.Controls.Spec)
	}
	if !strings.Contains(v.Expected, "about 10 seconds") {
		t.Errorf("the expected time is told as %q", v.Expected)
	}
	s.Handle(page.Pressed{Button: "play"})
	if len(s.runs) != 1 || s.Page().State != "preparing" {
		t.Errorf("play started %d runs, state %s", len(s.runs), s.Page().State)
	}
}

func TestOnlyWhatCostsARunStartsOne(t *testing.T) {
	s := open(t, "").load(fastGPU)
	s.compute(-1)
	s.playOut()
	for _, event := range []any{
		page.Scrubbed{Position: 3}, page.Pressed{Button: "play"}, page.Pressed{Button: "restart"},
		page.Pressed{Button: "step-forward"}, page.Pressed{Button: "step-back"}, page.Picked{K: 0},
		page.TabChosen{Tab: page.Noise}, page.Scrubbed{Position: 500}, page.TabChosen{Tab: page.Denoise},
		page.Pressed{Button: "copy-link"}, page.Pressed{Button: "save-film"}, page.ThemeChanged{},
	} {
		s.Handle(event)
	}
	if len(s.runs) != 1 {
		t.Fatalf("looking started %d more runs", len(s.runs)-1)
	}
	for k, edit := range []page.Edited{
		{Field: "class", Text: "8"}, {Field: "sampler", Text: "ddpm"}, {Field: "variance", Text: "fixed_large"},
		{Field: "steps", Text: "20"}, {Field: "guidance", Text: "1"}, {Field: "seed", Text: "5"}, {Field: "n", Text: "4"},
	} {
		s.Handle(edit)
		if len(s.runs) != 2+k {
			t.Fatalf("%s: %d runs, expected %d", edit.Field, len(s.runs), 2+k)
		}
		if s.present != s.runs[len(s.runs)-1].Spec.Encode() {
			t.Errorf("%s: the address says %q", edit.Field, s.present)
		}
	}
	if want := (run.Spec{Model: "fashion", Class: 8, Sampler: "ddpm", Variance: "fixed_large", Steps: 20, Spacing: "uniform", Guidance: 1, Seed: 5, N: 4}); s.runs[7].Spec != want {
		t.Errorf("ran %+v, expected %+v", s.runs[7].Spec, want)
	}
}

func TestWhatCannotRunIsToldAndChangesNothing(t *testing.T) {
	s := open(t, "").load(fastGPU)
	for _, c := range []struct{ field, text, word string }{
		{"steps", "0", "between 1 and 1000"}, {"steps", "10000", "between 1 and 1000"}, {"steps", "many", "whole number"},
		{"seed", "-1", "whole number"}, {"guidance", "99", "between 0 and 20"}, {"class", "10", "between 0 and 9"},
	} {
		before := s.Page().Controls.Spec
		s.Handle(page.Edited{Field: c.field, Text: c.text})
		v := s.Page()
		if v.Notice == nil || !strings.Contains(v.Notice.Text, c.word) {
			t.Errorf("%s = %s: notice %+v, expected one with %q", c.field, c.text, v.Notice, c.word)
		}
		if !v.Controls.Invalid[c.field] || v.Controls.Spec != before || len(s.runs) != 1 {
			t.Errorf("%s = %s: invalid %v, spec %+v, %d runs", c.field, c.text, v.Controls.Invalid, v.Controls.Spec, len(s.runs))
		}
	}
}

func TestAGarbledLinkIsToldAndTheRestIsTaken(t *testing.T) {
	s := open(t, "class=99&steps=abc&what=1&seed=12&n=4").load(onCPU)
	v := s.Page()
	if v.Notice == nil {
		t.Fatal("nothing was said")
	}
	for _, part := range []string{"“abc”", "“what”", "class must be between 0 and 9"} {
		if !strings.Contains(v.Notice.Text, part) {
			t.Errorf("the notice %q does not say %s", v.Notice.Text, part)
		}
	}
	if got := v.Controls.Spec; got.Class != -1 || got.Seed != 12 || got.N != 4 || got.Steps != 50 {
		t.Errorf("the link was read as %+v", got)
	}
	s.Handle(page.Pressed{Button: "play"})
	if len(s.runs) != 1 {
		t.Error("the page does not run any more")
	}
	s.Handle(page.HashChanged{Hash: "attributes=hair=bob&steps=7"}) // of a model that has none
	if v := s.Page(); v.Notice == nil || !strings.Contains(v.Notice.Text, "hair") || v.Controls.Spec.Attributes != "" || v.Controls.Spec.Steps != 7 {
		t.Errorf("attributes for a model without: notice %+v, spec %+v", v.Notice, v.Controls.Spec)
	}
	s.Handle(page.HashChanged{Hash: strings.Repeat("x", 5000)})
	if v := s.Page(); v.Notice == nil || len(v.Notice.Text) > 200 {
		t.Errorf("a long link is quoted as it is, or not told: %+v", v.Notice)
	}
	s.Handle(page.HashChanged{Hash: "class=1&steps=5"})
	if v := s.Page(); v.Notice != nil {
		t.Errorf("beside a link that is right stands %q", v.Notice.Text)
	}
}

func TestBackAndForward(t *testing.T) {
	s := open(t, "seed=1").load(fastGPU)
	first := s.present
	s.Handle(page.Edited{Field: "seed", Text: "2"})
	s.Handle(page.HashChanged{Hash: first})
	if got := s.runs[len(s.runs)-1].Spec.Seed; got != 1 || len(s.hashes) != 1 {
		t.Errorf("going back ran seed %d and pushed %d entries", got, len(s.hashes))
	}
}

func TestScrubbingTakesOverFromTheFilm(t *testing.T) {
	s := open(t, "steps=10").load(fastGPU)
	s.compute(5)
	s.Handle(Tick{})
	s.Handle(Tick{})
	if v := s.Page(); v.Timeline.Now != 2 || !v.Buttons.Playing || v.Timeline.Ready != 4 || v.State != "running" {
		t.Fatalf("while it plays: %+v %+v", v.Timeline, v.Buttons)
	}
	s.Handle(page.Scrubbed{Position: 1})
	s.compute(8)
	if v := s.Page(); v.Timeline.Now != 1 || v.Buttons.Playing || v.Timeline.Ready != 7 || s.Interval() != 0 {
		t.Errorf("after scrubbing: %+v, playing %v", v.Timeline, v.Buttons.Playing)
	}
	s.Handle(page.Scrubbed{Position: 10}) // not computed yet
	if now := s.Page().Timeline.Now; now != 7 {
		t.Errorf("scrubbing past what there is shows %d, expected 7", now)
	}
	s.Handle(page.Pressed{Button: "play"})
	s.compute(-1)
	s.playOut()
	if v := s.Page(); v.Timeline.Now != 10 || v.State != "done" || v.Buttons.Playing || !strings.HasPrefix(v.Live, "Done after 10 steps") {
		t.Errorf("at the end: %+v, state %s, said %q", v.Timeline, v.State, v.Live)
	}
	s.Handle(page.Pressed{Button: "play"})
	if v := s.Page(); v.Timeline.Now != 0 || !v.Buttons.Playing || len(s.runs) != 1 {
		t.Errorf("playing again: %+v, %d runs", v.Timeline, len(s.runs))
	}
}

func TestReducedMotionShowsTheResultAtOnce(t *testing.T) {
	s := open(t, "steps=10")
	s.calm = true
	s.load(fastGPU)
	if len(s.runs) != 0 {
		t.Error("it moves by itself")
	}
	s.Handle(page.Pressed{Button: "play"})
	s.compute(-1)
	if v := s.Page(); v.Timeline.Now != 10 {
		t.Errorf("shows moment %d", v.Timeline.Now)
	}
}

func TestStopAndAgain(t *testing.T) {
	s := open(t, "steps=10").load(fastGPU)
	s.compute(4)
	s.Handle(page.Pressed{Button: "cancel"})
	s.compute(7) // late steps of the stopped run
	if v := s.Page(); s.cancels != 1 || v.State != "stopped" || v.Timeline.Ready != 3 || v.Buttons.Cancel {
		t.Fatalf("stopped: %d cancels, %s, %+v", s.cancels, v.State, v.Timeline)
	}
	s.Handle(page.Scrubbed{Position: 3})
	s.Handle(page.Pressed{Button: "play"})
	if len(s.runs) != 2 || s.runs[1].RunID == s.runs[0].RunID {
		t.Errorf("play at the end of a stopped run: %d runs", len(s.runs))
	}
	s.compute(-1)
	if v := s.Page(); v.State != "done" {
		t.Errorf("the second run is %s", v.State)
	}
}

func TestFailuresOfferAWayOn(t *testing.T) {
	s := open(t, "steps=10").load(fastGPU)
	s.compute(2)
	s.Handle(&message.Error{RunID: s.runs[0].RunID, Message: "The GPU has no memory left.", Hint: "Ask for fewer pictures."})
	v := s.Page()
	if v.State != "failed" || v.Notice == nil || v.Notice.Text != "The GPU has no memory left." || v.Notice.Action == "" {
		t.Fatalf("state %s, notice %+v", v.State, v.Notice)
	}
	s.Handle(page.Pressed{Button: "notice-action"})
	if len(s.runs) != 2 || s.Page().Notice != nil {
		t.Errorf("trying again: %d runs, notice %+v", len(s.runs), s.Page().Notice)
	}

	s = open(t, "steps=10")
	s.Handle(onCPU)
	s.Handle(&message.Error{ModelID: "fashion", Message: "The model is damaged."})
	if v := s.Page(); v.State != "failed" || v.Loading != nil || !v.Buttons.Play {
		t.Errorf("a damaged model: state %s, loading %v", v.State, v.Loading)
	}
	s.Handle(page.Pressed{Button: "notice-action"})
	if len(s.loads) != 2 {
		t.Errorf("trying again loaded %d times", len(s.loads))
	}
	s.Handle(&message.Loaded{ID: "fashion", Info: info})
	if len(s.runs) != 1 {
		t.Error("the run that was wanted did not start once the model was there")
	}
}
