package optest

import (
	"unnoise/model/graph"
	"unnoise/model/weights"
)

func linearCases() []Case {
	type linear struct {
		name   string
		shape  []int
		out    int
		weight weights.Type
		bias   bool
	}
	table := []linear{
		{"vector", []int{1, 8}, 12, weights.F32, true},
		{"odd_vector", []int{1, 7}, 5, weights.F32, true},
		{"to_one", []int{3, 13}, 1, weights.F32, true},
		{"from_one", []int{3, 1}, 6, weights.F32, true},
		{"batch", []int{5, 32}, 129, weights.F32, true},
		{"no_bias", []int{2, 20}, 9, weights.F32, false},
		{"long_rows", []int{2, 1030}, 6, weights.F32, true},
		{"positions", []int{2, 7, 24}, 18, weights.F32, true},
		{"picture", []int{2, 5, 7, 36}, 34, weights.F32, true},
		{"f16", []int{3, 5, 18}, 14, weights.F16, true},
		{"f16_odd", []int{1, 9}, 3, weights.F16, true},
		{"q8_0", []int{2, 96}, 40, weights.Q8_0, true},
		{"q8_0_picture", []int{1, 3, 5, 64}, 21, weights.Q8_0, true},
		{"q4_0", []int{2, 96}, 40, weights.Q4_0, true},
		{"q4_0_picture", []int{1, 3, 5, 64}, 21, weights.Q4_0, true},
	}
	cases := make([]Case, len(table))
	for i, c := range table {
		cases[i] = Case{Name: "linear/" + c.name, build: func(s *sketch) {
			x := s.normal(c.shape...)
			op := graph.Linear{Weight: s.weight(c.weight, c.out, c.shape[len(c.shape)-1])}
			if c.bias {
				op.Bias = s.vector(vectorType(c.weight), 0, c.out)
			}
			s.result(s.apply(op, x))
		}}
	}
	return cases
}
