package optest

import (
	"fmt"

	"unnoise/model/graph"
)

func matMulCases() []Case {
	type product struct {
		name    string
		lead    []int
		m, k, n int
	}
	table := []product{
		{"square", nil, 8, 8, 8},
		{"odd", nil, 5, 7, 3},
		{"whole_tiles", nil, 64, 32, 68},
		{"tiles_and_rests", nil, 37, 44, 52},
		{"one_row", nil, 1, 12, 8},
		{"one_column", nil, 9, 12, 1},
		{"one_product", nil, 6, 1, 8},
		{"long", nil, 4, 1030, 4},
		{"batch", []int{3}, 9, 8, 12},
		{"batch_odd", []int{2, 2}, 5, 6, 7},
	}
	var cases []Case
	for _, c := range table {
		for _, op := range []graph.MatMul{{}, {TransposeA: true}, {TransposeB: true}, {TransposeA: true, TransposeB: true}} {
			cases = append(cases, Case{Name: fmt.Sprintf("matmul/%s%s", c.name, suffix(op)), build: func(s *sketch) {
				s.result(s.product(op, c.lead, c.m, c.k, c.n))
			}})
		}
	}
	return cases
}

func suffix(op graph.MatMul) string {
	out := ""
	if op.TransposeA {
		out += "_ta"
	}
	if op.TransposeB {
		out += "_tb"
	}
	return out
}

// product multiplies two inputs of which op makes [lead, m, k]·[lead, k, n].
func (s *sketch) product(op graph.MatMul, lead []int, m, k, n int) graph.ID {
	extents := func(rows, columns int, transposed bool) []int {
		if transposed {
			rows, columns = columns, rows
		}
		return append(append([]int(nil), lead...), rows, columns)
	}
	return s.apply(op, s.normal(extents(m, k, op.TransposeA)...), s.normal(extents(k, n, op.TransposeB)...))
}

func matMulGradients() []Case {
	var cases []Case
	for _, op := range []graph.MatMul{{}, {TransposeA: true}, {TransposeB: true}, {TransposeA: true, TransposeB: true}} {
		cases = append(cases, Case{Name: "matmul" + suffix(op), build: func(s *sketch) {
			s.result(s.product(op, []int{2}, 3, 5, 2))
		}})
	}
	return cases
}
