//go:build js && wasm

package main

import (
	"context"
	"syscall/js"

	"unnoise/wasm/message"
	"unnoise/wasm/obtain"
	"unnoise/wasm/tier"
	"unnoise/wasm/wire"
)

// engine is the program's state. Its fields belong to the goroutine of serve
// until a job runs, and then to the job; see job.
type engine struct {
	inbox    *wire.Inbox
	executor *tier.Executor
	model    *model // nil until one is loaded
	job      *job   // the last one started, perhaps over; serve's own
	// precision is the one that the page asks for; empty leaves it to measuring.
	precision message.Precision
}

func newEngine() *engine { return &engine{inbox: wire.NewInbox()} }

// post sends a message to the page.
func (e *engine) post(m message.Message) {
	if err := message.Post(js.Global(), m); err != nil {
		// Only a bug in this program gets here; the worker's end tells the page.
		panic(err)
	}
}

// listen begins to take messages, and says so.
func (e *engine) listen() {
	onMessage := js.FuncOf(func(_ js.Value, args []js.Value) any {
		m, err := message.Receive(args[0].Get("data"))
		if err != nil {
			e.post(&message.Error{Message: obtain.Sentence(err), Hint: "Please reload the page.", Fatal: true})
			return nil
		}
		e.inbox.Put(m)
		return nil
	})
	js.Global().Set("onmessage", onMessage)
	e.post(&message.Listening{})
}

// serve takes the page's messages for as long as the worker lives.
func (e *engine) serve() {
	for {
		switch m := e.inbox.Take().(type) {
		case *message.Open:
			e.end()
			e.open(m)
		case *message.Load:
			e.end()
			e.start(job{}, func(ctx context.Context) { e.load(ctx, m) })
		case *message.Run:
			if e.job != nil && e.job.ended != nil {
				e.end()
			}
			e.start(job{runID: m.RunID, ended: &message.Cancelled{RunID: m.RunID}}, func(ctx context.Context) { e.run(ctx, m) })
		case *message.Cancel:
			if e.job != nil && e.job.runID == m.RunID {
				e.end()
			}
		case *message.Tune:
			e.start(job{tunes: true, ended: &message.Tuned{Stopped: true}}, e.tune)
		case *message.StopTuning:
			if e.job != nil && e.job.tunes {
				e.end()
			}
		case *message.Measure:
			e.end()
			e.start(job{}, func(ctx context.Context) { e.benchmark(ctx, m) })
		case *message.LoseDevice:
			if e.executor != nil && e.executor.Device != nil {
				e.executor.Device.Destroy()
			}
		}
	}
}

// job is a load, a run, a tuning, or the repair of a device. The next job begins
// when it is done.
type job struct {
	runID  int             // of a run, else 0
	tunes  bool            // it is a tuning
	ended  message.Message // what the page is told where it is cut short; nil for one that a run does not cut short
	cancel context.CancelFunc
	ctx    context.Context
	done   chan struct{}
}

// start queues f behind the job before it.
func (e *engine) start(kind job, f func(ctx context.Context)) {
	before := e.job
	j := &kind
	ctx, cancel := context.WithCancel(context.Background())
	j.ctx, j.cancel, j.done = ctx, cancel, make(chan struct{})
	e.job = j
	go func() {
		defer close(j.done)
		if before != nil {
			<-before.done
		}
		if ctx.Err() == nil {
			f(ctx)
		}
	}()
}

// end cancels the job. The end of a run or a tuning is told to the page at once, though the job
// may take a moment longer to unwind: it says nothing more.
func (e *engine) end() {
	j := e.job
	if j == nil || j.over() || j.ctx.Err() != nil {
		return
	}
	j.cancel()
	if j.ended != nil {
		e.post(j.ended)
	}
}

// over reports whether the job has ended.
func (j *job) over() bool {
	select {
	case <-j.done:
		return true
	default:
		return false
	}
}

// idle reports whether no job is going on.
func (e *engine) idle() bool { return e.job == nil || e.job.over() }
