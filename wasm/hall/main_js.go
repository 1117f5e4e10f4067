// Command hall is the program of the page of exhibits: it wires the document, the
// drawing of figures, the guide that runs exhibits, and what is known and decided
// (package visit). Everything that happens goes through one queue, one event at a time.
package main

import (
	"time"

	"unnoise/model/exhibit/all"
	"unnoise/wasm/dom"
	"unnoise/wasm/hall/document"
	"unnoise/wasm/hall/visit"
	"unnoise/wasm/scene"
	"unnoise/wasm/scene/figures"
)

func main() {
	h := &hall{queue: dom.NewQueue(), stage: figures.NewStage()}
	list := all.Exhibits()
	h.document = document.New(list, h.queue.Add, func() {
		h.queue.Add(visit.Failed{Text: "The browser has taken the drawing surface away, so pictures cannot be shown.", Hint: "Please reload the page; the link brings the same exhibit back."})
	})
	h.stage.SetPalette(document.Palette())
	guide := newRunner(h.queue.Add)
	h.visit = visit.New(host{h.queue.Add}, guide, list, dom.Hash())
	h.expose(guide)
	h.render()
	go h.loop()
	if err := scene.Loop(h.stage); err != nil {
		h.queue.Add(visit.Failed{Text: "Pictures and particles cannot be drawn (" + err.Error() + ").", Hint: "Unnoise needs WebGL 2: please allow it in the browser's settings, or use another browser."})
	}
	select {}
}

type hall struct {
	queue    *dom.Queue
	document *document.Document
	stage    *figures.Stage
	visit    *visit.Visit
	rendered time.Time
	ticked   time.Time
	timer    *time.Timer
}

// loop takes events as they come and renders what they have led to, at most once a
// frame.
func (h *hall) loop() {
	for {
		h.queue.Wait()
		time.Sleep(visit.Frame - time.Since(h.rendered))
		for _, event := range h.queue.Take() {
			switch event.(type) {
			case visit.Tick:
				h.ticked = time.Now()
			case document.ThemeChanged:
				h.stage.SetPalette(document.Palette())
			}
			h.visit.Handle(event)
		}
		h.rendered = time.Now()
		h.render()
		h.schedule()
	}
}

func (h *hall) render() { h.stage.Show(h.document.Render(h.visit.View())) }

// schedule asks for the next Tick, if one is due.
func (h *hall) schedule() {
	if h.timer != nil {
		h.timer.Stop()
		h.timer = nil
	}
	if interval := h.visit.Interval(); interval > 0 {
		h.timer = time.AfterFunc(max(0, interval-time.Since(h.ticked)), func() { h.queue.Add(visit.Tick{}) })
	}
}

// expose lets tests and the browser's console read what is shown, as
// globalThis.unnoise:
//
//	unnoise.link       the state that is run, as in a link
//	unnoise.state      loading, preparing, running, done, stopped or failed
//	unnoise.readouts   the numbers of the moment shown, by id, with all their digits
//	unnoise.last       the last value of each number of the run
//	unnoise.loseDevice a function that has the GPU device destroyed, to try the recovery
func (h *hall) expose(guide *runner) {
	dom.Expose("unnoise", map[string]func() any{
		"hash":       func() any { return dom.Hash() },
		"state":      func() any { return h.visit.View().Phase },
		"loseDevice": func() any { return dom.Function(guide.LoseDevice) },
		"link":       func() any { return h.visit.View().State.Encode() },
		"last": func() any {
			out := map[string]any{}
			for _, r := range h.visit.Last() {
				out[r.ID] = r.Value
			}
			return out
		},
		"readouts": func() any {
			out := map[string]any{}
			if m := h.visit.View().Moment; m != nil {
				for _, r := range m.Readouts {
					out[r.ID] = r.Value
				}
			}
			return out
		},
	})
}

// host is what the visit needs of the browser.
type host struct{ add func(any) }

func (h host) PushHash(hash string)    { dom.PushHash(hash) }
func (h host) ReplaceHash(hash string) { dom.ReplaceHash(hash) }
func (h host) FollowHash(hash string)  { dom.FollowHash(hash) }
func (h host) ReducedMotion() bool     { return dom.ReducedMotion() }
func (h host) RandomSeed() uint64      { return dom.RandomSeed() }
func (h host) Reload()                 { dom.Reload() }
func (h host) CopyLink() {
	dom.CopyLink(func() { h.add(visit.LinkCopied{OK: true}) }, func() { h.add(visit.LinkCopied{}) })
}
func (h host) After(d time.Duration, event any) { time.AfterFunc(d, func() { h.add(event) }) }
func (h host) SaveStage(name string) {
	document.SaveStage(name, func(sentence string) { h.add(visit.Failed{Text: sentence}) })
}
