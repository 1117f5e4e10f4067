package optest

import (
	"unnoise/model/graph"
	"unnoise/model/tensor"
	"unnoise/model/weights"
)

func arithmeticCases() []Case {
	return []Case{
		{Name: "sub/picture", build: func(s *sketch) { s.result(s.apply(graph.Sub{}, s.normal(2, 5, 7, 3), s.normal(2, 5, 7, 3))) }},
		{Name: "sub/vector", build: func(s *sketch) { s.result(s.apply(graph.Sub{}, s.normal(11), s.normal(11))) }},
		{Name: "div/picture", build: func(s *sketch) {
			s.result(s.apply(graph.Div{}, s.normal(2, 5, 7, 3), s.spread(5, 1, 2, 5, 7, 3)))
		}},
		{Name: "mul_channel/picture", build: func(s *sketch) {
			s.result(s.apply(graph.MulChannel{}, s.normal(3, 5, 7, 6), s.normal(3, 6)))
		}},
		{Name: "mul_channel/sequence", build: func(s *sketch) {
			s.result(s.apply(graph.MulChannel{}, s.normal(2, 9, 13), s.normal(2, 13)))
		}},
		{Name: "mul_channel/vectors", build: func(s *sketch) {
			s.result(s.apply(graph.MulChannel{}, s.normal(3, 5), s.normal(3, 5)))
		}},
		{Name: "mul_picture/picture", build: func(s *sketch) {
			s.result(s.apply(graph.MulPicture{}, s.normal(3, 5, 7, 6), s.normal(3)))
		}},
		{Name: "mul_picture/numbers", build: func(s *sketch) {
			s.result(s.apply(graph.MulPicture{}, s.normal(5), s.normal(5)))
		}},
		sumCase("space", graph.Sum{From: 1, To: 3}, 3, 5, 7, 6),
		sumCase("last_axis", graph.Sum{From: 2, To: 3}, 3, 5, 7),
		sumCase("first_axis", graph.Sum{From: 0, To: 1}, 7, 3, 5),
		sumCase("everything", graph.Sum{From: 0, To: 4}, 2, 5, 7, 3),
		sumCase("prime_count", graph.Sum{From: 1, To: 2}, 2, 211),
		sumCase("long_rows", graph.Sum{From: 1, To: 4}, 2, 24, 20, 9),
		sumCase("no_axis", graph.Sum{From: 1, To: 1}, 3, 4),
		broadcastCase("channels", tensor.Shape{3, 1, 1, 6}, tensor.Shape{3, 5, 7, 6}),
		broadcastCase("pictures", tensor.Shape{1, 5, 7, 3}, tensor.Shape{4, 5, 7, 3}),
		broadcastCase("last_axis", tensor.Shape{3, 5, 1}, tensor.Shape{3, 5, 7}),
		broadcastCase("alternating", tensor.Shape{1, 5, 1, 3}, tensor.Shape{2, 5, 7, 3}),
		broadcastCase("other_alternation", tensor.Shape{2, 1, 7, 1}, tensor.Shape{2, 5, 7, 3}),
		broadcastCase("one_number", tensor.Shape{1, 1}, tensor.Shape{5, 7}),
		broadcastCase("nothing", tensor.Shape{1, 5}, tensor.Shape{1, 5}),
		broadcastCase("more_axes", tensor.Shape{2, 3, 1, 1, 5}, tensor.Shape{2, 3, 4, 2, 5}),
		{Name: "reshape/input", build: func(s *sketch) {
			s.result(s.apply(graph.Reshape{Shape: tensor.Shape{6, 35}}, s.normal(2, 5, 7, 3)))
		}},
		{Name: "reshape/between", build: func(s *sketch) {
			x := s.silu(s.normal(2, 3, 5, 4))
			y := s.apply(graph.Reshape{Shape: tensor.Shape{30, 4}}, x)
			s.result(s.linear(y, 7), s.silu(x), y)
		}},
		{Name: "reshape/constant", build: func(s *sketch) {
			s.result(s.apply(graph.Reshape{Shape: tensor.Shape{2, 3}}, s.Fill("half", 0.5, 6)))
		}},
		{Name: "parameter/f32", build: func(s *sketch) {
			p := s.apply(graph.Parameter{Weight: s.vector(weights.F32, 1, 15)})
			s.result(s.add(p, s.normal(15)), p)
		}},
		{Name: "parameter/reshaped_f16", build: func(s *sketch) {
			p := s.apply(graph.Parameter{Weight: s.vector(weights.F16, 1, 15), Shape: tensor.Shape{3, 5}})
			s.result(s.apply(graph.Mul{}, p, s.normal(3, 5)))
		}},
		{Name: "parameter/kernel_as_stored", build: func(s *sketch) {
			s.result(s.apply(graph.Parameter{Weight: s.weight(weights.F32, 3, 5, 2, 3)}))
		}},
	}
}

