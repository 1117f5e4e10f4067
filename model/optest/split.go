package optest

import (
	"math"

	"unnoise/model/graph"
)

func splitCases() []Case {
	split := func(op graph.Split, shape ...int) func(*sketch) {
		return func(s *sketch) { s.result(s.apply(op, s.normal(shape...))) }
	}
	grad := func(op graph.SplitGrad, shape ...int) func(*sketch) {
		return func(s *sketch) { s.result(s.apply(op, s.normal(shape...))) }
	}
	return []Case{
		{Name: "split/heads_first", build: split(graph.Split{Heads: 2, Parts: 3, Part: 1}, 2, 5, 7, 30)},
		{Name: "split/parts_first", build: split(graph.Split{Heads: 1, Parts: 3, Part: 2}, 2, 9, 21)},
		{Name: "split/keys_and_values", build: split(graph.Split{Heads: 3, Parts: 2, Part: 0}, 1, 4, 24)},
		{Name: "split/vectors", build: split(graph.Split{Heads: 1, Parts: 2, Part: 1}, 3, 10)},
		{Name: "split_grad/heads_first", build: grad(graph.SplitGrad{Heads: 2, Parts: 3, Part: 1}, 2, 5, 7, 10)},
		{Name: "split_grad/parts_first", build: grad(graph.SplitGrad{Heads: 1, Parts: 3, Part: 2}, 2, 9, 7)},
		{Name: "attention/packed_heads_first", build: packed(3, 3, 1)},
		{Name: "attention/packed_parts_first", build: packed(1, 3, 1)},
		{Name: "attention/packed_one_head", build: packed(1, 1, 1)},
		{Name: "attention/packed_wide", build: packed(2, 2, 8)},
		{Name: "attention/packed_is_an_output", build: func(s *sketch) {
			q, k, v := s.qkv(s.normal(2, 4, 3, 36), 3)
			s.result(s.attend(3, q, k, v), q)
		}},
		{Name: "attention/one_query_of_many", build: func(s *sketch) {
			q, k, v := s.qkv(s.normal(2, 10, 36), 1)
			s.result(s.attend(3, s.apply(graph.SlicePositions{From: 0, To: 1}, q), k, v))
		}},
		{Name: "attention/text_keys_first", build: textKeys},
		{Name: "concat_positions/sequences", build: func(s *sketch) {
			s.result(s.apply(graph.ConcatPositions{}, s.normal(2, 3, 7), s.normal(2, 5, 7)))
		}},
		{Name: "concat_positions/picture", build: func(s *sketch) {
			s.result(s.apply(graph.ConcatPositions{}, s.normal(3, 1, 6), s.normal(3, 4, 5, 6)))
		}},
		{Name: "slice_positions/sequence", build: func(s *sketch) {
			s.result(s.apply(graph.SlicePositions{From: 2, To: 5}, s.normal(2, 6, 7)))
		}},
		{Name: "slice_positions/picture", build: func(s *sketch) {
			s.result(s.apply(graph.SlicePositions{From: 3, To: 20}, s.normal(2, 4, 5, 6)))
		}},
	}
}

// packed is self-attention of a fused projection, with its parts in that many heads.
func packed(splitHeads, heads, width int) func(*sketch) {
	return func(s *sketch) {
		c := 4 * heads * width
		q, k, v := s.qkv(s.linear(s.normal(2, 5, 3, c), 3*c), splitHeads)
		s.result(s.attend(heads, q, k, v))
	}
}

// textKeys is GLIDE's: the text's keys and values before the picture's, one softmax.
func textKeys(s *sketch) {
	const heads = 3
	q, k, v := s.qkv(s.normal(2, 3, 4, 45), heads)
	text := s.normal(2, 7, 30)
	textK := s.apply(graph.Split{Heads: heads, Parts: 2, Part: 0}, text)
	textV := s.apply(graph.Split{Heads: heads, Parts: 2, Part: 1}, text)
	s.result(s.attend(heads, q, s.apply(graph.ConcatPositions{}, textK, k), s.apply(graph.ConcatPositions{}, textV, v)))
}

// qkv splits a fused projection whose channels count [heads][3][c].
func (s *sketch) qkv(x graph.ID, heads int) (q, k, v graph.ID) {
	part := func(i int) graph.ID { return s.apply(graph.Split{Heads: heads, Parts: 3, Part: i}, x) }
	return part(0), part(1), part(2)
}

// attend appends attention with the usual scale.
func (s *sketch) attend(heads int, q, k, v graph.ID) graph.ID {
	return s.apply(graph.Attention{Heads: heads, Scale: 1 / math.Sqrt(float64(s.channels(q)/heads))}, q, k, v)
}
