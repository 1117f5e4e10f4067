//go:build js && wasm

package gpu

import (
	"cmp"
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

// planMemory puts activations that are never alive together into one slot,
// greedily from the largest down (Pisarchyk & Lee 2020, arXiv:2001.03288, §4.2).
// With share false each has its own.
//
// A slot is a GPU buffer of its own because WebGPU forbids one dispatch to read
// and write different parts of the same buffer through different access modes.
func planMemory(l *lowering, share bool) memoryPlan {
	lives := l.lifetimes()
	var order []bufferID
	for id, b := range l.buffers {
		if b.kind == activation {
			order = append(order, bufferID(id))
		}
	}
	slices.SortStableFunc(order, func(a, b bufferID) int {
		return cmp.Compare(l.buffers[b].words, l.buffers[a].words)
	})
	plan := memoryPlan{slotOf: map[bufferID]int{}, lowerBound: l.liveWords(lives)}
	var tenants [][]lifetime
	for _, id := range order {
		slot := -1
		for s := range tenants {
			// Slots come in falling size: the last that is free is the tightest.
			if share && !slices.ContainsFunc(tenants[s], lives[id].overlaps) {
				slot = s
			}
		}
		if slot < 0 {
			slot = len(tenants)
			tenants = append(tenants, nil)
			plan.slotWords = append(plan.slotWords, l.buffers[id].words)
		}
		tenants[slot] = append(tenants[slot], lives[id])
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
