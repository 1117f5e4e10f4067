//go:build js && wasm

package gpu

import (
	"cmp"
	"math/rand/v2"
	"slices"
)

// lifetime is the first and the last launch that touch a buffer; -1 is before the
// first launch and len(step) after the last.
type lifetime struct{ first, last int }

func (a lifetime) overlaps(b lifetime) bool { return a.first <= b.last && b.first <= a.last }

// memoryPlan says which activations share a slot of GPU memory.
type memoryPlan struct {
	slotOf     map[bufferID]int
	slotWords  []int
	lowerBound int // words: the largest sum of buffers alive at one launch
}

func (m memoryPlan) words() int {
	total := 0
	for _, w := range m.slotWords {
		total += w
	}
	return total
}

// planMemory puts activations that are never alive together into one slot. With
// share false each has its own.
//
// A slot is a GPU buffer of its own because WebGPU forbids one dispatch to read
// and write different parts of the same buffer through different access modes.
//
// Activations are placed one after another, each into the slot that must grow least
// and then wastes least (Pisarchyk & Lee 2020, arXiv:2001.03288, §4). No order is best for
// every network, so several are tried: by size, by time, by lifetime, and the best
// so far with random pairs exchanged, until it is close to the bound.
func planMemory(l *lowering, share bool) memoryPlan {
	p := planner{lowering: l, lives: l.lifetimes(), share: share}
	for id, b := range l.buffers {
		if b.kind == activation {
			p.order = append(p.order, bufferID(id))
		}
	}
	bound := l.liveWords(p.lives)
	best := p.place()
	if share {
		best = p.search(best, bound)
	}
	best.lowerBound = bound
	return best
}

// The search ends after so many orders, or where the plan is so close to the bound.
const (
	memoryOrders = 200
	closeEnough  = 1.02
)

// planner places activations in some order.
type planner struct {
	lowering *lowering
	lives    []lifetime
	order    []bufferID
	share    bool
}

// search tries orders and returns the smallest plan.
func (p *planner) search(best memoryPlan, bound int) memoryPlan {
	size := func(id bufferID) int { return p.lowering.buffers[id].words }
	length := func(id bufferID) int { return p.lives[id].last - p.lives[id].first }
	order := slices.Clone(p.order) // of the best plan
	for _, key := range []func(a, b bufferID) int{
		func(a, b bufferID) int { return cmp.Compare(p.lives[a].first, p.lives[b].first) },
		func(a, b bufferID) int { return cmp.Compare(length(b), length(a)) },
		func(a, b bufferID) int { return cmp.Compare(size(b)*length(b), size(a)*length(a)) },
		func(a, b bufferID) int { return cmp.Compare(size(b), size(a)) },
	} {
		slices.SortStableFunc(p.order, key)
		if plan := p.place(); plan.words() <= best.words() {
			best, order = plan, slices.Clone(p.order)
		}
	}
	p.order = order
	random := rand.New(rand.NewPCG(0, 0)) // the same plan every time
	for range memoryOrders {
		if float64(best.words()) <= closeEnough*float64(bound) || len(p.order) < 2 {
			break
		}
		before := slices.Clone(p.order)
		for range 1 + random.IntN(4) {
			i, j := random.IntN(len(p.order)), random.IntN(len(p.order))
			p.order[i], p.order[j] = p.order[j], p.order[i]
		}
		if plan := p.place(); plan.words() <= best.words() {
			best = plan
		} else {
			p.order = before
		}
	}
	return best
}

// place puts the activations into slots in the planner's order.
func (p *planner) place() memoryPlan {
	plan := memoryPlan{slotOf: make(map[bufferID]int, len(p.order))}
	var tenants [][]lifetime
	for _, id := range p.order {
		words := p.lowering.buffers[id].words
		slot, growth, waste := -1, words, 0
		for s := range tenants {
			if !p.share || slices.ContainsFunc(tenants[s], p.lives[id].overlaps) {
				continue
			}
			g, w := max(0, words-plan.slotWords[s]), max(0, plan.slotWords[s]-words)
			if g < growth || g == growth && (slot < 0 || w < waste) {
				slot, growth, waste = s, g, w
			}
		}
		if slot < 0 {
			slot = len(tenants)
			tenants = append(tenants, nil)
			plan.slotWords = append(plan.slotWords, 0)
		}
		tenants[slot] = append(tenants[slot], p.lives[id])
		plan.slotWords[slot] = max(plan.slotWords[slot], words)
		plan.slotOf[id] = slot
	}
	return plan
}

func (l *lowering) lifetimes() []lifetime {
	lives := make([]lifetime, len(l.buffers))
	for i := range lives {
		lives[i] = lifetime{len(l.step), -1}
	}
	touch := func(id bufferID, at int) {
		lives[id].first, lives[id].last = min(lives[id].first, at), max(lives[id].last, at)
	}
	for _, p := range l.graph.Inputs {
		touch(l.values[p.Value], -1)
	}
	for i, step := range l.step {
		for _, id := range step.bind {
			touch(id, i)
		}
	}
	for _, id := range l.outputs {
		touch(id, len(l.step))
	}
	for _, c := range l.carries {
		touch(c.next, len(l.step))
	}
	return lives
}

func (l *lowering) liveWords(lives []lifetime) int {
	most := 0
	for at := -1; at <= len(l.step); at++ {
		sum := 0
		for id, life := range lives {
			if l.buffers[id].kind == activation && life.first <= at && at <= life.last {
				sum += l.buffers[id].words
			}
		}
		most = max(most, sum)
	}
	return most
}
