package main

import (
	"context"
	"syscall/js"
)

// interruptible returns a context that Ctrl-C and SIGTERM cancel. Node hears the
// signals: Go's js port has none.
func interruptible(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	process := js.Global().Get("process")
	heard := js.FuncOf(func(js.Value, []js.Value) any { cancel(); return nil })
	for _, signal := range []string{"SIGINT", "SIGTERM"} {
		process.Call("on", signal, heard)
	}
	return ctx, func() {
		for _, signal := range []string{"SIGINT", "SIGTERM"} {
			process.Call("off", signal, heard)
		}
		heard.Release()
		cancel()
	}
}
