package optest

import (
	"math"

	"unnoise/model/graph"
)

func optimizerCases() []Case {
	return []Case{
		{Name: "moving_average/values", build: func(s *sketch) {
			s.result(s.apply(graph.MovingAverage{Decay: 0.9}, s.normal(5, 13), s.normal(5, 13)))
		}},
		{Name: "moving_average/squares", build: func(s *sketch) {
			s.result(s.apply(graph.MovingAverage{Decay: 0.999, Square: true}, s.normal(2, 3, 3, 7), s.normal(2, 3, 3, 7)))
		}},
		{Name: "adam_step/plain", build: func(s *sketch) {
			s.result(adamStep(s, graph.AdamStep{Eps: 1e-8}, 0.3))
		}},
		{Name: "adam_step/decay", build: func(s *sketch) {
			s.result(adamStep(s, graph.AdamStep{Eps: 0.1, Decay: 0.2}, 0.5))
		}},
		{Name: "sgd_step/values", build: func(s *sketch) {
			s.result(s.apply(graph.SGDStep{}, s.normal(5, 13), s.normal(5, 13), s.values([]float32{0.7}, 1)))
		}},
	}
}

// adamStep draws a parameter and what Adam knows of it.
func adamStep(s *sketch, op graph.AdamStep, rate float32) graph.ID {
	squares := s.draw(5*13, 0, 1)
	for i, v := range squares {
		squares[i] = float32(math.Abs(float64(v)))
	}
	p, m, v := s.normal(5, 13), s.normal(5, 13), s.values(squares, 5, 13)
	return s.apply(op, p, m, v, s.values([]float32{0.19}, 1), s.values([]float32{0.002}, 1), s.values([]float32{rate}, 1))
}
