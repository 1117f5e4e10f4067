package gpu

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// place is where a tenant lies: so many words into a slot, which is a GPU buffer.
type place struct{ slot, at int }

// alignedPlace rounds up to where a tenant may begin.
func alignedPlace(words int) int { return (words + placeWords - 1) / placeWords * placeWords }

// slots says where every tenant lies, and how long the slots are.
type slots struct {
	places []place
	words  []int
}

func (s slots) total() int {
	total := 0
	for _, words := range s.words {
		total += words
	}
	return total
}

const (
	// placeWords is what places are multiples of: WebGPU's default limit
	// minStorageBufferOffsetAlignment, 256 bytes.
	placeWords = 64
	// longestSlot is the most that a slot grows to, unless one tenant is larger: the 128 MiB
	// of a binding, half of what every device grants a buffer.
	longestSlot = 32 << 20
	// The search ends after so many orders, or where the plan is so close to the bound.
	memoryOrders = 100
	closeEnough  = 1.02
)

// apartSlots gives each tenant a slot of its own.
func (t tenancy) apartSlots() slots {
	s := slots{words: t.words}
	for i := range t.words {
		s.places = append(s.places, place{slot: i})
	}
	return s
}

// sharedSlots finds places that take little memory. Tenants that are never alive together
// may lie in the same words; those that are may lie beside each other, except where a
// launch binds both and may write one, because WebGPU forbids one dispatch to use a buffer
// both read-only and writable.
//
// Tenants are placed one after another, each where its slot must grow least and then in
// the tightest gap (Pisarchyk & Lee 2020, arXiv:2001.03288, §5, with several buffers). No
// order is best for every network, so several are tried: by time, by lifetime, by size,
// and the best so far with random pairs exchanged, until it is close to the bound. The
// result is the same every time.
func (t tenancy) sharedSlots() slots {
	p := placer{words: t.words, neighbours: t.neighbours()}
	lives := t.lifetimes()
	length := func(i int) int { return lives[i].last - lives[i].first }
	order := make([]int, len(t.words))
	for i := range order {
		order[i] = i
	}
	best, _ := p.place(order, math.MaxInt)
	trial := slices.Clone(order)
	try := func() {
		if s, ok := p.place(trial, best.total()); ok {
			best = s
			copy(order, trial)
		}
	}
	for _, key := range []func(a, b int) int{
		func(a, b int) int { return cmp.Compare(lives[a].first, lives[b].first) },
		func(a, b int) int { return cmp.Compare(length(b), length(a)) },
		func(a, b int) int { return cmp.Compare(t.words[b]*length(b), t.words[a]*length(a)) },
		func(a, b int) int { return cmp.Compare(t.words[b], t.words[a]) },
	} {
		slices.SortStableFunc(trial, key)
		try()
	}
	enough := closeEnough * float64(t.bound())
	random := rand.New(rand.NewPCG(0, 0))
	for range memoryOrders {
		if float64(best.total()) <= enough || len(order) < 2 {
			break
		}
		copy(trial, order)
		for range 1 + random.IntN(4) {
			i, j := random.IntN(len(trial)), random.IntN(len(trial))
			trial[i], trial[j] = trial[j], trial[i]
		}
		try()
	}
	return best
}
