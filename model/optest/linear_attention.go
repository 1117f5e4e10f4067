package optest

import (
	"math"

	"unnoise/model/graph"
	"unnoise/model/weights"
)

func linearAttentionCases() []Case {
	return []Case{
		{Name: "head_context/heads", build: func(s *sketch) {
			s.result(s.apply(graph.HeadContext{Heads: 3}, s.normal(2, 5, 7, 15), s.normal(2, 5, 7, 15)))
		}},
		{Name: "head_context/one_head", build: func(s *sketch) {
			s.result(s.apply(graph.HeadContext{Heads: 1}, s.normal(1, 9, 20), s.normal(1, 9, 20)))
		}},
		{Name: "head_context/long", build: func(s *sketch) {
			s.result(s.apply(graph.HeadContext{Heads: 2}, s.spread(1, 1, 1, 33, 37, 8), s.normal(1, 33, 37, 8)))
		}},
		{Name: "head_context/heads_of_one", build: func(s *sketch) {
			s.result(s.apply(graph.HeadContext{Heads: 5}, s.normal(2, 6, 5), s.normal(2, 6, 5)))
		}},
		{Name: "head_apply/heads", build: func(s *sketch) {
			s.result(s.apply(graph.HeadApply{}, s.normal(2, 5, 7, 15), s.normal(2, 15, 5)))
		}},
		{Name: "head_apply/transposed", build: func(s *sketch) {
			s.result(s.apply(graph.HeadApply{Transposed: true}, s.normal(2, 5, 7, 15), s.normal(2, 15, 5)))
		}},
		{Name: "head_apply/one_position", build: func(s *sketch) {
			s.result(s.apply(graph.HeadApply{}, s.normal(3, 1, 12), s.normal(3, 12, 4)))
		}},
		{Name: "chain/linear_attention_picture", build: linearAttention(4, 2, 5, 7, 24)},
		{Name: "chain/linear_attention_one_head", build: linearAttention(1, 1, 6, 4, 10)},
		{Name: "chain/attention_pool", build: attentionPool(3, 2, 4, 5, 24)},
		// The Annotated Diffusion Model: 4 heads of 32 at 28×28.
		{Name: "chain/linear_attention_annotated", build: linearAttention(4, 1, 28, 28, 128)},
	}
}

func linearAttention(heads int, shape ...int) func(*sketch) {
	return func(s *sketch) {
		dim := float64(shape[len(shape)-1] / heads)
		q, k, v := s.normal(shape...), s.normal(shape...), s.normal(shape...)
		s.result(s.LinearAttention("linear_attention", heads, 1/math.Sqrt(dim), q, k, v))
	}
}

// attentionPool pools a picture of that shape into 7 values.
func attentionPool(heads int, shape ...int) func(*sketch) {
	return func(s *sketch) {
		h, w, c := shape[1], shape[2], shape[3]
		s.result(s.AttentionPool("pool", graph.AttentionPool{
			Heads:     heads,
			Embedding: s.weight(weights.F32, 1+h*w, c),
			QKV:       graph.Linear{Weight: s.weight(weights.F32, 3*c, c), Bias: s.vector(weights.F32, 0, 3*c)},
			Out:       graph.Linear{Weight: s.weight(weights.F32, 7, c), Bias: s.vector(weights.F32, 0, 7)},
		}, s.normal(shape...)))
	}
}
