package cpu

import "unnoise/model/graph"

// plan says which buffer holds each value. Values whose lifetimes do not overlap
// share one.
type plan struct {
	buffer []int // for each value; −1 for inputs, which the caller has, and states
	sizes  []int // values in each buffer
}

// planBuffers walks the nodes in order. A node's result takes the free buffer that
// fits best, and the buffers of values read for the last time become free after
// it, so that a node never writes where it reads.
func planBuffers(g *graph.Graph) plan {
	left := g.Uses()
	p := plan{buffer: make([]int, len(g.Values))}
	for i := range p.buffer {
		p.buffer[i] = -1
	}
	var free []int
	for _, node := range g.Nodes {
		p.buffer[node.Out] = p.take(&free, g.Shape(node.Out).Elems())
		for _, id := range node.In {
			left[id]--
			if left[id] == 0 && p.buffer[id] >= 0 {
				free = append(free, p.buffer[id])
			}
		}
		if left[node.Out] == 0 {
			free = append(free, p.buffer[node.Out]) // nobody reads it
		}
	}
	return p
}

// take removes a buffer from the free ones: the smallest that is large enough,
// else the largest, which grows, else a new one.
func (p *plan) take(free *[]int, size int) int {
	best := -1 // index into free
	for i, b := range *free {
		if best < 0 || p.better(b, (*free)[best], size) {
			best = i
		}
	}
	if best < 0 {
		p.sizes = append(p.sizes, size)
		return len(p.sizes) - 1
	}
	b := (*free)[best]
	*free = append((*free)[:best], (*free)[best+1:]...)
	p.sizes[b] = max(p.sizes[b], size)
	return b
}

// better reports whether buffer a suits size better than buffer b.
func (p *plan) better(a, b, size int) bool {
	fitsA, fitsB := p.sizes[a] >= size, p.sizes[b] >= size
	if fitsA != fitsB {
		return fitsA
	}
	if fitsA {
		return p.sizes[a] < p.sizes[b]
	}
	return p.sizes[a] > p.sizes[b]
}
