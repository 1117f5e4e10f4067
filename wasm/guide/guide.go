//go:build js && wasm

package main

import (
	"context"
	"syscall/js"

	"unnoise/model/exhibit"
	"unnoise/wasm/message"
	"unnoise/wasm/message/show"
	"unnoise/wasm/obtain"
	"unnoise/wasm/tier"
	"unnoise/wasm/wire"
)

// guide is the program's state. executor and env belong to the run that is going on;
// want is what the page asked for.
type guide struct {
	inbox    *wire.Inbox
	want     message.Tier
	executor *tier.Executor
	env      *exhibit.Env
	tour     *tour // the last one, perhaps over; nil before the first
}

// tour is one run of an exhibit.
type tour struct {
	id     int
	ctx    context.Context
	cancel context.CancelFunc
	orders chan exhibit.Order
	done   chan struct{}
}

func newGuide() *guide { return &guide{inbox: wire.NewInbox()} }

// post sends a message to the page.
func (g *guide) post(m wire.Message) {
	if err := show.Protocol.Post(js.Global(), m); err != nil {
		// Only a bug in this program gets here; the worker's end tells the page.
		panic(err)
	}
}

// listen begins to take messages, and says so.
func (g *guide) listen() {
	js.Global().Set("onmessage", js.FuncOf(func(_ js.Value, args []js.Value) any {
		m, err := show.Protocol.Receive(args[0].Get("data"))
		if err != nil {
			g.post(&show.Error{Message: obtain.Sentence(err), Hint: "Please reload the page.", Fatal: true})
			return nil
		}
		g.inbox.Put(m)
		return nil
	}))
	g.post(&show.Listening{})
}

// serve takes the page's messages for as long as the worker lives.
func (g *guide) serve() {
	for {
		switch m := g.inbox.Take().(type) {
		case *show.Open:
			g.end()
			g.open(m.Tier)
		case *show.Run:
			g.end()
			g.start(m)
		case *show.Cancel:
			if g.tour != nil && g.tour.id == m.RunID {
				g.end()
			}
		case *show.Order:
			if g.tour != nil && g.tour.id == m.RunID {
				g.tour.order(exhibit.Order{Control: m.Control, Value: m.Value})
			}
		case *show.LoseDevice:
			if g.executor != nil && g.executor.Device != nil {
				g.executor.Device.Destroy()
			}
		}
	}
}

// maxOrders is how many orders wait for an exhibit that is busy.
const maxOrders = 256

// start begins a tour behind the one before.
func (g *guide) start(m *show.Run) {
	before := g.tour
	t := &tour{id: m.RunID, orders: make(chan exhibit.Order, maxOrders), done: make(chan struct{})}
	t.ctx, t.cancel = context.WithCancel(context.Background())
	g.tour = t
	go func() {
		defer close(t.done)
		if before != nil {
			<-before.done
		}
		if t.ctx.Err() == nil {
			g.run(t, m)
		}
		if t.ctx.Err() != nil {
			g.post(&show.Cancelled{RunID: t.id}) // now that nothing goes on any more
		}
	}()
}

// end cancels the tour. It may take a moment to unwind, and says then that it has.
func (g *guide) end() {
	if t := g.tour; t != nil {
		select {
		case <-t.done:
		default:
			t.cancel()
		}
	}
}

// order hands over an order. An exhibit that takes none loses the oldest.
func (t *tour) order(o exhibit.Order) {
	for {
		select {
		case t.orders <- o:
			return
		default:
		}
		select {
		case <-t.orders:
		default:
		}
	}
}
