package optest

import "unnoise/model/graph"

// function is a function with values that its domain and its branches ask for.
type function struct {
	op              graph.Unary
	mean, deviation float64
}

func functions() []function {
	return []function{
		{graph.Unary{Func: graph.ReLU}, 0, 2},
		{graph.Unary{Func: graph.LeakyReLU, Alpha: 0.05}, 0, 2},
		{graph.Unary{Func: graph.ELU, Alpha: 1}, 0, 2},
		{graph.Unary{Func: graph.GELU}, 0, 2},
		{graph.Unary{Func: graph.GELUTanh}, 0, 2},
		{graph.Unary{Func: graph.QuickGELU}, 0, 2},
		{graph.Unary{Func: graph.Sigmoid}, 0, 3},
		{graph.Unary{Func: graph.Softplus}, 0, 3},
		{graph.Unary{Func: graph.Tanh}, 0, 1},
		{graph.Unary{Func: graph.Exp}, 0, 1},
		{graph.Unary{Func: graph.Log}, 9, 2},
		{graph.Unary{Func: graph.Sqrt}, 9, 2},
		{graph.Unary{Func: graph.Square}, 0, 1},
		{graph.Unary{Func: graph.Reciprocal}, 9, 2},
		{graph.Unary{Func: graph.Abs}, 0, 1},
		{graph.Unary{Func: graph.Clamp, Low: -0.5, High: 0.8}, 0, 1},
	}
}

func unaryCases() []Case {
	var cases []Case
	for _, f := range functions() {
		name := f.op.Func.String()
		cases = append(cases,
			Case{Name: "unary/" + name, build: func(s *sketch) {
				s.result(s.apply(f.op, s.spread(f.mean, f.deviation, 2, 5, 7, 3)))
			}},
			Case{Name: "unary_grad/" + name, build: func(s *sketch) {
				s.result(s.apply(graph.UnaryGrad(f.op), s.spread(f.mean, f.deviation, 2, 5, 7, 3), s.normal(2, 5, 7, 3)))
			}})
	}
	for _, f := range []graph.Unary{ // what exponentials, squares and quotients of them overflow at
		{Func: graph.ELU, Alpha: 1.5}, {Func: graph.GELU}, {Func: graph.GELUTanh}, {Func: graph.QuickGELU},
		{Func: graph.Sigmoid}, {Func: graph.Softplus}, {Func: graph.Tanh},
	} {
		for _, size := range []struct {
			name      string
			deviation float64
		}{{"far_out", 60}, {"very_far_out", 3e13}} {
			cases = append(cases, Case{Name: "unary/" + f.Func.String() + "_" + size.name, build: func(s *sketch) {
				s.result(s.apply(f, s.spread(0, size.deviation, 3, 50)))
			}})
			if size.deviation > 1e3 && (f.Func == graph.Sigmoid || f.Func == graph.Tanh) {
				continue // the gradient is 0, of which there is no relative error
			}
			cases = append(cases, Case{Name: "unary_grad/" + f.Func.String() + "_" + size.name, build: func(s *sketch) {
				s.result(s.apply(graph.UnaryGrad(f), s.spread(0, size.deviation, 3, 50), s.normal(3, 50)))
			}})
		}
	}
	for _, f := range []graph.Unary{ // where a difference from 1 would lose the digits
		{Func: graph.ELU, Alpha: 1}, {Func: graph.Tanh},
	} {
		cases = append(cases, Case{Name: "unary/" + f.Func.String() + "_near_0", build: func(s *sketch) {
			s.result(s.apply(f, s.spread(0, 1e-3, 3, 50)))
		}})
	}
	return append(cases,
		Case{Name: "unary/softplus_of_negatives", build: func(s *sketch) {
			s.result(s.apply(graph.Unary{Func: graph.Softplus}, s.spread(-12, 2, 3, 50)))
		}},
		Case{Name: "unary/gelu_of_negatives", build: func(s *sketch) {
			s.result(s.apply(graph.Unary{Func: graph.GELU}, s.spread(-4, 0.5, 3, 50)))
		}},
		Case{Name: "unary/vector", build: func(s *sketch) {
			s.result(s.apply(graph.Unary{Func: graph.ReLU}, s.normal(13)))
		}},
		Case{Name: "unary/kinks", build: func(s *sketch) { // 0, and both ends of clamp
			x := s.values([]float32{0, -0.5, 0.75, -1, 1}, 5)
			for i, f := range kinked() {
				s.Output([]string{"relu", "leaky_relu", "elu", "abs", "clamp"}[i], s.apply(f, x))
			}
		}},
		Case{Name: "unary_grad/kinks", build: func(s *sketch) {
			x, g := s.values([]float32{0, -0.5, 0.75, -1, 1}, 5), s.normal(5)
			for i, f := range kinked() {
				s.Output([]string{"relu", "leaky_relu", "elu", "abs", "clamp"}[i], s.apply(graph.UnaryGrad(f), x, g))
			}
		}})
}

func kinked() []graph.Unary {
	return []graph.Unary{
		{Func: graph.ReLU}, {Func: graph.LeakyReLU, Alpha: 0.2}, {Func: graph.ELU, Alpha: 2},
		{Func: graph.Abs}, {Func: graph.Clamp, Low: -0.5, High: 0.75},
	}
}

func unaryGradients() []Case {
	var cases []Case
	for _, f := range functions() {
		cases = append(cases, Case{Name: "unary_" + f.op.Func.String(), build: func(s *sketch) {
			s.result(s.apply(f.op, s.spread(f.mean, f.deviation, 2, 3, 3, 2)))
		}})
	}
	for _, f := range []graph.Unary{ // those with a second derivative
		{Func: graph.ReLU}, {Func: graph.LeakyReLU, Alpha: 0.2}, {Func: graph.Square}, {Func: graph.Exp},
		{Func: graph.Abs}, {Func: graph.Clamp, Low: -0.5, High: 0.8},
	} {
		cases = append(cases, Case{Name: "unary_" + f.Func.String() + "_twice", build: func(s *sketch) {
			s.result(s.apply(graph.UnaryGrad(f), s.normal(3, 5), s.normal(3, 5)))
		}})
	}
	return cases
}
