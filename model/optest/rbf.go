package optest

import (
	"unnoise/model/graph"
	"unnoise/model/weights"
)

func rbfCases() []Case {
	basis := func(name string, op graph.RBF, spread float64, rows, dim, centres int) Case {
		return Case{Name: "rbf/" + name, build: func(s *sketch) {
			s.result(s.apply(op, s.spread(0, spread, rows, dim), s.normal(centres, dim), s.spread(1, 0.1, centres)))
		}}
	}
	return []Case{
		basis("plain", graph.RBF{}, 1, 7, 2, 5),
		basis("one_dimension", graph.RBF{}, 1, 9, 1, 3),
		basis("normalised", graph.RBF{Normalised: true}, 1, 7, 2, 16),
		// Every φ underflows there in float32; their quotients do not.
		basis("normalised_far_out", graph.RBF{Normalised: true}, 30, 7, 2, 16),
		{Name: "fourier/log_sigma", build: func(s *sketch) { // score_sde: scale 16, log σ up to ±4
			t := s.values([]float32{-4.6, -1.25, 0, 0.7, 3.9}, 5)
			s.result(s.apply(graph.Fourier{Weight: s.stored(weights.F32, 0, 16, 32)}, t))
		}},
		{Name: "fourier/odd_width", build: func(s *sketch) {
			s.result(s.apply(graph.Fourier{Weight: s.stored(weights.F32, 0, 1, 7)}, s.normal(3)))
		}},
	}
}

func rbfGradients() []Case {
	basis := func(name string, op graph.RBF) Case {
		return Case{Name: name, build: func(s *sketch) {
			s.result(s.apply(op, s.normal(4, 2), s.normal(3, 2), s.spread(1, 0.1, 3)))
		}}
	}
	return []Case{basis("rbf", graph.RBF{}), basis("rbf_normalised", graph.RBF{Normalised: true})}
}
