package optest

import (
	"unnoise/model/graph"
	"unnoise/model/weights"
)

func groupNormCases() []Case {
	type norm struct {
		name            string
		shape           [4]int
		groups          int
		eps             float64
		mean, deviation float64
		vectors         weights.Type
		loosened        float64
	}
	f32 := weights.F32
	table := []norm{
		{"one_group", [4]int{1, 4, 4, 8}, 1, 1e-5, 0, 1, f32, 0},
		{"groups", [4]int{2, 5, 7, 12}, 4, 1e-5, 0.3, 1, f32, 0},
		{"odd_channels", [4]int{1, 5, 3, 15}, 5, 1e-6, -0.5, 2, f32, 0},
		{"group_per_channel", [4]int{2, 6, 5, 7}, 7, 1e-5, 0, 1, f32, 0},
		{"one_pixel", [4]int{3, 1, 1, 24}, 8, 1e-5, 0, 1, f32, 0},
		{"large", [4]int{1, 32, 32, 64}, 32, 1e-5, 0, 1, f32, 0},
		{"f16_vectors", [4]int{1, 5, 6, 16}, 8, 1e-5, 0, 1, weights.F16, 0},
		{"eps_matters", [4]int{1, 6, 6, 8}, 2, 1e-2, 0, 0.1, f32, 0},
		// E[x²] − E[x]² in float32 has an error of mean²/deviation²·2^−24 = 5e-3 of
		// the variance here. A mean rounded to float32 leaves up to 1.5e-5 deviations.
		{"mean_far_above_deviation", [4]int{2, 7, 9, 12}, 3, 1e-5, 300, 1, f32, 3e-5},
		{"negative_mean_far_from_deviation", [4]int{1, 16, 16, 32}, 8, 1e-5, -300, 1, f32, 3e-5},
	}
	cases := make([]Case, len(table))
	for i, c := range table {
		cases[i] = Case{Name: "group_norm/" + c.name, loosened: c.loosened, build: func(s *sketch) {
			x := s.spread(c.mean, c.deviation, c.shape[:]...)
			s.result(s.apply(graph.GroupNorm{
				Weight: s.vector(c.vectors, 1, c.shape[3]), Bias: s.vector(c.vectors, 0, c.shape[3]),
				Groups: c.groups, Eps: c.eps,
			}, x))
		}}
	}
	return append(cases, Case{Name: "group_norm/no_weight_no_bias", build: func(s *sketch) {
		s.result(s.apply(graph.GroupNorm{Groups: 3, Eps: 1e-5}, s.normal(2, 4, 5, 9)))
	}})
}
