package optest

import (
	"unnoise/model/graph"
	"unnoise/model/weights"
)

// bankInput declares the kernels of a convolution as an input, of a size that keeps
// what they multiply.
func (s *sketch) bankInput(shape ...int) graph.ID {
	return s.spread(0, 0.3, shape...)
}

// convValueCases are convolutions whose weights are inputs.
func convValueCases() []Case {
	return []Case{
		{Name: "conv2d/weight_input", build: func(s *sketch) {
			s.result(s.apply(graph.Conv2D{Stride: 1, Pad: graph.Same(1)}, s.normal(2, 5, 7, 6), s.bankInput(9, 3, 3, 6), s.normal(9)))
		}},
		{Name: "conv2d/weight_input_tiles", build: func(s *sketch) {
			s.result(s.apply(graph.Conv2D{Stride: 1, Pad: graph.Same(1)}, s.normal(1, 9, 10, 16), s.bankInput(20, 3, 3, 16), s.normal(20)))
		}},
		{Name: "conv2d/weight_input_1x1", build: func(s *sketch) {
			s.result(s.apply(graph.Conv2D{Stride: 1}, s.normal(1, 9, 10, 8), s.bankInput(12, 1, 1, 8)))
		}},
		{Name: "conv2d/weight_input_stride_2", build: func(s *sketch) {
			s.result(s.apply(graph.Conv2D{Stride: 2, Pad: graph.Padding{Bottom: 1, Right: 1}}, s.normal(2, 6, 8, 4), s.bankInput(8, 3, 3, 4)))
		}},
		{Name: "conv2d/weight_input_groups", build: func(s *sketch) {
			s.result(s.apply(graph.Conv2D{Stride: 1, Pad: graph.Same(1), Groups: 2}, s.normal(1, 5, 6, 6), s.bankInput(4, 3, 3, 3), s.normal(4)))
		}},
		{Name: "conv2d/weight_input_depthwise", build: func(s *sketch) {
			s.result(s.apply(graph.Conv2D{Stride: 1, Pad: graph.Same(3), Groups: 8}, s.normal(1, 9, 6, 8), s.bankInput(8, 7, 7, 1), s.normal(8)))
		}},
		{Name: "conv2d/weight_shared_by_two", build: func(s *sketch) {
			x, w := s.normal(1, 5, 6, 8), s.bankInput(8, 3, 3, 8)
			op := graph.Conv2D{Stride: 1, Pad: graph.Same(1)}
			s.result(s.apply(op, s.silu(s.apply(op, x, w)), w))
		}},
		{Name: "conv_transpose2d/weight_input", build: func(s *sketch) {
			s.result(s.apply(graph.ConvTranspose2D{Stride: 2, Pad: graph.Same(1)}, s.normal(2, 4, 5, 6), s.bankInput(6, 4, 4, 5), s.normal(5)))
		}},
		{Name: "conv_transpose2d/weight_input_stride_1", build: func(s *sketch) {
			s.result(s.apply(graph.ConvTranspose2D{Stride: 1, Pad: graph.Same(1)}, s.normal(1, 6, 5, 16), s.bankInput(16, 3, 3, 20)))
		}},
		{Name: "conv_transpose2d/weight_input_groups", build: func(s *sketch) {
			s.result(s.apply(graph.ConvTranspose2D{Stride: 2, Pad: graph.Same(1), Groups: 2}, s.normal(1, 6, 5, 6), s.bankInput(6, 3, 3, 4)))
		}},
	}
}

// transposedConv is a transposed convolution case.
type transposedConv struct {
	name          string
	n, h, w       int
	in, out       int
	size          int
	stride        int
	pad           graph.Padding
	outputPadding [2]int
	groups        int
	dilation      int
	weight        weights.Type
	bias          bool
}

