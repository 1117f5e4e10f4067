package optest

import (
	"fmt"

	"unnoise/model/graph"
	"unnoise/model/weights"
)

func embeddingCases() []Case {
	cases := []Case{
		sinusoidalCase("ddpm", graph.Sinusoidal{Dim: 32, FreqShift: 1, MaxPeriod: 10000}, 0, 1, 10, 50.5, 99),
		sinusoidalCase("openai", graph.Sinusoidal{Dim: 32, FlipSinToCos: true, MaxPeriod: 10000}, 0, 1, 10, 50.5, 99),
		sinusoidalCase("odd_dimension", graph.Sinusoidal{Dim: 15, MaxPeriod: 10000}, 3, 40),
		sinusoidalCase("other_period", graph.Sinusoidal{Dim: 12, FlipSinToCos: true, FreqShift: 1, MaxPeriod: 100}, 7, 60),
		sinusoidalCase("last_timestep", graph.Sinusoidal{Dim: 128, FreqShift: 1, MaxPeriod: 10000}, 999, 998, 0),
	}
	for _, t := range []weights.Type{weights.F32, weights.F16, weights.Q8_0, weights.Q4_0} {
		cases = append(cases, Case{Name: fmt.Sprintf("embedding/%v", t), build: func(s *sketch) {
			labels := s.values([]float32{10, 0, 3, 3, 7}, 5)
			s.result(s.apply(graph.Embedding{Weight: s.weight(t, 11, 64)}, labels))
		}})
	}
	for _, t := range []weights.Type{weights.F32, weights.F16} {
		cases = append(cases, Case{Name: fmt.Sprintf("embedding_sum/%v", t), build: func(s *sketch) {
			labels := s.values([]float32{3, 0, 1, 0, 0, 2}, 2, 3)
			s.result(s.apply(graph.EmbeddingSum{Weight: s.weight(t, 9, 33), Counts: []int{4, 1, 4}}, labels))
		}})
	}
	return append(cases,
		Case{Name: "embedding/odd_width", build: func(s *sketch) {
			labels := s.values([]float32{1, 2, 0}, 3)
			s.result(s.apply(graph.Embedding{Weight: s.weight(weights.F32, 3, 7)}, labels))
		}},
		Case{Name: "embedding/value", build: func(s *sketch) {
			labels := s.values([]float32{1, 2, 0, 2}, 4)
			s.result(s.apply(graph.Embedding{}, labels, s.normal(3, 7)))
		}},
		Case{Name: "embedding_grad/repeated", build: func(s *sketch) {
			labels := s.values([]float32{4, 2, 2, 0, 4, 4}, 6)
			s.result(s.apply(graph.EmbeddingGrad{Rows: 6}, labels, s.normal(6, 9)))
		}},
		Case{Name: "embedding_grad/one", build: func(s *sketch) {
			s.result(s.apply(graph.EmbeddingGrad{Rows: 3}, s.values([]float32{1}, 1), s.normal(1, 66)))
		}},
	)
}

func embeddingGradients() []Case {
	return []Case{{Name: "embedding", build: func(s *sketch) {
		labels := s.values([]float32{4, 2, 2, 0, 4}, 5)
		s.result(s.apply(graph.Embedding{}, labels, s.normal(6, 3)))
	}}}
}

// sinusoidalCase: diffusers forms t·frequency in float32, so for t = 1000 the angle
// is off by up to 2^−15, and a frequency's own rounding adds as much; the formula
// is exact. 1e-4 tells these from every wrong convention.
func sinusoidalCase(name string, op graph.Sinusoidal, t ...float32) Case {
	return Case{Name: "sinusoidal/" + name, loosened: 1e-4, build: func(s *sketch) {
		s.result(s.apply(op, s.values(t, len(t))))
	}}
}
