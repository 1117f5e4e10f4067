package worker

import (
	"errors"
	"syscall/js"
)

// Options of a Worker. Its functions are called from the browser's event loop and
// must not wait for anything; after Stop none is called.
type Options struct {
	URL  string // of worker.js, relative to the page
	Name string // the program
	// OnMessage receives what the program posts.
	OnMessage func(data js.Value)
	// OnLoading receives the bytes downloaded of the program; total is 0 if unknown.
	OnLoading func(done, total int64)
	// OnModule receives the program once it is compiled, for the next worker.
	OnModule func(module js.Value)
	// OnEnded receives the sentence of worker.js that the program did not start, or
	// stopped.
	OnEnded func(sentence string)
	// OnRefused is called where the browser cannot load worker.js.
	OnRefused func()
}

// Worker is one Web Worker with the functions that listen to it.
type Worker struct {
	options   Options
	js        js.Value
	stopped   bool
	onMessage js.Func
	onError   js.Func
}

// early is the global in which loader.js leaves the workers that it has started ahead of
// the page's program, by the names of their programs.
const early = "unnoiseEarly"

// Start starts a worker and gives it the compiled program, where there is one. A worker
// of that name that loader.js has started is taken over instead.
func Start(options Options, module js.Value) (w *Worker, err error) {
	if all := js.Global().Get(early); all.Truthy() && all.Get(options.Name).Truthy() {
		there := all.Get(options.Name)
		all.Delete(options.Name)
		return adopt(options, there), nil
	}
	defer func() {
		if thrown, ok := recover().(js.Error); ok {
			w, err = nil, errors.New(thrown.Value.Get("message").String())
		}
	}()
	made := js.Global().Get("Worker").New(options.URL, map[string]any{"type": "module", "name": options.Name})
	w = take(options, made)
	w.js.Call("postMessage", map[string]any{"module": module})
	return w, nil
}

// adopt takes over a worker that loader.js has started, with what it has said: that is
// heard ahead of what it says from now on, but not before the caller has returned.
func adopt(options Options, early js.Value) *Worker {
	started := early.Get("worker")
	started.Set("onmessage", js.Null())
	started.Set("onerror", js.Null())
	w := take(options, started)
	var catchUp js.Func
	catchUp = js.FuncOf(func(js.Value, []js.Value) any {
		catchUp.Release()
		said := early.Get("said")
		for i := 0; i < said.Length() && !w.stopped; i++ {
			w.hear(said.Index(i))
		}
		return nil
	})
	js.Global().Call("queueMicrotask", catchUp)
	return w
}

// take listens to a worker.
func take(options Options, started js.Value) *Worker {
	w := &Worker{options: options, js: started}
	w.onMessage = js.FuncOf(func(_ js.Value, args []js.Value) any {
		if !w.stopped {
			w.hear(args[0].Get("data"))
		}
		return nil
	})
	w.onError = js.FuncOf(func(_ js.Value, args []js.Value) any {
		args[0].Call("preventDefault")
		if !w.stopped {
			options.OnRefused()
		}
		return nil
	})
	w.js.Call("addEventListener", "message", w.onMessage)
	w.js.Call("addEventListener", "error", w.onError)
	return w
}

// JS is the Worker itself, to post messages to.
func (w *Worker) JS() js.Value { return w.js }

// Stop ends the worker at once, whatever it is doing.
func (w *Worker) Stop() {
	if w.stopped {
		return
	}
	w.stopped = true
	w.js.Call("terminate")
	w.js.Call("removeEventListener", "message", w.onMessage)
	w.js.Call("removeEventListener", "error", w.onError)
	w.onMessage.Release()
	w.onError.Release()
}

// hear takes a message event's data: one of worker.js's own, or the program's.
func (w *Worker) hear(data js.Value) {
	switch loading, module, ended := data.Get("loading"), data.Get("module"), data.Get("ended"); {
	case loading.Truthy():
		w.options.OnLoading(int64(loading.Get("done").Float()), int64(loading.Get("total").Float()))
	case module.Truthy():
		w.options.OnModule(module)
	case ended.Truthy():
		w.options.OnEnded(ended.String())
	default:
		w.options.OnMessage(data)
	}
}
