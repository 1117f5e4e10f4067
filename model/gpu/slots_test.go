package gpu

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

// replayed follows which tenant's values lie where while the launches run, and returns the
// first thing that WebGPU forbids or that loses a value still needed.
func replayed(t tenancy, s slots) error {
	for tenant, p := range s.places {
		if p.at%placeWords != 0 {
			return fmt.Errorf("tenant %d begins at word %d", tenant, p.at)
		}
		if p.at+t.words[tenant] > s.words[p.slot] {
			return fmt.Errorf("tenant %d ends beyond slot %d", tenant, p.slot)
		}
	}
	holds := make([][]int, len(s.words)) // tenants whose values a slot has
	written := map[int]bool{}
	needs := func(tenant int) error {
		if written[tenant] && !slices.Contains(holds[s.places[tenant].slot], tenant) {
			return fmt.Errorf("tenant %d has been overwritten", tenant)
		}
		return nil
	}
	writes := func(tenant int) {
		written[tenant] = true
		p := s.places[tenant]
		holds[p.slot] = append(slices.DeleteFunc(holds[p.slot], func(other int) bool {
			q := s.places[other]
			return p.at < q.at+t.words[other] && q.at < p.at+t.words[tenant]
		}), tenant)
	}
	for i, launch := range t.launches {
		for _, a := range launch {
			for _, b := range launch {
				if a.writes && a.tenant != b.tenant && s.places[a.tenant].slot == s.places[b.tenant].slot {
					return fmt.Errorf("launch %d writes tenant %d and binds %d of the same slot", i, a.tenant, b.tenant)
				}
			}
			if err := needs(a.tenant); err != nil { // a kernel may leave a part of what it writes
				return fmt.Errorf("launch %d: %w", i, err)
			}
		}
		for _, u := range launch {
			if u.writes {
				writes(u.tenant)
			}
		}
		for _, u := range launch {
			if err := needs(u.tenant); err != nil {
				return fmt.Errorf("launch %d: %w", i, err)
			}
		}
	}
	for _, tenant := range t.kept {
		if err := needs(tenant); err != nil {
			return fmt.Errorf("after the last launch: %w", err)
		}
	}
	return nil
}

// hourglass is a chain of launches, each of which reads what the one before wrote, whose
// first half is read once more by the second, the last first: the skips of a U-Net.
func hourglass(words ...int) tenancy {
	t := tenancy{words: append(slices.Clone(words), words...)}
	slices.Reverse(t.words[len(words):])
	last := len(t.words) - 1
	for i := range t.words {
		launch := []use{{i, true}}
		if i > 0 {
			launch = append(launch, use{i - 1, false})
		}
		if i > len(words) {
			launch = append(launch, use{last - i, false})
		}
		t.launches = append(t.launches, launch)
	}
	t.kept = []int{last}
	return t
}

// TestSkipsShareASlot has a plan find that skips, which no launch binds together, can lie
// side by side in a few slots, however many are alive.
func TestSkipsShareASlot(t *testing.T) {
	network := hourglass(640, 320, 1280, 640, 320, 1280, 640, 128)
	s := network.sharedSlots()
	if err := replayed(network, s); err != nil {
		t.Error(err)
	}
	if len(s.words) > 3 || float64(s.total()) > 1.1*float64(network.bound()) {
		t.Errorf("slots of %v words, where %d are alive at once", s.words, network.bound())
	}
	if again := network.sharedSlots(); !reflect.DeepEqual(again, s) {
		t.Errorf("the second plan is %v, the first %v", again, s)
	}
	s = network.apartSlots()
	if err := replayed(network, s); err != nil {
		t.Errorf("apart: %v", err)
	}
	if len(s.words) != len(network.words) {
		t.Errorf("apart: %d slots for %d tenants", len(s.words), len(network.words))
	}
}

// TestSlotsOfAnything plans networks drawn at random, with tenants that nothing reads,
// that are written twice, and that nothing touches.
func TestSlotsOfAnything(t *testing.T) {
	for seed := range uint64(200) {
		random := rand.New(rand.NewPCG(seed, 1))
		var any tenancy
		for range 1 + random.IntN(40) {
			any.words = append(any.words, 1+random.IntN(1000))
		}
		for at := range any.words {
			launch := []use{{at, true}}
			for range random.IntN(4) {
				if earlier := random.IntN(at + 1); !slices.ContainsFunc(launch, func(u use) bool { return u.tenant == earlier }) {
					launch = append(launch, use{earlier, random.IntN(5) == 0})
				}
			}
			any.launches = append(any.launches, launch)
		}
		any.kept = []int{random.IntN(len(any.words))}
		any.words = append(any.words, 500)
		s := any.sharedSlots()
		if err := replayed(any, s); err != nil {
			t.Errorf("seed %d: %v", seed, err)
		}
		if s.total() < any.bound() {
			t.Errorf("seed %d: %d words, fewer than the %d that are alive at once", seed, s.total(), any.bound())
		}
	}
}

// TestSlotsStayShort has tenants that could all lie in one slot: it may not outgrow a
// binding, except for the one that is larger.
func TestSlotsStayShort(t *testing.T) {
	large := tenancy{words: []int{longestSlot / 2, longestSlot / 2, longestSlot / 2, 2 * longestSlot}, kept: []int{0, 1, 2, 3}}
	s := large.sharedSlots()
	if err := replayed(large, s); err != nil {
		t.Error(err)
	}
	slices.Sort(s.words)
	if want := []int{longestSlot / 2, longestSlot, 2 * longestSlot}; !slices.Equal(s.words, want) {
		t.Errorf("slots of %v words, expected %v", s.words, want)
	}
}

// TestReplayedFindsFaults spoils a good plan in every way.
func TestReplayedFindsFaults(t *testing.T) {
	network := hourglass(640, 320, 1280, 128)
	for name, spoil := range map[string]func(s *slots){
		"a place that no binding may have": func(s *slots) { s.places[2].at += placeWords / 2 },
		"a slot that is too short":         func(s *slots) { s.words[s.places[2].slot] = network.words[2] - 1 },
		"beside what it reads": func(s *slots) {
			s.places[3] = place{s.places[2].slot, alignedPlace(s.words[s.places[2].slot])}
			s.words[s.places[3].slot] += 10 * placeWords
		},
		"on a skip":            func(s *slots) { s.places[3] = s.places[0] },
		"partly on a skip":     func(s *slots) { s.places[3] = place{s.places[0].slot, s.places[0].at + placeWords} },
		"a result overwritten": func(s *slots) { s.places[7] = s.places[6] },
	} {
		s := network.sharedSlots()
		if err := replayed(network, s); err != nil {
			t.Fatal(err)
		}
		spoil(&s)
		if replayed(network, s) == nil {
			t.Errorf("%s: no fault found", name)
		}
	}
}
