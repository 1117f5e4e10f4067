package session

import (
	"bytes"
	"math"
	"strings"
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

// grey is a picture of one grey level.
func grey(level byte) []byte { return bytes.Repeat([]byte{level}, page.Side*page.Side) }

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

// TestNoiseLink follows links to the Noise tab, there and back.
func TestNoiseLink(t *testing.T) {
	sheet := page.Sheet{Side: page.Side, Labels: []int{3, 5}, Grey: [][]byte{grey(10), grey(20)}}
	s := open(t, "tab=noise&t=700&seed=77&picture=sample:1")
	s.Handle(Pictures{Sheet: sheet})
	s.load(fastGPU)
	if s.tab != page.Noise || s.noise.t != 700 || s.noise.seed != 77 || s.noise.chosen != 1 || s.notice != nil {
		t.Errorf("tab %s, t %d, seed %d, example %d, notice %v", s.tab, s.noise.t, s.noise.seed, s.noise.chosen, s.notice)
	}
	if len(s.runs) != 0 {
		t.Error("a link to the Noise tab starts a run")
	}
	want := "tab=noise&t=700&seed=77&picture=sample:1"
	if s.present != want {
		t.Errorf("the address is %q, want %q", s.present, want)
	}
	s.Handle(page.Scrubbed{Position: 12})
	s.Handle(page.NoiseSeedEdited{Text: "5"})
	s.Handle(page.SampleChosen{Index: 0})
	want = "tab=noise&t=12&seed=5&picture=sample:0"
	if s.present != want {
		t.Errorf("the address is %q, want %q", s.present, want)
	}
	s.Handle(page.TabChosen{Tab: page.Denoise})
	if s.present != s.spec.Encode() {
		t.Errorf("the Denoise tab's address is %q", s.present)
	}
	s.Handle(page.HashChanged{Hash: want}) // the back button
	if s.tab != page.Noise {
		t.Error("the link does not lead to the Noise tab")
	}
	runs := len(s.runs)
	s.Handle(page.HashChanged{Hash: s.spec.Encode()}) // and forward
	if s.tab != page.Denoise || len(s.runs) != runs {
		t.Error("the way back to the Denoise tab runs again what is there")
	}
}

// TestNoiseLinkDrawing brings a drawing back.
func TestNoiseLinkDrawing(t *testing.T) {
	const hash = "tab=noise&t=3&seed=0&picture=png:AAAA"
	s := open(t, hash)
	if s.present != hash || len(s.decode) != 1 || s.decode[0] != "png:AAAA" {
		t.Fatalf("the address is %q, asked to decode %v", s.present, s.decode)
	}
	drawing := grey(200)
	s.Handle(Decoded{Picture: "png:AAAA", Grey: drawing})
	if got := s.Page().Noise; got.Source != "draw" || &got.Given[0] != &drawing[0] {
		t.Errorf("source %s, the pad is given %d values", got.Source, len(got.Given))
	}
	if f, ok := s.Floats(); !ok || f.X0[0] != values(drawing)[0] {
		t.Error("x_0 is not the drawing")
	}
	if s.present != hash {
		t.Errorf("the address is %q", s.present)
	}
	s = open(t, hash)
	s.Handle(Decoded{Picture: "png:AAAA", Problem: "It cannot be read."})
	if s.notice == nil || s.present != "tab=noise&t=3&seed=0&picture=sample:0" {
		t.Errorf("notice %v, address %q", s.notice, s.present)
	}
}

// TestNoiseLinkGarbled has everything wrong that can be.
func TestNoiseLinkGarbled(t *testing.T) {
	for hash, sentence := range map[string]string{
		"tab=noise&t=1000":           "timestep is “1000”, which is not a whole number from 0 to 999",
		"tab=noise&t=-1":             "timestep is “-1”",
		"tab=noise&t=":               "timestep is “”",
		"tab=noise&seed=lucky":       "seed is “lucky”",
		"tab=noise&picture=sample:x": "picture cannot be read",
		"tab=noise&picture=png:%%%":  "picture cannot be read",
		"tab=noise&picture=":         "picture cannot be read",
		"tab=noise&colour=blue":      "“colour”, which is not known",
		"tab=noise&picture=sample:9": "example 10, but there are only 1",
		"tab=noises&t=3":             "“tab”, which is not known",
	} {
		s := open(t, hash)
		s.Handle(Pictures{Sheet: page.Sheet{Side: page.Side, Labels: []int{3}, Grey: [][]byte{grey(10)}}})
		if s.notice == nil || !strings.Contains(s.notice.Text, sentence) {
			t.Errorf("%s: the notice is %+v", hash, s.notice)
		}
		if strings.HasPrefix(hash, "tab=noise&") && s.present != "tab=noise&t=250&seed=0&picture=sample:0" {
			t.Errorf("%s becomes %s", hash, s.present)
		}
	}
	s := open(t, "tab=noise")
	if s.tab != page.Noise || s.notice != nil {
		t.Error("the shortest link is not understood")
	}
}
