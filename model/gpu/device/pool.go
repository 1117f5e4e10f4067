//go:build js && wasm

package device

import (
	"sync"

	"github.com/cogentcore/webgpu/wgpu"
)

// Pool has the buffers of a device that several programs read, each by a key that
// says what it holds. A buffer lives until the last program that took it has
// released it. The zero Pool is empty.
type Pool struct {
	filling sync.Mutex
	mu      sync.Mutex // guards what follows
	buffers map[any]*Shared
}

// Shared is a buffer of a Pool, held once for each Take.
type Shared struct {
	Buffer *wgpu.Buffer
	pool   *Pool
	key    any
	users  int
}

// Fill calls f, which takes buffers and fills those that are new. One f runs at a
// time, so that none finds a buffer that another has not filled yet. An f that
// fails must have released its buffers when it returns.
func (p *Pool) Fill(f func() error) error {
	p.filling.Lock()
	defer p.filling.Unlock()
	return f()
}

// Take returns the buffer of that key, a comparable value, and whether it was
// there already; where it was not, create makes it. Call it within Fill.
func (p *Pool) Take(key any, create func() *wgpu.Buffer) (held *Shared, found bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	held, found = p.buffers[key]
	if !found {
		held = &Shared{Buffer: create(), pool: p, key: key}
		if p.buffers == nil {
			p.buffers = map[any]*Shared{}
		}
		p.buffers[key] = held
	}
	held.users++
	return held, found
}

// Release gives back what one Take gave; the last one destroys the buffer.
func (s *Shared) Release() {
	s.pool.mu.Lock()
	defer s.pool.mu.Unlock()
	s.users--
	if s.users == 0 {
		delete(s.pool.buffers, s.key)
		s.Buffer.Destroy()
	}
}
