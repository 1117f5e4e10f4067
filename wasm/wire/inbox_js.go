package wire

import "syscall/js"

// Inbox is an unbounded queue: the browser's callback that fills it may not wait.
type Inbox struct {
	queue []Message
	wake  chan struct{}
}

// NewInbox returns an empty one.
func NewInbox() *Inbox { return &Inbox{wake: make(chan struct{}, 1)} }

// Put adds a message; it never waits.
func (b *Inbox) Put(m Message) {
	b.queue = append(b.queue, m)
	select {
	case b.wake <- struct{}{}:
	default: // it is awake already
	}
}

// Take waits for a message.
func (b *Inbox) Take() Message {
	for len(b.queue) == 0 {
		<-b.wake
	}
	m := b.queue[0]
	b.queue = b.queue[1:]
	return m
}

// Turn lets the browser deliver what waits for this worker. A message to itself
// comes back at once, also in a background tab, where timers are slowed.
func Turn() {
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
