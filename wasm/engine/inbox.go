//go:build js && wasm

package main

import (
	"syscall/js"

	"unnoise/wasm/message"
)

// inbox is an unbounded queue: the browser's callback that fills it may not wait.
type inbox struct {
	queue []message.Message
	wake  chan struct{}
}

func newInbox() *inbox { return &inbox{wake: make(chan struct{}, 1)} }

func (b *inbox) put(m message.Message) {
	b.queue = append(b.queue, m)
	select {
	case b.wake <- struct{}{}:
	default: // it is awake already
	}
}

// take waits for a message.
func (b *inbox) take() message.Message {
	for len(b.queue) == 0 {
		<-b.wake
	}
	m := b.queue[0]
	b.queue = b.queue[1:]
	return m
}

// turn lets the browser deliver what waits for this worker. A message to itself
// comes back at once, also in a background tab, where timers are slowed.
func turn() {
	channel := js.Global().Get("MessageChannel").New()
	back := make(chan struct{})
	onMessage := js.FuncOf(func(js.Value, []js.Value) any {
		close(back)
		return nil
	})
	defer onMessage.Release()
	channel.Get("port1").Set("onmessage", onMessage)
	channel.Get("port2").Call("postMessage", 0)
	<-back
	channel.Get("port1").Call("close")
}
