package main

import (
	"fmt"

	"unnoise/model/exhibit"
	"unnoise/wasm/client"
	"unnoise/wasm/client/guide"
	"unnoise/wasm/hall/visit"
	"unnoise/wasm/message"
	"unnoise/wasm/message/show"
	"unnoise/wasm/wire"
)

// worker is the guide in its worker, as a visit.Guide.
type worker struct {
	guide *guide.Guide
	add   func(any)
}

func newGuide(add func(any)) *worker {
	w := &worker{add: add}
	w.guide = guide.New(guide.Options{
		Worker: "worker.js", Tier: client.TierOfAddress(),
		OnMessage: w.hear,
		OnLoading: func(done, total int64) {
			add(visit.Progress{Text: "Downloading the program that computes", Done: done, Total: total, Bytes: true})
		},
	})
	return w
}

// Run implements visit.Guide.
func (w *worker) Run(id int, state exhibit.State) { w.guide.Run(id, state) }

// Cancel implements visit.Guide.
func (w *worker) Cancel() { w.guide.Cancel() }

// Order implements visit.Guide.
func (w *worker) Order(_ int, o exhibit.Order) { w.guide.Order(o) }

// hear turns the guide's messages into events.
func (w *worker) hear(m wire.Message) {
	switch m := m.(type) {
	case *show.Ready:
		w.add(ready(m))
	case *show.Frame:
		w.add(visit.Came{RunID: m.RunID, Frame: m.Content()})
	case *show.Progress:
		w.add(progress(m))
	case *show.Note:
		w.add(visit.Told{Text: m.Text, Passing: true})
	case *show.Again:
		w.add(visit.Told{Text: m.Reason, Hint: "The exhibit begins again and shows the same.", Passing: true})
	case *show.Done:
		w.add(visit.Done{RunID: m.RunID, Seconds: m.Seconds})
	case *show.Cancelled:
		w.add(visit.Cancelled{RunID: m.RunID})
	case *show.Error:
		w.add(visit.Broke{RunID: m.RunID, Message: m.Message, Hint: m.Hint})
	}
}

func ready(m *show.Ready) visit.Ready {
	text := "CPU"
	if m.Tier == message.TierWebGPU {
		text = "WebGPU, " + m.Adapter
	}
	return visit.Ready{Kind: string(m.Tier), Text: text, Why: m.Reason, Slow: m.Tier == message.TierCPU || m.Software}
}

func progress(m *show.Progress) visit.Progress {
	p := visit.Progress{RunID: m.RunID, Done: m.Done, Total: m.Total, Bytes: true}
	switch m.Stage {
	case message.StageFetch:
		p.Text = fmt.Sprintf("Downloading the model “%s”", m.Model)
	case message.StageCache:
		p.Text = fmt.Sprintf("Reading the model “%s” from this browser's storage", m.Model)
	case message.StageVerify:
		p.Text = fmt.Sprintf("Checking the model “%s”", m.Model)
	case message.StageCompile:
		p.Text, p.Bytes = "Making the network ready", false
	}
	return p
}
