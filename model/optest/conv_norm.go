package optest

import (
	"unnoise/model/graph"
	"unnoise/model/weights"
)

// convNorms are norms of what a convolution has just stored, whose kernel may take their
// moments: of tiles that the edges cut, of many tiles, of large means.
func convNorms() []Case {
	conv := func(s *sketch, x graph.ID, out int, mean float64) graph.ID {
		return s.apply(graph.Conv2D{
			Weight: s.weight(weights.F32, out, s.channels(x), 3, 3), Bias: s.vector(weights.F32, mean, out),
			Stride: 1, Pad: graph.Same(1),
		}, x)
	}
	return []Case{
		{Name: "chain/conv_norm_silu", build: func(s *sketch) {
			s.result(s.silu(s.norm(conv(s, s.normal(2, 7, 5, 16), 32, 0), 8)))
		}},
		{Name: "chain/conv_norm_many_tiles", build: func(s *sketch) {
			s.result(s.norm(conv(s, s.normal(1, 23, 19, 16), 16, 0), 2))
		}},
		{Name: "chain/conv_norm_one_group", build: func(s *sketch) {
			s.result(s.norm(conv(s, s.normal(2, 3, 6, 16), 20, 0), 1))
		}},
		{Name: "chain/conv_norm_mixed_groups", build: func(s *sketch) { // six channels a group
			s.result(s.norm(conv(s, s.normal(1, 6, 4, 16), 24, 0), 4))
		}},
		{Name: "chain/conv_two_norms", build: func(s *sketch) {
			x := conv(s, s.normal(1, 6, 5, 16), 16, 0)
			s.result(s.norm(x, 4), s.norm(x, 2))
		}},
		{Name: "chain/conv_add_channel_add_norm_and_itself", build: func(s *sketch) {
			x := s.normal(2, 5, 6, 16)
			y := s.add(s.apply(graph.AddChannel{}, conv(s, x, 16, 0), s.normal(2, 16)), x)
			s.result(s.add(y, s.silu(s.norm(y, 4))))
		}},
		// The sums are rounded at a hundred times their deviation.
		{Name: "chain/conv_norm_large_mean", loosened: 1e-4, build: func(s *sketch) {
			x := conv(s, s.normal(2, 9, 6, 16), 16, 0)
			s.result(s.norm(s.apply(graph.AddChannel{}, x, s.spread(100, 0, 2, 16)), 4))
		}},
	}
}

// normConvs are norms of what a convolution alone reads, whose kernel may normalise what it
// loads: of tiles that the edges cut, of many slabs, of two values side by side.
func normConvs() []Case {
	return []Case{
		{Name: "chain/norm_silu_conv_fitting", build: func(s *sketch) {
			s.result(s.conv(s.silu(s.norm(s.normal(2, 7, 5, 16), 4)), 20, 3))
		}},
		{Name: "chain/norm_conv_many_slabs", build: func(s *sketch) {
			s.result(s.conv(s.norm(s.normal(1, 23, 19, 16), 1), 16, 3))
		}},
		{Name: "chain/concat_norm_silu_conv_fitting", build: func(s *sketch) {
			x := s.apply(graph.Concat{}, s.normal(2, 6, 9, 12), s.normal(2, 6, 9, 20))
			s.result(s.conv(s.silu(s.norm(x, 4)), 16, 3))
		}},
		{Name: "chain/norm_scale_shift_silu_conv_fitting", build: func(s *sketch) {
			x := s.apply(graph.ScaleShift{}, s.norm(s.normal(2, 5, 8, 16), 2), s.normal(2, 32))
			s.result(s.conv(s.silu(x), 24, 3))
		}},
		{Name: "chain/norm_silu_conv_add_and_itself", build: func(s *sketch) {
			x := s.normal(1, 8, 8, 32)
			s.result(s.add(s.conv(s.silu(s.norm(x, 8)), 32, 3), x))
		}},
		{Name: "chain/norm_read_twice", build: func(s *sketch) {
			y := s.silu(s.norm(s.normal(1, 6, 5, 16), 4))
			s.result(s.conv(y, 16, 3), y)
		}},
		{Name: "chain/norm_conv_1x1", build: func(s *sketch) {
			s.result(s.conv(s.norm(s.normal(1, 6, 5, 16), 4), 16, 1))
		}},
		// The norm's input is rounded at a hundred times its deviation.
		{Name: "chain/norm_silu_conv_large_mean", loosened: 1e-4, build: func(s *sketch) {
			x := s.apply(graph.AddChannel{}, s.normal(2, 9, 6, 16), s.spread(100, 0, 2, 16))
			s.result(s.conv(s.silu(s.norm(x, 4)), 16, 3))
		}},
	}
}

// splitProducts are products with few results of many channels.
func splitProducts() []Case {
	return []Case{
		{Name: "linear/few_results", build: func(s *sketch) {
			x := s.normal(5, 264)
			s.result(s.silu(s.linear(x, 20)), s.add(s.normal(5, 12), s.linear(x, 12)))
		}},
		{Name: "linear/one_row_of_many", build: func(s *sketch) { s.result(s.linear(s.normal(1, 516), 8)) }},
		{Name: "chain/concat_conv_1x1_few_results", build: func(s *sketch) {
			x := s.apply(graph.Concat{}, s.normal(1, 3, 3, 40), s.normal(1, 3, 3, 36))
			s.result(s.add(s.conv(x, 12, 1), s.normal(1, 3, 3, 12)))
		}},
		{Name: "chain/conv_few_pixels", build: func(s *sketch) { s.result(s.conv(s.normal(1, 2, 3, 72), 16, 3)) }},
		{Name: "conv2d/many_tiles_of_64", build: func(s *sketch) {
			s.result(s.apply(graph.Conv2D{
				Weight: s.weight(weights.F32, 76, 20, 5, 5), Bias: s.vector(weights.F32, 0, 76),
				Stride: 2, Pad: graph.Same(2),
			}, s.normal(2, 13, 11, 20)))
		}},
	}
}