func convTranspose2DCases() []Case {
	f32, none := weights.F32, [2]int{}
	table := []transposedConv{
		{"4x4_stride_2", 2, 4, 5, 6, 9, 4, 2, graph.Same(1), none, 1, 1, f32, true},
		{"4x4_stride_2_tiles", 1, 7, 6, 16, 20, 4, 2, graph.Same(1), none, 1, 1, f32, true},
		{"3x3_stride_2_tiles", 2, 5, 6, 12, 8, 3, 2, graph.Same(1), [2]int{1, 0}, 1, 1, f32, true},
		{"3x3_stride_1", 1, 6, 5, 5, 7, 3, 1, graph.Same(1), none, 1, 1, f32, true},
		{"3x3_stride_1_tiles", 1, 9, 10, 16, 20, 3, 1, graph.Same(1), none, 1, 1, f32, true},
		{"3x3_stride_1_few_channels", 2, 5, 6, 4, 8, 3, 1, graph.Same(1), none, 1, 1, f32, false},
		{"3x3_stride_1_unpadded", 1, 5, 4, 8, 4, 3, 1, graph.Same(0), none, 1, 1, f32, true},
		{"3x3_stride_1_cut_hard", 1, 7, 8, 4, 4, 3, 1, graph.Padding{Top: 3, Bottom: 1, Left: 2, Right: 4}, none, 1, 1, f32, true},
		{"1x1", 1, 5, 6, 8, 12, 1, 1, graph.Same(0), none, 1, 1, f32, true},
		{"1x1_stride_2", 1, 3, 4, 8, 4, 1, 2, graph.Same(0), [2]int{1, 1}, 1, 1, f32, true},
		{"5x5_stride_3", 1, 3, 4, 3, 4, 5, 3, graph.Same(1), [2]int{2, 1}, 1, 1, f32, false},
		{"padded_unevenly", 1, 4, 5, 4, 8, 3, 2, graph.Padding{Bottom: 1, Right: 1}, none, 1, 1, f32, true},
		{"dilated", 1, 5, 4, 3, 5, 3, 1, graph.Same(1), [2]int{1, 0}, 1, 2, f32, true},
		{"dilated_stride_2_tiles", 1, 5, 4, 8, 8, 3, 2, graph.Same(2), [2]int{0, 1}, 1, 3, f32, true},
		{"groups", 1, 4, 5, 6, 9, 3, 2, graph.Same(1), none, 3, 1, f32, true},
		{"groups_stride_1", 2, 5, 6, 6, 4, 3, 1, graph.Same(1), none, 2, 1, f32, true},
		{"depthwise_stride_1", 1, 8, 11, 8, 8, 7, 1, graph.Same(3), none, 8, 1, f32, true},
		{"depthwise_stride_2", 1, 5, 4, 8, 8, 4, 2, graph.Same(1), none, 8, 1, f32, true},
		{"f16", 1, 4, 5, 6, 8, 4, 2, graph.Same(1), none, 1, 1, weights.F16, true},
		{"q8_0", 1, 4, 5, 8, 32, 4, 2, graph.Same(1), none, 1, 1, weights.Q8_0, true},
		{"q8_0_stride_1", 1, 4, 5, 24, 32, 3, 1, graph.Same(1), none, 1, 1, weights.Q8_0, true},
		{"q4_0_blocks_across_taps", 1, 4, 5, 8, 24, 4, 2, graph.Same(1), none, 1, 1, weights.Q4_0, true},
	}
	cases := make([]Case, len(table))
	for i, c := range table {
		cases[i] = Case{Name: "conv_transpose2d/" + c.name, build: c.build}
	}
	return cases
}

func (c transposedConv) build(s *sketch) {
	x := s.normal(c.n, c.h, c.w, c.in)
	op := graph.ConvTranspose2D{
		Weight: s.weight(c.weight, c.in, c.out/c.groups, c.size, c.size),
		Stride: c.stride, Pad: c.pad, OutputPadding: c.outputPadding, Groups: c.groups, Dilation: c.dilation,
	}
	if c.bias {
		op.Bias = s.vector(vectorType(c.weight), 0, c.out)
	}
	s.result(s.apply(op, x))
}

func convWeightGradCases() []Case {
	type weightGrad struct {
		name       string
		x          []int
		out        int
		op         graph.Conv2DWeightGrad
		outH, outW int
	}
	table := []weightGrad{
		{"3x3", []int{2, 5, 7, 6}, 9, graph.Conv2DWeightGrad{KernelH: 3, KernelW: 3, Stride: 1, Pad: graph.Same(1)}, 5, 7},
		{"3x3_tiles", []int{2, 13, 9, 12}, 20, graph.Conv2DWeightGrad{KernelH: 3, KernelW: 3, Stride: 1, Pad: graph.Same(1)}, 13, 9},
		{"3x3_many_pixels", []int{3, 40, 37, 4}, 4, graph.Conv2DWeightGrad{KernelH: 3, KernelW: 3, Stride: 1, Pad: graph.Same(1)}, 40, 37},
		{"1x1", []int{1, 6, 5, 8}, 4, graph.Conv2DWeightGrad{KernelH: 1, KernelW: 1, Stride: 1}, 6, 5},
		{"stride_2_pad_0101", []int{1, 8, 9, 8}, 12, graph.Conv2DWeightGrad{KernelH: 3, KernelW: 3, Stride: 2, Pad: graph.Padding{Bottom: 1, Right: 1}}, 4, 4},
		{"dilated", []int{1, 8, 7, 4}, 8, graph.Conv2DWeightGrad{KernelH: 3, KernelW: 3, Stride: 1, Pad: graph.Same(2), Dilation: 2}, 8, 7},
		{"5x3_cropped", []int{1, 8, 7, 5}, 3, graph.Conv2DWeightGrad{KernelH: 5, KernelW: 3, Stride: 1, Pad: graph.Padding{Top: 2, Bottom: 2, Left: -1, Right: 1}}, 8, 5},
		{"groups", []int{2, 5, 6, 6}, 9, graph.Conv2DWeightGrad{KernelH: 3, KernelW: 3, Stride: 1, Pad: graph.Same(1), Groups: 3}, 5, 6},
		{"groups_tiles", []int{1, 5, 6, 16}, 8, graph.Conv2DWeightGrad{KernelH: 3, KernelW: 3, Stride: 1, Pad: graph.Same(1), Groups: 2}, 5, 6},
		{"depthwise", []int{2, 9, 6, 8}, 8, graph.Conv2DWeightGrad{KernelH: 7, KernelW: 7, Stride: 1, Pad: graph.Same(3), Groups: 8}, 9, 6},
	}
	cases := make([]Case, len(table))
	for i, c := range table {
		cases[i] = Case{Name: "conv2d_weight_grad/" + c.name, build: func(s *sketch) {
			s.result(s.apply(c.op, s.normal(c.x...), s.normal(c.x[0], c.outH, c.outW, c.out)))
		}}
	}
	return cases
}
