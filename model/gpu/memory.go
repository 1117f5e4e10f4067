//go:build js && wasm

package gpu

// memoryPlan says where activations lie in slots of GPU memory.
type memoryPlan struct {
	placeOf    map[bufferID]place
	slotWords  []int
	lowerBound int // words: the largest sum of buffers alive at one launch
}

func (m memoryPlan) words() int { return slots{words: m.slotWords}.total() }

// planMemory has activations share slots (slots.go). With share false each has its own.
func planMemory(l *lowering, share bool) memoryPlan {
	t, ids := l.tenancy()
	s := t.apartSlots()
	if share {
		s = t.sharedSlots()
	}
	plan := memoryPlan{placeOf: make(map[bufferID]place, len(ids)), slotWords: s.words, lowerBound: t.bound()}
	for tenant, id := range ids {
		plan.placeOf[id] = s.places[tenant]
	}
	return plan
}

// tenancy is what the activations need; ids are their buffers.
func (l *lowering) tenancy() (t tenancy, ids []bufferID) {
	tenants := map[bufferID]int{}
	for i, b := range l.buffers {
		if b.kind == activation {
			tenants[bufferID(i)] = len(ids)
			ids = append(ids, bufferID(i))
			t.words = append(t.words, b.words)
		}
	}
	for _, step := range l.step {
		var uses []use
		for i, binding := range demands(step.stem, len(step.bind)) {
			if tenant, ok := tenants[step.bind[i]]; ok {
				uses = append(uses, use{tenant, binding.Writes})
			}
		}
		t.launches = append(t.launches, uses)
	}
	keep := func(id bufferID) {
		if tenant, ok := tenants[id]; ok {
			t.kept = append(t.kept, tenant)
		}
	}
	for _, id := range l.outputs {
		keep(id)
	}
	for _, c := range l.carries {
		keep(c.next)
	}
	return t, ids
}
