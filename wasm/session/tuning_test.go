package session

import (
	"strings"
	"testing"

	"unnoise/wasm/message"
	"unnoise/wasm/page"
)

// TestTuningComesAfterTheFirstPicture and is not asked for twice.
func TestTuningComesAfterTheFirstPicture(t *testing.T) {
	s := open(t, "steps=2&guidance=1").load(fastGPU)
	if len(s.runs) != 1 || s.tunes != 0 {
		t.Fatalf("%d runs, %d tunings", len(s.runs), s.tunes)
	}
	s.compute(-1)
	if s.tunes != 1 {
		t.Fatal("the kernels are not measured after the first run")
	}
	s.Handle(&message.Progress{Stage: message.StageTune, Done: 2, Total: 9})
	if text := s.Page().Tuning.Text; !strings.Contains(text, "2 of 9") {
		t.Errorf("the line is %q", text)
	}
	s.Handle(&message.Tuned{Precision: message.PrecisionF16, Shapes: 9, F32Seconds: 0.2, F16Seconds: 0.1})
	v := s.Page()
	if v.Tuning.Text != "" || !v.Tuning.Possible || v.Tier.Text != "WebGPU f16: a GPU" || !strings.Contains(v.Tier.Why, "0.1 s in f16") {
		t.Errorf("%+v %+v", v.Tuning, v.Tier)
	}
	s.Handle(page.Pressed{Button: "dice"})
	s.compute(-1)
	if s.tunes != 1 {
		t.Error("the kernels are measured after every run")
	}
	s.Handle(page.Pressed{Button: "tune"})
	if s.tunes != 2 {
		t.Error("the button does not measure again")
	}
}

// TestTuningGivesWay to a run, and comes again after it.
func TestTuningGivesWay(t *testing.T) {
	s := open(t, "steps=2&guidance=1").load(fastGPU)
	s.compute(-1)
	s.Handle(page.Pressed{Button: "dice"})
	s.Handle(&message.Tuned{Stopped: true})
	if s.Page().Tuning.Text != "" {
		t.Error("the line stays while a run goes on")
	}
	s.compute(-1)
	if s.tunes != 2 {
		t.Errorf("asked for %d times, want again after the run", s.tunes)
	}
}

// TestTuningIsNotWanted where it was stopped, was made on an earlier visit, or
// there is no GPU.
func TestTuningIsNotWanted(t *testing.T) {
	s := open(t, "steps=2&guidance=1").load(fastGPU)
	s.compute(-1)
	s.Handle(page.Pressed{Button: "tune-stop"})
	s.Handle(&message.Tuned{Stopped: true})
	s.Handle(page.Pressed{Button: "dice"})
	s.compute(-1)
	if s.tunes != 0 {
		t.Error("what was cancelled begins again")
	}

	s = open(t, "steps=2&guidance=1")
	s.Handle(fastGPU)
	s.Handle(&message.Loaded{ID: "fashion", Info: info, Tuned: true, Precision: message.PrecisionF16})
	s.compute(-1)
	if v := s.Page(); s.tunes != 0 || v.Tier.Text != "WebGPU f16: a GPU" || !strings.Contains(v.Tier.Why, "earlier visit") {
		t.Errorf("%d tunings, tier %+v", s.tunes, v.Tier)
	}

	s = open(t, "steps=2&guidance=1").load(onCPU)
	s.Handle(page.Pressed{Button: "play"})
	s.compute(-1)
	s.Handle(page.Pressed{Button: "tune"})
	if s.tunes != 0 || s.Page().Tuning.Possible {
		t.Error("the CPU is measured")
	}
}

// TestTheSelfTestIsLinked where the GPU may be at fault, and only there.
func TestTheSelfTestIsLinked(t *testing.T) {
	s := open(t, "steps=2&guidance=1").load(fastGPU)
	s.Handle(&message.Error{RunID: s.runs[0].RunID, Message: "The run stopped."})
	if n := s.Page().Notice; n == nil || !n.SelfTest {
		t.Errorf("the notice is %+v", n)
	}
	s = open(t, "steps=2&guidance=1").load(onCPU)
	s.Handle(&message.Error{ModelID: "fashion", Message: "The model is damaged."})
	if n := s.Page().Notice; n == nil || n.SelfTest {
		t.Errorf("the notice is %+v", n)
	}
}
