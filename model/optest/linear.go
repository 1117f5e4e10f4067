package optest

import (
	"fmt"

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

// linearValueCases have a weight and a bias that are values, and transposed weights.
func linearValueCases() []Case {
	type linear struct {
		name       string
		shape      []int
		other      int // the weight's other extent
		transposed bool
		bias       bool
	}
	table := []linear{
		{"vector", []int{1, 8}, 12, false, true},
		{"odd", []int{5, 7}, 5, false, true},
		{"no_bias", []int{9, 20}, 9, false, false},
		{"tiles", []int{37, 24}, 36, false, true},
		{"picture", []int{2, 5, 7, 36}, 34, false, true},
		{"transposed", []int{37, 24}, 36, true, true},
		{"transposed_odd", []int{5, 7}, 3, true, false},
		{"transposed_picture", []int{2, 5, 7, 12}, 34, true, true},
	}
	var cases []Case
	for _, c := range table {
		last := c.shape[len(c.shape)-1]
		weight := []int{c.other, last}
		if c.transposed {
			weight = []int{last, c.other}
		}
		cases = append(cases, Case{Name: "linear/value_" + c.name, build: func(s *sketch) {
			in := []graph.ID{s.normal(c.shape...), s.normal(weight...)}
			if c.bias {
				in = append(in, s.normal(c.other))
			}
			s.result(s.apply(graph.Linear{Transposed: c.transposed}, in...))
		}})
		if !c.transposed {
			continue
		}
		for _, t := range []weights.Type{weights.F32, weights.Q8_0} {
			weight := []int{last, c.other}
			if t == weights.Q8_0 {
				weight[1] = 2 * weights.BlockElems
			}
			cases = append(cases, Case{Name: fmt.Sprintf("linear/%s_%v", c.name, t), build: func(s *sketch) {
				s.result(s.apply(graph.Linear{Weight: s.weight(t, weight...), Transposed: true}, s.normal(c.shape...)))
			}})
		}
	}
	return cases
}

func linearGradients() []Case {
	var cases []Case
	for _, transposed := range []bool{false, true} {
		name, from, to := "linear", 5, 3
		if transposed {
			name, from, to = "linear_transposed", 3, 5
		}
		op := graph.Linear{Transposed: transposed}
		cases = append(cases,
			Case{Name: name, build: func(s *sketch) {
				s.result(s.apply(op, s.normal(4, from), s.normal(3, 5), s.normal(to)))
			}},
			Case{Name: name + "_picture", build: func(s *sketch) {
				s.result(s.apply(op, s.normal(2, 3, 2, from), s.normal(3, 5)))
			}},
			Case{Name: name + "_constant", build: func(s *sketch) {
				op.Weight = s.weight(weights.F32, 3, 5)
				s.result(s.apply(op, s.normal(2, 3, from)))
			}},
			Case{Name: name + "_q8_0", build: func(s *sketch) {
				q8 := op
				q8.Weight = s.weight(weights.Q8_0, 32, 64)
				width := 64
				if transposed {
					width = 32
				}
				s.result(s.apply(q8, s.normal(2, width)))
			}},
		)
	}
	return cases
}
