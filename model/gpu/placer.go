package gpu

import "math"

// placer places tenants in some order.
type placer struct {
	words      []int
	neighbours [][]neighbour
}

// stretch is words of a slot, from the first on and before the last.
type stretch struct{ from, to int }

// place puts the tenants into slots in that order. It gives up where they take more words
// than most.
func (p placer) place(order []int, most int) (out slots, ok bool) {
	out = slots{places: make([]place, len(p.words))}
	for i := range out.places {
		out.places[i].slot = -1 // not placed yet
	}
	var taken [][]stretch // of each slot, while the tenant lives
	var shut []bool       // slots where it may not be
	for _, tenant := range order {
		for s := range taken {
			taken[s], shut[s] = taken[s][:0], false
		}
		for _, n := range p.neighbours[tenant] {
			if there := out.places[n.tenant]; there.slot >= 0 {
				shut[there.slot] = shut[there.slot] || n.apart
				taken[there.slot] = withStretch(taken[there.slot], stretch{there.at, there.at + p.words[n.tenant]})
			}
		}
		words := p.words[tenant]
		best, growth := out.cheapest(words, taken, shut)
		if best.slot == len(out.words) {
			out.words, taken, shut = append(out.words, 0), append(taken, nil), append(shut, false)
		}
		out.places[tenant] = best
		if most -= growth; most < 0 {
			return slots{}, false
		}
		out.words[best.slot] = max(out.words[best.slot], best.at+words)
	}
	return out, true
}

// cheapest is the place where so many words have a slot grow least, and by how much: in a
// slot that is not shut, beside what is taken there, or in a new one.
func (s slots) cheapest(words int, taken [][]stretch, shut []bool) (best place, growth int) {
	best, growth = place{slot: len(s.words)}, words
	waste := math.MaxInt
	for slot, length := range s.words {
		if shut[slot] {
			continue
		}
		at, w := tightest(taken[slot], length, words)
		if at+words > max(longestSlot, length) {
			continue
		}
		if g := max(0, at+words-length); g < growth || g == growth && w < waste {
			best, growth, waste = place{slot, at}, g, w
		}
	}
	return best, growth
}

// withStretch inserts one into stretches that are sorted by where they begin.
func withStretch(sorted []stretch, s stretch) []stretch {
	sorted = append(sorted, s)
	for i := len(sorted) - 1; i > 0 && sorted[i].from < sorted[i-1].from; i-- {
		sorted[i], sorted[i-1] = sorted[i-1], sorted[i]
	}
	return sorted
}

// tightest is where so many words fit into a slot beside those that are taken: in the gap
// that leaves the least waste, else at the end, which may lie beyond the slot's length.
// Those are sorted.
func tightest(taken []stretch, length, words int) (at, waste int) {
	free, found := 0, false
	for _, t := range taken {
		if room := t.from - free; room >= words && (!found || room-words < waste) {
			at, waste, found = free, room-words, true
		}
		free = max(free, alignedPlace(t.to))
	}
	if room := length - free; !found || room >= words && room-words < waste {
		return free, max(0, room-words)
	}
	return at, waste
}
