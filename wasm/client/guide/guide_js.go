package guide

import (
	"time"

	"syscall/js"

	"unnoise/model/exhibit"
	"unnoise/wasm/message"
	"unnoise/wasm/message/show"
	"unnoise/wasm/wire"
	"unnoise/wasm/worker"
)

// patience is how long the guide may take to end a run.
const patience = time.Second

// Options of a Guide. Its functions are called from the browser's event loop, or from
// within the Guide's methods, and must not wait for anything.
type Options struct {
	Worker string       // URL of worker.js, relative to the page
	Tier   message.Tier // TierCPU to go without WebGPU
	// OnMessage receives what the guide says: *show.Ready, Progress, Note, Again,
	// Frame, Done, Cancelled, Error.
	OnMessage func(wire.Message)
	// OnLoading receives the bytes downloaded of the guide's program; total is 0 if
	// unknown. May be nil.
	OnLoading func(done, total int64)
}

// Guide owns the worker. All methods are called from one goroutine or from the
// browser's event loop; none waits.
type Guide struct {
	options Options
	module  js.Value // the guide's program, compiled by the first worker

	worker    *worker.Worker // nil when none is there
	listening bool           // it takes messages
	ready     *show.Ready    // the last one passed on
	run       *show.Run      // the run that is wanted or going on
	ending    int            // the run that the worker has been told to end; 0 if none
	deadline  *time.Timer
}

// New starts the guide. Its first word is show.Ready, or an Error.
func New(options Options) *Guide {
	g := &Guide{options: options}
	g.start()
	return g
}

// Run asks for the frames of a state. id is the caller's choice, greater than 0 and than
// every one before; the answers carry it. A run that is going on is cancelled first,
// without a word.
func (g *Guide) Run(id int, state exhibit.State) {
	g.drop()
	g.run = &show.Run{RunID: id, Exhibit: state.Exhibit().ID, Values: state.Values()}
	switch {
	case g.worker == nil:
		g.start()
	case g.listening:
		g.post(g.run)
	}
}

// Cancel ends the run, if any. The page hears show.Cancelled at once.
func (g *Guide) Cancel() {
	if id := g.drop(); id != 0 {
		g.options.OnMessage(&show.Cancelled{RunID: id})
	}
}

// Order gives the running exhibit an order. Without a run it does nothing.
func (g *Guide) Order(o exhibit.Order) {
	if g.run != nil && g.listening {
		g.post(&show.Order{RunID: g.run.RunID, Control: o.Control, Value: o.Value})
	}
}

// Running reports whether a run is wanted or going on.
func (g *Guide) Running() bool { return g.run != nil }

// LoseDevice has the GPU device destroyed, to try the recovery.
func (g *Guide) LoseDevice() {
	if g.listening {
		g.post(&show.LoseDevice{})
	}
}

// drop has the worker end the run and returns its id, 0 if there is none. A worker
// that does not say that it has is ended.
func (g *Guide) drop() int {
	if g.run == nil {
		return 0
	}
	id := g.run.RunID
	g.run = nil
	if !g.listening {
		return id
	}
	g.post(&show.Cancel{RunID: id})
	if g.ending == 0 && g.worker != nil {
		g.ending = id
		w := g.worker
		g.deadline = time.AfterFunc(patience, func() {
			if g.worker == w && g.ending != 0 {
				g.stop()
				g.start()
			}
		})
	}
	return id
}

// ended takes note that the worker has ended a run.
func (g *Guide) ended(id int) {
	if g.ending != 0 && id >= g.ending {
		g.ending = 0
		g.deadline.Stop()
	}
	if g.run != nil && g.run.RunID == id {
		g.run = nil
	}
}

// receive passes on what the page waits for.
func (g *Guide) receive(m wire.Message) {
	id := 0
	switch m := m.(type) {
	case *show.Listening:
		g.listening = true
		g.post(&show.Open{Tier: g.options.Tier})
		if g.run != nil {
			g.post(g.run)
		}
		return
	case *show.Ready:
		if g.ready != nil && g.ready.Tier == m.Tier && g.ready.Reason == m.Reason {
			return // of a worker that replaces another
		}
		g.ready = m
		g.options.OnMessage(m)
		return
	case *show.Progress:
		id = m.RunID
	case *show.Note:
		id = m.RunID
	case *show.Again:
		id = m.RunID
	case *show.Frame:
		id = m.RunID
	case *show.Done:
		id = m.RunID
	case *show.Cancelled:
		id = m.RunID
	case *show.Error:
		id = m.RunID
	}
	wanted := id == 0 || g.run != nil && g.run.RunID == id
	switch m.(type) {
	case *show.Done, *show.Cancelled, *show.Error:
		g.ended(id)
	}
	if wanted {
		g.options.OnMessage(m)
	}
}
