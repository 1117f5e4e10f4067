package client

import (
	"errors"
	"syscall/js"

	"unnoise/wasm/message"
)

const (
	hintReload = "Please reload the page."
	hintAgain  = "Starting the run again starts the engine again; fewer pictures at once need less memory."
)

// worker is one Web Worker with the functions that listen to it.
type worker struct {
	js        js.Value
	listening bool // it takes messages
	onMessage js.Func
	onError   js.Func
}

// start starts a worker. Errors arrive as a message of the client.
func (c *Client) start() {
	w := &worker{}
	w.onMessage = js.FuncOf(func(_ js.Value, args []js.Value) any {
		if c.worker == w {
			c.hear(args[0].Get("data"))
		}
		return nil
	})
	w.onError = js.FuncOf(func(_ js.Value, args []js.Value) any {
		args[0].Call("preventDefault")
		if c.worker == w {
			c.fail("The engine's worker could not be started.", hintReload)
		}
		return nil
	})
	c.worker, c.tier = w, message.TierAny
	if early := js.Global().Get(earlyWorker); early.Truthy() {
		js.Global().Delete(earlyWorker)
		c.adopt(w, early)
		return
	}
	if err := w.open(c.options.Worker, c.module); err != nil {
		c.fail("The browser does not let the engine's worker start ("+err.Error()+").",
			"Please open the page from a web server (http or https), not as a file.")
	}
}

// earlyWorker is the global in which loader.js leaves a worker that it started
// ahead of this program.
const earlyWorker = "unnoiseEngine"

// adopt takes over a worker and hears what it has said before, ahead of what it
// says from now on, but not before start's caller has returned.
func (c *Client) adopt(w *worker, early js.Value) {
	w.js = early.Get("worker")
	w.js.Set("onmessage", js.Null())
	w.js.Set("onerror", js.Null())
	w.listen()
	var catchUp js.Func
	catchUp = js.FuncOf(func(js.Value, []js.Value) any {
		catchUp.Release()
		said := early.Get("said")
		for i := 0; i < said.Length() && c.worker == w; i++ {
			c.hear(said.Index(i))
		}
		return nil
	})
	js.Global().Call("queueMicrotask", catchUp)
}

// open makes the Worker and gives it the compiled program, where there is one.
func (w *worker) open(url string, module js.Value) (err error) {
	defer func() {
		if thrown, ok := recover().(js.Error); ok {
			err = errors.New(thrown.Value.Get("message").String())
		}
	}()
	w.js = js.Global().Get("Worker").New(url, map[string]any{"type": "module", "name": "engine"})
	w.listen()
	w.js.Call("postMessage", map[string]any{"module": module})
	return nil
}

func (w *worker) listen() {
	w.js.Call("addEventListener", "message", w.onMessage)
	w.js.Call("addEventListener", "error", w.onError)
}

// stop ends the worker at once, whatever it is doing.
func (c *Client) stop() {
	w := c.worker
	if w == nil {
		return
	}
	c.worker = nil
	if w.js.Truthy() {
		w.js.Call("terminate")
		w.js.Call("removeEventListener", "message", w.onMessage)
		w.js.Call("removeEventListener", "error", w.onError)
	}
	w.onMessage.Release()
	w.onError.Release()
}

// hear takes a message event's data: one of worker.js's own, or the engine's.
func (c *Client) hear(data js.Value) {
	if progress := data.Get("loading"); progress.Truthy() {
		if c.options.OnLoading != nil && !c.module.Truthy() {
			c.options.OnLoading(int64(progress.Get("done").Float()), int64(progress.Get("total").Float()))
		}
		return
	}
	if module := data.Get("module"); module.Truthy() {
		c.module = module
		return
	}
	if ended := data.Get("ended"); ended.Truthy() {
		hint := hintAgain
		if !c.worker.listening {
			hint = ""
		}
		c.fail(ended.String(), hint)
		return
	}
	m, err := message.Receive(data)
	var stale *message.VersionError
	switch {
	case errors.As(err, &stale):
		c.fail("The page and its engine are of different versions.", hintReload)
	case err != nil:
		c.fail("The engine said something that the page does not understand: "+err.Error()+".", hintReload)
	default:
		c.receive(m)
	}
}
