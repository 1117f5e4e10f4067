package session

import (
	"context"
	"image"
	"testing"

	"unnoise/model/catalog"
	"unnoise/model/diffusion"
	"unnoise/model/run"
	"unnoise/wasm/message"
	"unnoise/wasm/page"
)

// stage is a session with a host and an engine that only take notes.
type stage struct {
	*Session
	t       *testing.T
	hashes  []string // pushed
	present string   // in the address bar
	runs    []message.Run
	cancels int
	tunes   int // asked for, less those stopped
	loads   []message.Load
	saved   []File
	decode  []string
	calm    bool
	seconds map[string]float64
}

func (s *stage) PushHash(h string)                   { s.hashes, s.present = append(s.hashes, h), h }
func (s *stage) ReplaceHash(h string)                { s.present = h }
func (s *stage) FollowHash(h string)                 { s.present = h }
func (s *stage) CopyLink()                           {}
func (s *stage) SaveScale() int                      { return 8 }
func (s *stage) DecodePNG(p string)                  { s.decode = append(s.decode, p) }
func (s *stage) EncodePNG([]byte) string             { return "png:AAAA" }
func (s *stage) ReducedMotion() bool                 { return s.calm }
func (s *stage) RandomSeed() uint64                  { return 4321 }
func (s *stage) Reload()                             {}
func (s *stage) Seconds(a string) float64            { return s.seconds[a] }
func (s *stage) RememberSeconds(a string, v float64) { s.seconds[a] = v }
func (s *stage) SavePNG(f File) {
	img := image.NewNRGBA(image.Rect(0, 0, f.W, f.H))
	for part := range f.Parts {
		f.Draw(img, part)
	}
	s.saved = append(s.saved, f)
}

type notes struct{ *stage }

func (n notes) Load(m message.Load) { n.loads = append(n.loads, m) }
func (n notes) Run(m message.Run)   { n.runs = append(n.runs, m) }
func (n notes) Tune()               { n.tunes++ }
func (n notes) StopTuning()         { n.tunes-- }
func (n notes) Cancel()             { n.cancels++ }

var (
	classes = []string{"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"}
	info    = run.Info{Name: "test", Classes: classes, NumClasses: 10, Channels: 1, Height: page.Side, Width: page.Side}
	fastGPU = &message.Ready{Tier: message.TierWebGPU, Adapter: "a GPU"}
	onCPU   = &message.Ready{Tier: message.TierCPU, Reason: "This browser has no WebGPU."}
)

// open is a page at an address whose model is listed but not loaded.
func open(t *testing.T, hash string) *stage {
	s := &stage{t: t, seconds: map[string]float64{}}
	s.Session = New(s, notes{s}, hash)
	s.Handle(Catalogued{Catalog: &catalog.Catalog{Models: []catalog.Model{{ID: "fashion", Name: "Fashion", File: "f.gguf", Size: 9, Classes: classes}}}})
	return s
}

// load lets the engine be ready and the model loaded.
func (s *stage) load(ready *message.Ready) *stage {
	s.Handle(ready)
	s.Handle(&message.Loaded{ID: "fashion", Info: info})
	return s
}

// zero predicts no noise at all.
type zero struct{}

func (zero) Predict(_ context.Context, xs []float32, _ []float64, _ diffusion.Cond) (diffusion.Output, error) {
	return diffusion.Output{Pred: make([]float32, len(xs))}, nil
}

// compute plays the engine: it sends the first n steps of the last run that was
// asked for, all of them and Done for n < 0.
func (s *stage) compute(n int) {
	s.t.Helper()
	asked := s.runs[len(s.runs)-1]
	plan, err := run.NewPlan(asked.Spec, info)
	if err != nil {
		s.t.Fatal(err)
	}
	start, err := plan.Start(asked.Start)
	if err != nil {
		s.t.Fatal(err)
	}
	err = plan.Run(context.Background(), zero{}, start, func(step diffusion.Step) error {
		if n >= 0 && step.I >= n {
			return context.Canceled
		}
		xt := append([]float32(nil), step.Xt...)
		pred := append([]float32(nil), step.Pred...)
		s.Handle(&message.Step{RunID: asked.RunID, Index: step.I, T: step.Update.T, Xt: xt, Pred: pred, Seconds: 0.25})
		return nil
	})
	if err == nil {
		s.Handle(&message.Done{RunID: asked.RunID, Seconds: 1})
	}
}

// playOut lets the film run to its end.
func (s *stage) playOut() {
	for range 10_000 {
		if s.Interval() == 0 {
			return
		}
		s.Handle(Tick{})
	}
	s.t.Error("the film never ends")
}
