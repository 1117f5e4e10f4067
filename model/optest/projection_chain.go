package optest

import (
	"unnoise/model/graph"
	"unnoise/model/weights"
)

// projectionChains have several linear layers of one vector, whose results are added to
// pictures or scale them: what an executor may compute as one product, and what it must
// not.
func projectionChains() []Case {
	return []Case{
		{Name: "chain/projections_added", build: projections(weights.F32, true)},
		{Name: "chain/projections_q8_0", build: projections(weights.Q8_0, true)},
		{Name: "chain/projections_q4_0", build: projections(weights.Q4_0, true)},
		{Name: "chain/projections_without_bias", build: projections(weights.F16, false)},
		{Name: "chain/projections_of_two_vectors", build: func(s *sketch) {
			x, a, b := s.normal(2, 3, 4, 8), s.normal(2, 12), s.normal(2, 12)
			for _, v := range []graph.ID{a, b, a, b} {
				x = s.apply(graph.AddChannel{}, s.conv(x, 8, 3), s.linear(v, 8))
			}
			s.result(x)
		}},
		{Name: "chain/projection_read_twice", build: func(s *sketch) {
			x, v := s.normal(2, 3, 4, 8), s.normal(2, 12)
			twice, once := s.linear(v, 8), s.linear(v, 8)
			x = s.apply(graph.AddChannel{}, s.conv(x, 8, 3), twice)
			x = s.apply(graph.AddChannel{}, s.conv(x, 8, 1), once)
			s.result(s.apply(graph.AddChannel{}, s.conv(x, 8, 3), twice))
		}},
		{Name: "chain/projection_is_an_output", build: func(s *sketch) {
			x, v := s.normal(2, 3, 4, 8), s.normal(2, 12)
			seen, hidden, last := s.linear(v, 8), s.linear(v, 8), s.linear(v, 8)
			for _, shift := range []graph.ID{seen, hidden, last} {
				x = s.apply(graph.AddChannel{}, s.conv(x, 8, 3), shift)
			}
			s.result(x, seen)
		}},
		{Name: "chain/projections_for_groups", build: func(s *sketch) {
			x, v := s.normal(2, 4, 5, 8), s.normal(2, 12)
			for _, groups := range []int{8, 2, 1} {
				conv := s.apply(graph.Conv2D{
					Weight: s.weight(weights.F32, 8, 8/groups, 3, 3), Stride: 1, Pad: graph.Same(1), Groups: groups,
				}, x)
				x = s.apply(graph.AddChannel{}, conv, s.linear(v, 8))
			}
			up := s.apply(graph.ConvTranspose2D{Weight: s.weight(weights.F32, 8, 12, 3, 3), Stride: 2, Pad: graph.Same(1)}, x)
			s.result(s.apply(graph.AddChannel{}, up, s.linear(v, 12)))
		}},
	}
}

// projections are four layers of one vector: two that convolutions add, of which one is
// large enough for Winograd's, one that scales and shifts a norm, and one whose width is
// no multiple of 4.
func projections(t weights.Type, bias bool) func(*sketch) {
	return func(s *sketch) {
		v := s.silu(s.normal(3, 32))
		project := func(out int) graph.ID {
			op := graph.Linear{Weight: s.weight(t, out, 32)}
			if bias {
				op.Bias = s.vector(weights.F32, 0, out)
			}
			return s.apply(op, v)
		}
		x := s.apply(graph.AddChannel{}, s.conv(s.normal(3, 5, 6, 8), 16, 3), project(16))
		x = s.apply(graph.AddChannel{}, s.conv(x, 24, 3), project(24))
		x = s.apply(graph.ScaleShift{}, s.norm(x, 4), project(48))
		s.result(s.apply(graph.AddChannel{}, s.conv(s.silu(x), 10, 3), project(10)))
	}
}
