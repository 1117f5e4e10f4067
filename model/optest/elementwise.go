package optest

import "unnoise/model/graph"

func elementwiseCases() []Case {
	return []Case{
		{Name: "silu/picture", build: func(s *sketch) { s.result(s.silu(s.spread(0, 3, 2, 5, 7, 3))) }},
		{Name: "silu/vector", build: func(s *sketch) { s.result(s.silu(s.normal(1, 13))) }},
		{Name: "silu/far_out", build: func(s *sketch) { s.result(s.silu(s.spread(0, 60, 3, 50))) }},
		{Name: "add/picture", build: func(s *sketch) { s.result(s.add(s.normal(2, 5, 7, 3), s.normal(2, 5, 7, 3))) }},
		{Name: "add/vector", build: func(s *sketch) { s.result(s.add(s.normal(1, 9), s.normal(1, 9))) }},
		{Name: "add/to_itself", build: func(s *sketch) {
			x := s.normal(2, 3, 3, 5)
			s.result(s.add(x, x))
		}},
		{Name: "add_channel/picture", build: func(s *sketch) {
			s.result(s.apply(graph.AddChannel{}, s.normal(3, 5, 7, 6), s.normal(3, 6)))
		}},
		{Name: "add_channel/odd_channels", build: func(s *sketch) {
			s.result(s.apply(graph.AddChannel{}, s.normal(2, 3, 5, 13), s.normal(2, 13)))
		}},
		{Name: "scale_shift/picture", build: func(s *sketch) {
			s.result(s.apply(graph.ScaleShift{}, s.normal(3, 5, 7, 6), s.normal(3, 12)))
		}},
		{Name: "scale_shift/odd_channels", build: func(s *sketch) {
			s.result(s.apply(graph.ScaleShift{}, s.normal(2, 3, 5, 13), s.normal(2, 26)))
		}},
		{Name: "scale_shift/no_shift", build: func(s *sketch) {
			s.result(s.apply(graph.ScaleShift{NoShift: true}, s.normal(2, 3, 5, 7), s.normal(2, 14)))
		}},
		{Name: "mul/picture", build: func(s *sketch) { s.result(s.apply(graph.Mul{}, s.normal(2, 5, 7, 3), s.normal(2, 5, 7, 3))) }},
		{Name: "mul/square", build: func(s *sketch) {
			x := s.normal(2, 13)
			s.result(s.apply(graph.Mul{}, x, x))
		}},
		{Name: "silu_grad/picture", build: func(s *sketch) {
			s.result(s.apply(graph.SiLUGrad{}, s.spread(0, 3, 2, 5, 7, 3), s.normal(2, 5, 7, 3)))
		}},
		{Name: "silu_grad/far_out", build: func(s *sketch) {
			s.result(s.apply(graph.SiLUGrad{}, s.spread(0, 60, 3, 50), s.normal(3, 50)))
		}},
		{Name: "constant/picture", build: func(s *sketch) {
			s.result(s.add(s.normal(2, 3, 5, 7), s.Fill("ones", 1.5, 2, 3, 5, 7)))
		}},
		{Name: "constant/output", build: func(s *sketch) { s.result(s.normal(2, 1), s.Fill("threes", 3, 5)) }},
		{Name: "affine/picture", build: func(s *sketch) {
			s.result(s.apply(graph.Affine{Factor: 2, Offset: -1}, s.normal(2, 5, 7, 3)))
		}},
		{Name: "affine/vector", build: func(s *sketch) {
			s.result(s.apply(graph.Affine{Factor: 1 / 1.5, Offset: 0}, s.normal(1, 11)))
		}},
	}
}
