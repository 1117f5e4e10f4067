//go:build js && wasm

// Command engine is the program that computes. It runs in a Web Worker of the
// page, and under Node with Dawn in tests, and speaks package message.
//
// One goroutine (serve) takes the page's messages in order. What takes time, a
// load or a run, is a job in a goroutine of its own, one at a time, so that a
// cancellation is always heard: on WebGPU between slices, on the CPU between
// steps (the page ends the worker rather than wait for that).
package main

func main() {
	e := newEngine()
	e.listen()
	e.serve()
}
