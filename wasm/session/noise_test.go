package session

import (
	"math"
	"testing"

	"unnoise/model/run"
	"unnoise/wasm/message"
	"unnoise/wasm/page"
)

// sheet has two pictures, of classes 3 and 9.
func sheet() Pictures {
	bright := make([]byte, page.Side*page.Side)
	for i := range bright {
		bright[i] = 255
	}
	return Pictures{Sheet: page.Sheet{Side: page.Side, Labels: []int{3, 9}, Grey: [][]byte{make([]byte, page.Side*page.Side), bright}}, URL: "x.png", Columns: 2}
}

func TestNoiseKeepsItsEpsilon(t *testing.T) {
	s := open(t, "").load(onCPU)
	s.Handle(sheet())
	s.Handle(page.TabChosen{Tab: page.Noise})
	s.Handle(page.SampleChosen{Index: 1})
	s.Handle(page.NoiseSeedEdited{Text: "7"})
	eps := make([]float32, page.Side*page.Side)
	run.StartNoise(eps, 7, 0)
	schedule, err := info.Scheduler.Schedule()
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []int{0, 250, 999} {
		s.Handle(page.Scrubbed{Position: at})
		f, ok := s.Floats()
		if !ok || f.T != at {
			t.Fatalf("t = %d, ok %v, expected %d", f.T, ok, at)
		}
		a := schedule.AlphaBar[at]
		for i := range f.Xt {
			want := math.Sqrt(a) + math.Sqrt(1-a)*float64(eps[i]) // x_0 is 1 everywhere
			if math.Abs(float64(f.Xt[i])-want) > 1e-6 {
				t.Fatalf("t = %d: x_t[%d] = %v, expected %v", at, i, f.Xt[i], want)
			}
		}
	}
}

func TestDenoiseFromHere(t *testing.T) {
	s := open(t, "steps=10&class=1").load(fastGPU)
	s.Handle(sheet())
	s.Handle(page.TabChosen{Tab: page.Noise})
	s.Handle(page.SampleChosen{Index: 1})
	s.Handle(page.Scrubbed{Position: 400})
	xt, _ := s.Floats()
	s.Handle(page.Pressed{Button: "from-here"})
	got := s.runs[len(s.runs)-1]
	if got.Spec.Class != 9 || got.Spec.Start == nil || *got.Spec.Start != (run.StartPicture{T: 400, Picture: "sample:1"}) {
		t.Fatalf("ran %+v, start %+v", got.Spec, got.Spec.Start)
	}
	if v := s.Page(); v.Tab != page.Denoise || v.Start == "" {
		t.Errorf("the page shows tab %s, start %q", v.Tab, v.Start)
	}
	first, _ := s.Floats()
	if first.T != 400 {
		t.Errorf("the run starts at t = %d", first.T)
	}
	for i := range first.Xt {
		if first.Xt[i] != xt.Xt[i] {
			t.Fatalf("the run starts from %v at %d, the Noise tab showed %v", first.Xt[i], i, xt.Xt[i])
		}
	}
	s.Handle(page.Pressed{Button: "start-clear"})
	if got := s.runs[len(s.runs)-1]; got.Spec.Start != nil || got.Start != nil {
		t.Errorf("without the picture the run still starts from %+v", got.Spec.Start)
	}
}

func TestALinkWithAPictureWaitsForIt(t *testing.T) {
	s := open(t, "t=300&picture=sample:1&steps=5").load(fastGPU)
	if len(s.runs) != 0 {
		t.Fatal("it ran without its picture")
	}
	s.Handle(sheet())
	if len(s.runs) != 1 || len(s.runs[0].Start) != page.Side*page.Side || s.runs[0].Start[0] != 1 {
		t.Fatalf("%d runs", len(s.runs))
	}

	s = open(t, "t=300&picture=png:xyz&steps=5").load(fastGPU)
	if len(s.decode) != 1 || len(s.runs) != 0 {
		t.Fatalf("decoded %v, %d runs", s.decode, len(s.runs))
	}
	s.Handle(Decoded{Picture: "png:xyz", Problem: "It cannot be read."})
	if v := s.Page(); v.Notice == nil || len(s.runs) != 1 || s.runs[0].Spec.Start != nil {
		t.Errorf("a damaged picture: notice %v, %d runs", v.Notice, len(s.runs))
	}

	s = open(t, "t=300&picture=sample:77&steps=5").load(fastGPU)
	s.Handle(sheet())
	if v := s.Page(); v.Notice == nil || v.Start != "" || len(s.runs) != 1 {
		t.Errorf("a picture that is not there: notice %v, start %q, %d runs", v.Notice, v.Start, len(s.runs))
	}
}

func TestBadUploadsAreTold(t *testing.T) {
	s := open(t, "").load(onCPU)
	s.Handle(page.TabChosen{Tab: page.Noise})
	s.Handle(page.SourceChosen{Source: "upload"})
	s.Handle(page.Uploaded{Name: "a.txt", Problem: "That is no picture."})
	v := s.Page()
	if v.Notice == nil || v.Buttons.FromHere {
		t.Errorf("notice %v, can denoise %v", v.Notice, v.Buttons.FromHere)
	}
	s.Handle(page.Uploaded{Name: "a.png", Grey: make([]byte, page.Side*page.Side)})
	if v := s.Page(); v.Notice != nil || !v.Buttons.FromHere {
		t.Errorf("after a good one: notice %v, can denoise %v", v.Notice, v.Buttons.FromHere)
	}
}

func TestFilesHaveTheRightSize(t *testing.T) {
	s := open(t, "steps=120&n=4").load(fastGPU)
	s.compute(-1)
	s.Handle(page.Pressed{Button: "save-film"})
	s.Handle(page.Pressed{Button: "save-picture"})
	s.Handle(page.TabChosen{Tab: page.Noise})
	s.Handle(sheet())
	s.Handle(page.Pressed{Button: "save-film"})
	if len(s.saved) != 3 {
		t.Fatalf("saved %v", s.saved)
	}
	// 121 moments in rows of 50, enlarged less to stay below 8 megapixels; a square
	// of 4; 40 noise levels.
	for k, want := range [][4]int{{50 * 32, 3 * 32, 121, 4}, {64, 64, 4, 8}, {40 * 32, 32, 40, 8}} {
		if f := s.saved[k]; [4]int{f.W, f.H, f.Parts, f.Scale} != want {
			t.Errorf("%s: %d×%d of %d parts, ×%d, expected %v", f.Name, f.W, f.H, f.Parts, f.Scale, want)
		}
	}
}

func TestADeviceLossIsTold(t *testing.T) {
	s := open(t, "steps=10").load(fastGPU)
	s.compute(3)
	s.Handle(&message.DeviceLost{Reason: "The driver was reset."})
	if n := s.Page().Notice; n == nil {
		t.Fatal("nothing was said")
	}
	s.Handle(&message.Rebuilt{Ready: *onCPU, RunID: s.runs[0].RunID, Index: 2})
	if v := s.Page(); v.Tier.Kind != "cpu" {
		t.Errorf("tier %q", v.Tier.Kind)
	}
	s.compute(-1)
	if v := s.Page(); v.State != "done" || len(s.runs) != 1 {
		t.Errorf("the run is %s after %d runs", v.State, len(s.runs))
	}
}
