package optest

import (
	"math"

	"unnoise/model/graph"
)

// attentionGradCases have all three gradients of one attention, as its VJP makes
// them, and one alone.
func attentionGradCases() []Case {
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
		{"wide_head", []int{1, 33, 72}, []int{1, 33, 72}, 1, 1},
		{"other_keys", []int{2, 9, 16}, []int{2, 5, 16}, 2, 1},
		{"more_keys", []int{2, 3, 14}, []int{2, 11, 14}, 2, 1},
		{"one_query", []int{2, 1, 16}, []int{2, 9, 16}, 2, 1},
		{"long", []int{1, 17, 19, 32}, []int{1, 17, 19, 32}, 2, 1},
		// Most of the sums cancel where one probability is near 1.
		{"sharp", []int{1, 21, 16}, []int{1, 21, 16}, 2, 2},
	}
	var cases []Case
	for _, c := range table {
		op := graph.AttentionGrad{Heads: c.heads, Scale: 1 / math.Sqrt(float64(c.q[len(c.q)-1]/c.heads))}
		var loosened float64
		if c.spread > 1 {
			loosened = 2e-5
		}
		cases = append(cases, Case{Name: "attention_grad/" + c.name, loosened: loosened, build: func(s *sketch) {
			q, k := s.spread(0, c.spread, c.q...), s.spread(0, c.spread, c.k...)
			v, g := s.normal(c.k...), s.normal(c.q...)
			for part := graph.Queries; part <= graph.Values; part++ {
				op.Of = part
				s.Output(op.Kind()+[]string{"_q", "_k", "_v"}[part], s.apply(op, q, k, v, g))
			}
		}})
	}
	for part, name := range []string{"queries_alone", "keys_alone", "values_alone"} {
		cases = append(cases, Case{Name: "attention_grad/" + name, build: func(s *sketch) {
			op := graph.AttentionGrad{Heads: 2, Scale: 0.4, Of: graph.AttentionInput(part)}
			q, kv := []int{2, 9, 10}, []int{2, 4, 10}
			s.result(s.apply(op, s.normal(q...), s.normal(kv...), s.normal(kv...), s.normal(q...)))
		}})
	}
	return cases
}

// attentionGradients are the gradients of this file's operations and their kin.
func attentionGradients() []Case {
	return []Case{
		{Name: "attention", build: func(s *sketch) { s.result(s.attend(2, s.normal(2, 3, 6), s.normal(2, 3, 6), s.normal(2, 3, 6))) }},
		{Name: "attention_other_keys", build: func(s *sketch) {
			s.result(s.attend(1, s.normal(1, 3, 4), s.normal(1, 5, 4), s.normal(1, 5, 4)))
		}},
		{Name: "attention_of_one_value", build: func(s *sketch) {
			x := s.normal(1, 2, 2, 6)
			s.result(s.attend(3, x, x, x))
		}},
		{Name: "attention_packed_heads_first", build: func(s *sketch) {
			q, k, v := s.qkv(s.normal(2, 3, 12), 2)
			s.result(s.attend(2, q, k, v))
		}},
		{Name: "attention_packed_parts_first", build: func(s *sketch) {
			q, k, v := s.qkv(s.normal(2, 3, 12), 1)
			s.result(s.attend(2, q, k, v))
		}},
		{Name: "attention_text_keys_first", build: func(s *sketch) {
			text := s.normal(1, 2, 8)
			q, k, v := s.qkv(s.normal(1, 3, 12), 2)
			k = s.apply(graph.ConcatPositions{}, s.apply(graph.Split{Heads: 2, Parts: 2, Part: 0}, text), k)
			v = s.apply(graph.ConcatPositions{}, s.apply(graph.Split{Heads: 2, Parts: 2, Part: 1}, text), v)
			s.result(s.attend(2, q, k, v))
		}},
		{Name: "split", build: func(s *sketch) { s.result(s.apply(graph.Split{Heads: 2, Parts: 3, Part: 1}, s.normal(2, 3, 12))) }},
		{Name: "concat_positions", build: func(s *sketch) {
			s.result(s.apply(graph.ConcatPositions{}, s.normal(2, 1, 3), s.normal(2, 2, 2, 3)))
		}},
		{Name: "slice_positions", build: func(s *sketch) {
			s.result(s.apply(graph.SlicePositions{From: 1, To: 3}, s.normal(2, 2, 2, 3)))
		}},
		{Name: "linear_attention", build: linearAttention(2, 2, 3, 2, 6)},
		{Name: "attention_pool", build: attentionPool(2, 2, 2, 2, 4)},
		{Name: "softmax", build: func(s *sketch) { s.result(s.apply(graph.Softmax{}, s.normal(3, 5))) }},
		{Name: "softmax_groups", build: func(s *sketch) { s.result(s.apply(graph.Softmax{Groups: 2}, s.normal(2, 3, 6))) }},
		{Name: "softmax_positions", build: func(s *sketch) { s.result(s.apply(graph.SoftmaxPositions{}, s.normal(2, 3, 2, 3))) }},
		{Name: "log_softmax", build: func(s *sketch) { s.result(s.apply(graph.LogSoftmax{}, s.normal(3, 5))) }},
		{Name: "log_prob", build: func(s *sketch) {
			s.result(s.apply(graph.LogProb{}, s.normal(3, 5), s.values([]float32{4, 0, 2}, 3)))
		}},
		{Name: "cross_entropy", build: func(s *sketch) {
			s.result(s.apply(graph.CrossEntropy{}, s.normal(3, 5), s.values([]float32{4, 0, 2}, 3)))
		}},
		{Name: "head_context", build: func(s *sketch) {
			s.result(s.apply(graph.HeadContext{Heads: 2}, s.normal(2, 3, 4), s.normal(2, 3, 4)))
		}},
		{Name: "head_apply", build: func(s *sketch) { s.result(s.apply(graph.HeadApply{}, s.normal(2, 3, 4), s.normal(2, 4, 2))) }},
		{Name: "head_apply_transposed", build: func(s *sketch) {
			s.result(s.apply(graph.HeadApply{Transposed: true}, s.normal(2, 3, 4), s.normal(2, 4, 2)))
		}},
	}
}
