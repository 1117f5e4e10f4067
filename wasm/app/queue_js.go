package main

import "sync"

// queue holds events until the loop takes them. Adding never waits, so that the
// browser's callbacks can.
type queue struct {
	mu     sync.Mutex
	some   chan struct{}
	events []any
}

func newQueue() *queue { return &queue{some: make(chan struct{}, 1)} }

func (q *queue) add(event any) {
	q.mu.Lock()
	q.events = append(q.events, event)
	q.mu.Unlock()
	select {
	case q.some <- struct{}{}:
	default:
	}
}

// wait waits until there are events.
func (q *queue) wait() { <-q.some }

// take returns all events there are.
func (q *queue) take() []any {
	q.mu.Lock()
	defer q.mu.Unlock()
	events := q.events
	q.events = nil
	return events
}
