package optest

import (
	"unnoise/model/graph"
	"unnoise/model/weights"
)

// convChains are neighbourhoods of grouped and transposed convolutions: what an
// executor may compute with them, and what it must not.
func convChains() []Case {
	grouped := func(s *sketch, x graph.ID, out, groups int) graph.ID {
		return s.apply(graph.Conv2D{
			Weight: s.weight(weights.F32, out, s.channels(x)/groups, 3, 3), Bias: s.vector(weights.F32, 0, out),
			Stride: 1, Pad: graph.Same(1), Groups: groups,
		}, x)
	}
	transposed := func(s *sketch, x graph.ID, out, stride int) graph.ID {
		return s.apply(graph.ConvTranspose2D{
			Weight: s.weight(weights.F32, s.channels(x), out, 3, 3), Bias: s.vector(weights.F32, 0, out),
			Stride: stride, Pad: graph.Same(1),
		}, x)
	}
	return []Case{
		{Name: "chain/depthwise_add_channel_add", build: func(s *sketch) {
			x := s.normal(2, 5, 7, 8)
			s.result(s.add(x, s.apply(graph.AddChannel{}, grouped(s, x, 8, 8), s.normal(2, 8))))
		}},
		{Name: "chain/groups_add_channel_add", build: func(s *sketch) {
			x := s.normal(2, 5, 7, 6)
			s.result(s.add(s.apply(graph.AddChannel{}, grouped(s, x, 6, 2), s.normal(2, 6)), x))
		}},
		{Name: "chain/upsample_groups", build: func(s *sketch) {
			s.result(grouped(s, s.apply(graph.Upsample{}, s.normal(2, 3, 4, 8)), 8, 2))
		}},
		{Name: "chain/upsample_conv_and_depthwise", build: func(s *sketch) {
			x := s.apply(graph.Upsample{}, s.normal(1, 3, 4, 8))
			s.result(s.conv(x, 8, 3), grouped(s, x, 8, 8))
		}},
		{Name: "chain/concat_groups", build: func(s *sketch) {
			s.result(grouped(s, s.apply(graph.Concat{}, s.normal(2, 3, 4, 4), s.normal(2, 3, 4, 8)), 8, 4))
		}},
		{Name: "chain/concat_upsample_depthwise", build: func(s *sketch) {
			x := s.apply(graph.Concat{}, s.normal(1, 3, 4, 4), s.normal(1, 3, 4, 8))
			s.result(grouped(s, s.apply(graph.Upsample{}, x), 12, 12))
		}},
		{Name: "chain/conv_transpose_add_channel_add", build: func(s *sketch) {
			x := s.normal(2, 4, 5, 8)
			y := s.apply(graph.AddChannel{}, transposed(s, x, 12, 2), s.normal(2, 12))
			s.result(s.add(y, s.normal(2, 7, 9, 12)))
		}},
		{Name: "chain/conv_transpose_stride_1_add", build: func(s *sketch) {
			x := s.normal(2, 4, 5, 16)
			s.result(s.add(x, transposed(s, x, 16, 1)))
		}},
		{Name: "chain/upsample_conv_transpose", build: func(s *sketch) {
			s.result(transposed(s, s.apply(graph.Upsample{}, s.normal(1, 3, 4, 8)), 8, 1))
		}},
		{Name: "chain/concat_conv_weight_input", build: func(s *sketch) {
			x := s.apply(graph.Concat{}, s.normal(1, 3, 4, 4), s.normal(1, 3, 4, 8))
			s.result(s.apply(graph.Conv2D{Stride: 1, Pad: graph.Same(1)}, x, s.bankInput(8, 3, 3, 12), s.normal(8)))
		}},
		{Name: "chain/weight_computed", build: func(s *sketch) {
			w := s.silu(s.bankInput(16, 3, 3, 16))
			s.result(s.apply(graph.Conv2D{Stride: 1, Pad: graph.Same(1)}, s.normal(1, 5, 4, 16), w))
		}},
	}
}
