package gpu

// A tenant is an activation that wants memory from its first launch to its last; it is
// named by its index in tenancy.words.

// tenancy is what the activations of a step need.
type tenancy struct {
	words    []int   // of each tenant
	launches [][]use // the tenants that each launch binds
	kept     []int   // tenants that are read when the last launch has run
}

// use is a tenant bound by a launch.
type use struct {
	tenant int
	writes bool // bound so that the kernel may write
}

// lifetime is the first and the last launch that touch a tenant; len(launches) is after
// the last one.
type lifetime struct{ first, last int }

func (a lifetime) overlaps(b lifetime) bool { return a.first <= b.last && b.first <= a.last }

// lifetimes is the lifetime of each tenant; one that nothing touches overlaps none.
func (t tenancy) lifetimes() []lifetime {
	end := len(t.launches)
	lives := make([]lifetime, len(t.words))
	for i := range lives {
		lives[i] = lifetime{end + 1, -1}
	}
	touch := func(tenant, at int) {
		lives[tenant].first, lives[tenant].last = min(lives[tenant].first, at), max(lives[tenant].last, at)
	}
	for at, launch := range t.launches {
		for _, u := range launch {
			touch(u.tenant, at)
		}
	}
	for _, tenant := range t.kept {
		touch(tenant, end)
	}
	return lives
}

// bound is the largest sum of tenants alive at one launch, in words: no plan takes less.
func (t tenancy) bound() int {
	lives := t.lifetimes()
	most := 0
	for at := range len(t.launches) + 1 {
		sum := 0
		for tenant, life := range lives {
			if life.first <= at && at <= life.last {
				sum += t.words[tenant]
			}
		}
		most = max(most, sum)
	}
	return most
}

// neighbour is a tenant alive at the same time as another.
type neighbour struct {
	tenant int
	apart  bool // a launch binds both and may write one: they may not be in one buffer
}

// neighbours lists each tenant's.
func (t tenancy) neighbours() [][]neighbour {
	lives := t.lifetimes()
	apart := map[[2]int]bool{}
	for _, launch := range t.launches {
		for _, a := range launch {
			for _, b := range launch {
				if a.writes || b.writes {
					apart[[2]int{a.tenant, b.tenant}] = true
				}
			}
		}
	}
	out := make([][]neighbour, len(t.words))
	for a := range out {
		for b := range out {
			if a != b && lives[a].overlaps(lives[b]) {
				out[a] = append(out[a], neighbour{b, apart[[2]int{a, b}]})
			}
		}
	}
	return out
}
