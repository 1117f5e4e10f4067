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
		{Name: "concat/vectors", build: func(s *sketch) {
			s.result(s.apply(graph.Concat{}, s.normal(3, 7), s.normal(3, 2)))
		}},
		{Name: "slice/first", build: func(s *sketch) { s.result(s.apply(graph.Slice{To: 5}, s.normal(2, 3, 5, 7))) }},
		{Name: "slice/middle", build: func(s *sketch) { s.result(s.apply(graph.Slice{From: 3, To: 7}, s.normal(2, 5, 3, 9))) }},
		{Name: "slice/of_vectors", build: func(s *sketch) { s.result(s.apply(graph.Slice{From: 4, To: 12}, s.normal(3, 12))) }},
		{Name: "sum_pool/picture", build: func(s *sketch) { s.result(s.apply(graph.SumPool{}, s.normal(1, 8, 8, 8))) }},
		{Name: "sum_pool/odd_sizes", build: func(s *sketch) { s.result(s.apply(graph.SumPool{}, s.normal(3, 6, 10, 5))) }},
		{Name: "concat/with_itself", build: func(s *sketch) {
			x := s.normal(2, 3, 2, 5)
			s.result(s.apply(graph.Concat{}, x, x))
		}},
	}
}
