package dom

import "sync"

// Queue holds events until the loop takes them. Adding never waits, so that the
// browser's callbacks can.
type Queue struct {
	mu     sync.Mutex
	some   chan struct{}
	events []any
}

// NewQueue returns a queue without events.
func NewQueue() *Queue { return &Queue{some: make(chan struct{}, 1)} }

// Add appends an event.
func (q *Queue) Add(event any) {
	q.mu.Lock()
	q.events = append(q.events, event)
	q.mu.Unlock()
	select {
	case q.some <- struct{}{}:
	default:
	}
}

// Wait waits until there are events.
func (q *Queue) Wait() { <-q.some }

// Take returns all events there are.
func (q *Queue) Take() []any {
	q.mu.Lock()
	defer q.mu.Unlock()
	events := q.events
	q.events = nil
	return events
}
