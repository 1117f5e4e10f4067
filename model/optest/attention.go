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
	cases = append(cases, Case{Name: "attention/scores_of_1e4", build: scoresOf1e4})
	return cases
}

// scoresOf1e4 has scores of ±1e4 and a few quarters, exact in float32, in an order in
// which the largest so far grows often.
func scoresOf1e4(s *sketch) {
	const queries, keys, dim = 11, 37, 8
	q, k := make([]float32, queries*dim), make([]float32, keys*dim)
	for i := range queries {
		q[i*dim], q[i*dim+5] = float32(100-200*(i%2)), 1
	}
	for j := range keys {
		k[j*dim], k[j*dim+5] = float32(100-200*(j/5%2)), 0.25*float32(7*j%19)
	}
	s.result(s.apply(graph.Attention{Heads: 1, Scale: 1},
		s.values(q, 1, queries, dim), s.values(k, 1, keys, dim), s.normal(1, keys, dim)))
}
