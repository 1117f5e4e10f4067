package optest

import (
	"fmt"

	"unnoise/model/graph"
	"unnoise/model/weights"
)

// conv is a convolution case: a picture and a bank of kernels.
type conv struct {
	name             string
	n, h, w, in, out int
	kernelH, kernelW int
	stride           int
	pad              graph.Padding
	weight           weights.Type
	bias             bool
	groups, dilation int
}

func conv2DCases() []Case {
	q8, q4, f16, f32 := weights.Q8_0, weights.Q4_0, weights.F16, weights.F32
	downsample := graph.Padding{Bottom: 1, Right: 1} // DDPM's (0,1,0,1)
	table := []conv{
		{"1x1", 1, 5, 7, 6, 10, 1, 1, 1, graph.Same(0), f32, true, 1, 1},
		{"1x1_one_channel", 2, 3, 4, 1, 1, 1, 1, 1, graph.Same(0), f32, false, 1, 1},
		{"3x3", 1, 8, 8, 8, 8, 3, 3, 1, graph.Same(1), f32, true, 1, 1},
		{"3x3_odd_sizes", 1, 5, 7, 3, 5, 3, 3, 1, graph.Same(1), f32, true, 1, 1},
		{"3x3_no_bias", 1, 6, 5, 4, 6, 3, 3, 1, graph.Same(1), f32, false, 1, 1},
		{"3x3_batch", 3, 4, 6, 7, 9, 3, 3, 1, graph.Same(1), f32, true, 1, 1},
		{"3x3_to_one_channel", 2, 9, 6, 12, 1, 3, 3, 1, graph.Same(1), f32, true, 1, 1},
		{"3x3_one_pixel", 2, 1, 1, 8, 12, 3, 3, 1, graph.Same(1), f32, true, 1, 1},
		{"3x3_one_row", 1, 1, 13, 8, 12, 3, 3, 1, graph.Same(1), f32, true, 1, 1},
		{"3x3_one_column", 1, 13, 1, 8, 12, 3, 3, 1, graph.Same(1), f32, true, 1, 1},
		{"3x3_wide", 1, 17, 33, 16, 20, 3, 3, 1, graph.Same(1), f32, true, 1, 1},
		{"3x3_many_channels", 1, 4, 4, 132, 68, 3, 3, 1, graph.Same(1), f32, true, 1, 1},
		{"3x3_whole_tiles", 1, 16, 16, 32, 64, 3, 3, 1, graph.Same(1), f32, true, 1, 1},
		{"3x3_tiles_and_rests", 1, 18, 14, 36, 44, 3, 3, 1, graph.Same(1), f32, true, 1, 1},
		{"3x3_unpadded", 1, 7, 6, 5, 4, 3, 3, 1, graph.Same(0), f32, true, 1, 1},
		{"3x3_padded_unevenly", 1, 6, 5, 4, 8, 3, 3, 1, graph.Padding{Top: 2, Bottom: 0, Left: 1, Right: 3}, f32, true, 1, 1},
		{"3x3_stride_2", 2, 8, 6, 8, 12, 3, 3, 2, graph.Same(1), f32, true, 1, 1},
		{"3x3_stride_2_odd_sizes", 1, 7, 9, 6, 10, 3, 3, 2, graph.Same(1), f32, true, 1, 1},
		{"3x3_stride_2_pad_0101", 2, 8, 10, 8, 12, 3, 3, 2, downsample, f32, true, 1, 1},
		{"3x3_stride_2_pad_0101_odd_sizes", 1, 9, 7, 5, 7, 3, 3, 2, downsample, f32, true, 1, 1},
		{"3x3_stride_3", 1, 10, 11, 4, 4, 3, 3, 3, graph.Same(1), f32, true, 1, 1},
		{"5x5", 1, 9, 6, 6, 10, 5, 5, 1, graph.Same(2), f32, true, 1, 1},
		{"5x3", 1, 6, 9, 4, 6, 5, 3, 1, graph.Padding{Top: 2, Bottom: 2, Left: 1, Right: 1}, f32, true, 1, 1},
		{"4x4_stride_2", 2, 8, 6, 6, 9, 4, 4, 2, graph.Same(1), f32, true, 1, 1},
		{"4x4_stride_2_tiles", 1, 14, 12, 16, 20, 4, 4, 2, graph.Same(1), f32, true, 1, 1},
		{"1x1_stride_2", 1, 5, 6, 8, 4, 1, 1, 2, graph.Same(0), f32, true, 1, 1},

		{"f16_3x3", 1, 5, 6, 7, 9, 3, 3, 1, graph.Same(1), f16, true, 1, 1},
		{"f16_3x3_even_channels", 1, 5, 6, 32, 16, 3, 3, 1, graph.Same(1), f16, true, 1, 1},
		{"f16_1x1", 1, 5, 6, 7, 9, 1, 1, 1, graph.Same(0), f16, true, 1, 1},
		{"f16_stride_2_pad_0101", 1, 6, 8, 6, 8, 3, 3, 2, downsample, f16, true, 1, 1},
		{"q8_0_3x3", 1, 6, 7, 32, 10, 3, 3, 1, graph.Same(1), q8, true, 1, 1},
		{"q8_0_3x3_many_channels", 1, 4, 5, 96, 64, 3, 3, 1, graph.Same(1), q8, true, 1, 1},
		{"q8_0_1x1", 2, 5, 3, 64, 12, 1, 1, 1, graph.Same(0), q8, true, 1, 1},
		{"q8_0_stride_2", 1, 8, 6, 32, 32, 3, 3, 2, graph.Same(1), q8, true, 1, 1},
		{"q8_0_stride_2_pad_0101", 1, 8, 6, 32, 32, 3, 3, 2, downsample, q8, true, 1, 1},
		{"q8_0_5x5", 1, 6, 5, 32, 6, 5, 5, 1, graph.Same(2), q8, true, 1, 1},
		{"q8_0_blocks_across_taps", 1, 6, 5, 24, 7, 2, 2, 1, downsample, q8, true, 1, 1},
		{"q4_0_3x3", 1, 6, 7, 32, 10, 3, 3, 1, graph.Same(1), q4, true, 1, 1},
		{"q4_0_3x3_many_channels", 1, 4, 5, 96, 64, 3, 3, 1, graph.Same(1), q4, true, 1, 1},
		{"q4_0_1x1", 2, 5, 3, 64, 12, 1, 1, 1, graph.Same(0), q4, true, 1, 1},
		{"q4_0_stride_2", 1, 8, 6, 32, 32, 3, 3, 2, graph.Same(1), q4, true, 1, 1},
		{"q4_0_blocks_across_taps", 1, 6, 5, 24, 7, 2, 2, 1, downsample, q4, true, 1, 1},

		{"7x7", 1, 9, 8, 6, 5, 7, 7, 1, graph.Same(3), f32, true, 1, 1},
		{"1x7", 2, 5, 11, 8, 12, 1, 7, 1, graph.Padding{Left: 3, Right: 3}, f32, true, 1, 1},
		{"7x1_odd_channels", 1, 10, 5, 3, 7, 7, 1, 1, graph.Padding{Top: 3, Bottom: 3}, f32, false, 1, 1},
		{"3x3_cropped", 1, 9, 8, 4, 8, 3, 3, 1, graph.Padding{Top: -2, Bottom: 1, Left: 1, Right: -1}, f32, true, 1, 1},
		{"dilated", 2, 9, 8, 5, 6, 3, 3, 1, graph.Same(2), f32, true, 1, 2},
		{"dilated_tiles", 1, 14, 13, 16, 20, 3, 3, 1, graph.Same(4), f32, true, 1, 4},
		{"dilated_stride_2", 1, 11, 9, 8, 8, 3, 3, 2, graph.Padding{Top: 1, Bottom: 2, Left: 3}, f32, false, 1, 3},
		{"groups", 2, 6, 7, 6, 9, 3, 3, 1, graph.Same(1), f32, true, 3, 1},
		{"groups_tiles", 1, 9, 7, 32, 24, 3, 3, 1, graph.Same(1), f32, true, 2, 1},
		{"groups_tiles_stride_2", 2, 9, 8, 24, 24, 5, 3, 2, graph.Padding{Top: 2, Bottom: 2, Left: 1, Right: 1}, f32, false, 3, 1},
		{"groups_dilated", 1, 9, 8, 8, 12, 3, 3, 1, graph.Same(2), f32, true, 4, 2},
		{"groups_1x1", 1, 5, 7, 12, 6, 1, 1, 1, graph.Same(0), f32, true, 2, 1},
		{"groups_f16", 1, 6, 7, 6, 9, 3, 3, 1, graph.Same(1), f16, true, 3, 1},
		{"groups_q8_0", 1, 6, 7, 64, 8, 3, 3, 1, graph.Same(1), q8, true, 2, 1},
		{"depthwise", 2, 6, 9, 8, 8, 3, 3, 1, graph.Same(1), f32, true, 8, 1},
		{"depthwise_7x7", 1, 13, 18, 12, 12, 7, 7, 1, graph.Same(3), f32, true, 12, 1},
		{"depthwise_odd_channels", 1, 7, 5, 7, 7, 3, 3, 1, graph.Same(1), f32, true, 7, 1},
		{"depthwise_stride_2_pad_0101", 1, 9, 8, 8, 8, 3, 3, 2, downsample, f32, false, 8, 1},
		{"depthwise_dilated", 1, 9, 10, 8, 8, 3, 3, 1, graph.Same(2), f32, true, 8, 2},
		{"depthwise_multiplier", 1, 5, 6, 4, 8, 3, 3, 1, graph.Same(1), f32, true, 4, 1},
		{"depthwise_f16", 1, 6, 9, 8, 8, 7, 7, 1, graph.Same(3), f16, true, 8, 1},
	}
	cases := make([]Case, len(table))
	for i, c := range table {
		cases[i] = Case{Name: fmt.Sprintf("conv2d/%s", c.name), build: c.build}
	}
	return cases
}

func (c conv) build(s *sketch) {
	x := s.normal(c.n, c.h, c.w, c.in)
	op := graph.Conv2D{
		Weight: s.weight(c.weight, c.out, c.in/c.groups, c.kernelH, c.kernelW),
		Stride: c.stride, Pad: c.pad, Groups: c.groups, Dilation: c.dilation,
	}
	if c.bias {
		op.Bias = s.vector(vectorType(c.weight), 0, c.out)
	}
	s.result(s.apply(op, x))
}

// vectorType is how vectors are stored beside weights of type t: never in blocks.
func vectorType(t weights.Type) weights.Type {
	if t == weights.F32 {
		return weights.F32
	}
	return weights.F16
}