func sumCase(name string, op graph.Sum, shape ...int) Case {
	return Case{Name: "sum/" + name, build: func(s *sketch) { s.result(s.apply(op, s.normal(shape...))) }}
}

func broadcastCase(name string, from, to tensor.Shape) Case {
	return Case{Name: "broadcast/" + name, build: func(s *sketch) {
		s.result(s.apply(graph.Broadcast{Shape: to}, s.normal(from...)))
	}}
}

func arithmeticGradients() []Case {
	return []Case{
		{Name: "sub", build: func(s *sketch) { s.result(s.apply(graph.Sub{}, s.normal(2, 5), s.normal(2, 5))) }},
		{Name: "sub_itself", build: func(s *sketch) {
			x := s.normal(2, 5)
			s.result(s.apply(graph.Sub{}, s.silu(x), x))
		}},
		{Name: "div", build: func(s *sketch) { s.result(s.apply(graph.Div{}, s.normal(2, 5), s.spread(4, 0.5, 2, 5))) }},
		{Name: "mul_channel", build: func(s *sketch) {
			s.result(s.apply(graph.MulChannel{}, s.normal(2, 3, 2, 5), s.normal(2, 5)))
		}},
		{Name: "mul_picture", build: func(s *sketch) {
			s.result(s.apply(graph.MulPicture{}, s.normal(3, 3, 2, 5), s.normal(3)))
		}},
		{Name: "sum_over_space", build: func(s *sketch) { s.result(s.apply(graph.Sum{From: 1, To: 3}, s.normal(2, 3, 2, 5))) }},
		{Name: "sum_over_channels", build: func(s *sketch) { s.result(s.apply(graph.Sum{From: 1, To: 2}, s.normal(3, 5))) }},
		{Name: "mean", build: func(s *sketch) { s.result(s.Mean("mean", s.normal(3, 2, 5), 1, 3)) }},
		{Name: "broadcast", build: func(s *sketch) {
			s.result(s.apply(graph.Broadcast{Shape: tensor.Shape{2, 3, 4, 5}}, s.normal(1, 3, 1, 5)))
		}},
		{Name: "broadcast_vector", build: func(s *sketch) {
			x := s.apply(graph.Reshape{Shape: tensor.Shape{2, 1, 1, 5}}, s.normal(2, 5))
			s.result(s.apply(graph.Broadcast{Shape: tensor.Shape{2, 3, 4, 5}}, x))
		}},
		{Name: "reshape", build: func(s *sketch) {
			s.result(s.silu(s.apply(graph.Reshape{Shape: tensor.Shape{6, 5}}, s.normal(2, 3, 5))))
		}},
		{Name: "beside_a_parameter", build: func(s *sketch) {
			p := s.apply(graph.Parameter{Weight: s.vector(weights.F32, 1, 10), Shape: tensor.Shape{2, 5}})
			s.result(s.apply(graph.Mul{}, s.normal(2, 5), p))
		}},
	}
}
