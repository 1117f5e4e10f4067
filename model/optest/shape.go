package optest

import "unnoise/model/graph"

func shapeCases() []Case {
	return []Case{
		{Name: "upsample/picture", build: func(s *sketch) { s.result(s.apply(graph.Upsample{}, s.normal(1, 4, 4, 8))) }},
		{Name: "upsample/odd_sizes", build: func(s *sketch) { s.result(s.apply(graph.Upsample{}, s.normal(2, 3, 5, 7))) }},
		{Name: "upsample/one_pixel", build: func(s *sketch) { s.result(s.apply(graph.Upsample{}, s.normal(2, 1, 1, 3))) }},
		{Name: "concat/picture", build: func(s *sketch) {
			s.result(s.apply(graph.Concat{}, s.normal(1, 4, 4, 8), s.normal(1, 4, 4, 16)))
		}},
		{Name: "concat/odd_channels", build: func(s *sketch) {
			s.result(s.apply(graph.Concat{}, s.normal(2, 3, 5, 7), s.normal(2, 3, 5, 1)))
		}},
		{Name: "concat/with_itself", build: func(s *sketch) {
			x := s.normal(2, 3, 2, 5)
			s.result(s.apply(graph.Concat{}, x, x))
		}},
	}
}
