package optest

import (
	"math"

	"unnoise/model/graph"
)

func attentionCases() []Case {
	type attention struct {
		name   string
		q, k   []int
		heads  int
		spread float64 // of q and k: how sharp the softmax is
	}
	table := []attention{
		{"one_head", []int{1, 16, 8}, []int{1, 16, 8}, 1, 1},
		{"heads", []int{2, 12, 24}, []int{2, 12, 24}, 3, 1},
		{"picture", []int{2, 5, 7, 20}, []int{2, 5, 7, 20}, 4, 1},
		{"head_of_one_channel", []int{1, 7, 5}, []int{1, 7, 5}, 5, 1},
		{"head_of_odd_channels", []int{1, 19, 14}, []int{1, 19, 14}, 2, 1},
		{"wide_head", []int{1, 33, 72}, []int{1, 33, 72}, 1, 1},
		{"very_wide_head", []int{1, 18, 260}, []int{1, 18, 260}, 1, 1},
		{"one_position", []int{3, 1, 8}, []int{3, 1, 8}, 2, 1},
		{"long", []int{1, 17, 19, 32}, []int{1, 17, 19, 32}, 2, 1},
		{"other_keys", []int{2, 9, 16}, []int{2, 5, 16}, 2, 1},
		{"one_key", []int{2, 9, 16}, []int{2, 1, 16}, 2, 1},
		{"sharp", []int{1, 21, 16}, []int{1, 21, 16}, 2, 6},
		// Scores of some hundreds: exp of them overflows float32 unless the largest
		// is taken off first. Their rounding in float32, half of 2^−16, shows
		// directly in the weights.
		{"very_sharp", []int{1, 23, 16}, []int{1, 23, 16}, 1, 20},
	}
	cases := make([]Case, len(table))
	for i, c := range table {
		var loosened float64
		if c.spread >= 20 {
			loosened = 1e-4
		}
		cases[i] = Case{Name: "attention/" + c.name, loosened: loosened, build: func(s *sketch) {
			q := s.spread(0, c.spread, c.q...)
			k := s.spread(0, c.spread, c.k...)
			v := s.normal(c.k...)
			dim := c.q[len(c.q)-1] / c.heads
			s.result(s.apply(graph.Attention{Heads: c.heads, Scale: 1 / math.Sqrt(float64(dim))}, q, k, v))
		}}
	}
	return cases
}
