package main

import (
	"unnoise/model/exhibit"
	"unnoise/wasm/client"
	"unnoise/wasm/client/guide"
	"unnoise/wasm/hall/visit"
	"unnoise/wasm/message"
	"unnoise/wasm/message/show"
	"unnoise/wasm/wire"
)

// runner is the visit's guide: what the worker says becomes events of the visit.
type runner struct {
	*guide.Guide
	add func(any)
}

// newRunner starts the worker. The page's address may ask for the CPU, as ?tier=cpu.
func newRunner(add func(any)) *runner {
	r := &runner{add: add}
	r.Guide = guide.New(guide.Options{
		Worker: "worker.js", Tier: client.TierOfAddress(), OnMessage: r.hear,
		OnLoading: func(done, total int64) {
			add(visit.Progress{Text: "Loading the program that computes", Done: done, Total: total, Bytes: true})
		},
	})
	return r
}

// Order implements visit.Guide. Orders for a run that is over are dropped by the worker's
// page end.
func (r *runner) Order(_ int, o exhibit.Order) { r.Guide.Order(o) }

func (r *runner) hear(m wire.Message) {
	switch m := m.(type) {
	case *show.Ready:
		r.add(ready(m.Ready))
	case *show.Progress:
		r.add(progress(m))
	case *show.Note:
		r.add(visit.Told{Text: m.Text})
	case *show.Again:
		r.add(visit.Told{Text: "The graphics device was lost.", Hint: m.Reason, Passing: true})
	case *show.Frame:
		r.add(visit.Came{RunID: m.RunID, Frame: m.Content()})
	case *show.Done:
		r.add(visit.Done{RunID: m.RunID, Seconds: m.Seconds})
	case *show.Cancelled:
		r.add(visit.Cancelled{RunID: m.RunID})
	case *show.Error:
		r.add(visit.Broke{RunID: m.RunID, Message: m.Message, Hint: m.Hint})
	}
}

func ready(m message.Ready) visit.Ready {
	if m.Tier == message.TierCPU {
		return visit.Ready{Kind: string(m.Tier), Text: m.Reason, Why: m.Reason + " Exhibits start with smaller settings here.", Slow: true}
	}
	text := "WebGPU"
	if m.Software {
		text += " in software"
	}
	return visit.Ready{Kind: string(m.Tier), Text: text + ": " + m.Adapter, Why: m.Reason, Slow: m.Software}
}

func progress(m *show.Progress) visit.Progress {
	p := visit.Progress{RunID: m.RunID, Done: m.Done, Total: m.Total, Bytes: true}
	switch m.Stage {
	case message.StageCache:
		p.Text = "Loading a model, kept from an earlier visit"
	case message.StageVerify:
		p.Text = "Checking a model"
	case message.StageCompile:
		p.Text, p.Bytes = "Preparing the network", false
	default:
		p.Text = "Loading a model"
	}
	return p
}
