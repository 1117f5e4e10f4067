//go:build js && wasm

package device

import (
	"fmt"
	"sync"

	"github.com/cogentcore/webgpu/wgpu"
)

// Pool has what several programs of a device read, each by a key that says what it
// holds: parts of buffers. A buffer lives until the last program that took a part of it
// has released that. The zero Pool is empty.
//
// Parts that are taken together lie side by side in few buffers, because a submit costs
// the host by the number of different buffers in each dispatch.
type Pool struct {
	filling sync.Mutex
	mu      sync.Mutex // guards what follows
	parts   map[any]*Shared
}

const (
	// slabBytes is the most that a buffer of several parts has.
	slabBytes = 32 << 20
	// partAlignment is WebGPU's default limit minStorageBufferOffsetAlignment.
	partAlignment = 256
)

// Part is what Take is asked for.
type Part struct {
	Key       any // a comparable value
	Label     string
	SizeBytes int
	// Apart wants a buffer of its own: one dispatch may not write a part of a buffer and
	// read another.
	Apart bool
}

// Shared is a part of a Pool's buffer, held once for each Take.
type Shared struct {
	Buffer      *wgpu.Buffer
	OffsetBytes int
	pool        *Pool
	key         any
	slab        *slab
	users       int
}

// slab is a buffer with the number of its parts that are held.
type slab struct {
	buffer *wgpu.Buffer
	users  int
}

// Fill calls f, which takes parts and fills those that are new. One f runs at a
// time, so that none finds a part that another has not filled yet. An f that
// fails must have released its parts when it returns.
func (p *Pool) Fill(f func() error) error {
	p.filling.Lock()
	defer p.filling.Unlock()
	return f()
}

// Take returns the parts of those keys, which are all different, and says of each whether
// it was there already. For those that were not, create makes buffers. Call it within Fill.
func (p *Pool) Take(parts []Part, create func(label string, sizeBytes int) *wgpu.Buffer) (held []*Shared, found []bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.parts == nil {
		p.parts = map[any]*Shared{}
	}
	var fresh []Part
	held, found = make([]*Shared, len(parts)), make([]bool, len(parts))
	for i, part := range parts {
		if held[i], found[i] = p.parts[part.Key]; found[i] {
			continue
		}
		held[i] = &Shared{pool: p, key: part.Key}
		p.parts[part.Key] = held[i]
		fresh = append(fresh, part)
	}
	for len(fresh) > 0 {
		count, size := together(fresh)
		label := fresh[0].Label
		if count > 1 {
			label = fmt.Sprintf("%s and %d more", label, count-1)
		}
		s := &slab{create(label, size), count}
		at := 0
		for _, part := range fresh[:count] {
			one := p.parts[part.Key]
			one.Buffer, one.slab, one.OffsetBytes = s.buffer, s, at
			at += Aligned(part.SizeBytes)
		}
		fresh = fresh[count:]
	}
	for _, one := range held {
		one.users++
	}
	return held, found
}

// together is how many of the first parts share a buffer, and its size.
func together(parts []Part) (count, sizeBytes int) {
	for _, part := range parts {
		if count > 0 && (part.Apart || sizeBytes+part.SizeBytes > slabBytes) {
			break
		}
		count, sizeBytes = count+1, Aligned(sizeBytes)+part.SizeBytes
		if part.Apart {
			break
		}
	}
	return count, sizeBytes
}

// Aligned rounds up to where a part of a buffer may begin.
func Aligned(bytes int) int { return (bytes + partAlignment - 1) / partAlignment * partAlignment }

// Release gives back what one Take gave; the last one of its buffer destroys that.
func (s *Shared) Release() {
	s.pool.mu.Lock()
	defer s.pool.mu.Unlock()
	s.users--
	if s.users > 0 {
		return
	}
	delete(s.pool.parts, s.key)
	s.slab.users--
	if s.slab.users == 0 {
		s.slab.buffer.Destroy()
	}
}
