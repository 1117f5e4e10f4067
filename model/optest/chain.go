package optest

import (
	"math"

	"unnoise/model/graph"
	"unnoise/model/weights"
)

// chainCases are the neighbourhoods of a U-Net, which executors fuse, and the
// neighbourhoods that look alike but must not be fused.
func chainCases() []Case {
	return []Case{
		{Name: "chain/norm_silu", build: func(s *sketch) { s.result(s.silu(s.norm(s.normal(2, 5, 7, 12), 4))) }},
		{Name: "chain/norm_silu_conv", build: func(s *sketch) { s.result(s.conv(s.silu(s.norm(s.normal(2, 5, 7, 12), 4)), 10, 3)) }},
		{Name: "chain/norm_scale_shift_silu", build: func(s *sketch) {
			x := s.norm(s.normal(2, 5, 7, 12), 4)
			s.result(s.silu(s.apply(graph.ScaleShift{}, x, s.normal(2, 24))))
		}},
		{Name: "chain/norm_scale_shift_silu_conv", build: func(s *sketch) {
			x := s.norm(s.normal(3, 4, 5, 10), 5)
			s.result(s.conv(s.silu(s.apply(graph.ScaleShift{}, x, s.normal(3, 20))), 6, 3))
		}},
		{Name: "chain/upsample_conv", build: upsampleConv(weights.F32, 2, 3, 5, 6, 9)},
		{Name: "chain/upsample_conv_one_pixel", build: upsampleConv(weights.F32, 1, 1, 1, 8, 8)},
		{Name: "chain/upsample_conv_q8_0", build: upsampleConv(weights.Q8_0, 1, 4, 3, 32, 16)},
		{Name: "chain/concat_conv", build: concatConv(weights.F32, 8, 4, 3)},
		{Name: "chain/concat_conv_odd_channels", build: concatConv(weights.F32, 5, 7, 3)},
		{Name: "chain/concat_conv_1x1", build: concatConv(weights.F32, 5, 7, 1)},
		{Name: "chain/concat_conv_q8_0", build: concatConv(weights.Q8_0, 32, 64, 3)},
		{Name: "chain/concat_conv_q8_0_blocks_across_inputs", build: concatConv(weights.Q8_0, 20, 44, 1)},
		{Name: "chain/concat_norm_silu_conv", build: func(s *sketch) {
			x := s.apply(graph.Concat{}, s.normal(2, 5, 4, 9), s.normal(2, 5, 4, 6))
			s.result(s.conv(s.silu(s.norm(x, 3)), 7, 3))
		}},
		{Name: "chain/conv_add_channel", build: func(s *sketch) {
			s.result(s.apply(graph.AddChannel{}, s.conv(s.normal(2, 5, 7, 6), 9, 3), s.normal(2, 9)))
		}},
		{Name: "chain/conv_add", build: func(s *sketch) { s.result(s.add(s.conv(s.normal(2, 5, 7, 6), 9, 3), s.normal(2, 5, 7, 9))) }},
		{Name: "chain/add_conv_second", build: func(s *sketch) { s.result(s.add(s.normal(2, 5, 7, 9), s.conv(s.normal(2, 5, 7, 6), 9, 3))) }},
		{Name: "chain/conv_add_conv", build: func(s *sketch) {
			x := s.normal(1, 5, 6, 7)
			s.result(s.add(s.conv(x, 9, 1), s.conv(x, 9, 3)))
		}},
		{Name: "chain/conv_add_to_itself", build: func(s *sketch) {
			x := s.conv(s.normal(1, 5, 6, 7), 9, 3)
			s.result(s.add(x, x))
		}},
		{Name: "chain/conv_add_channel_add", build: func(s *sketch) {
			x := s.normal(2, 5, 7, 8)
			s.result(s.add(x, s.apply(graph.AddChannel{}, s.conv(x, 8, 3), s.normal(2, 8))))
		}},
		{Name: "chain/conv_add_affine", build: func(s *sketch) {
			x := s.normal(2, 4, 3, 8)
			s.result(s.apply(graph.Affine{Factor: 1 / 1.25}, s.add(x, s.conv(x, 8, 3))))
		}},
		{Name: "chain/affine_conv", build: func(s *sketch) {
			s.result(s.conv(s.apply(graph.Affine{Factor: 2, Offset: -1}, s.normal(1, 5, 6, 3)), 8, 3))
		}},
		{Name: "chain/linear_add_in_place", build: func(s *sketch) {
			x := s.normal(2, 3, 5, 12)
			s.result(s.add(s.linear(x, 12), x))
		}},
		{Name: "chain/silu_shared", build: func(s *sketch) {
			x := s.silu(s.normal(2, 20))
			s.result(s.linear(x, 7), s.linear(x, 9))
		}},
		{Name: "chain/middle_is_an_output", build: func(s *sketch) {
			norm := s.norm(s.normal(1, 5, 6, 8), 4)
			conv := s.conv(s.silu(norm), 8, 3)
			s.result(s.add(conv, norm), conv, norm)
		}},
		{Name: "chain/skip_read_late", build: func(s *sketch) {
			first := s.conv(s.normal(1, 6, 6, 4), 8, 3)
			x := first
			for range 3 {
				x = s.silu(s.conv(x, 8, 3))
			}
			s.result(s.conv(s.apply(graph.Concat{}, x, first), 5, 3))
		}},
		{Name: "chain/embeddings", build: embeddings},
		{Name: "chain/attention_block", build: attentionBlock(1)},
		{Name: "chain/attention_block_heads", build: attentionBlock(3)},
		{Name: "chain/resnet", build: func(s *sketch) { s.result(resnet(s, s.normal(2, 5, 7, 8), s.normal(2, 18), 8, false)) }},
		{Name: "chain/resnet_shortcut", build: func(s *sketch) { s.result(resnet(s, s.normal(2, 5, 7, 8), s.normal(2, 18), 12, false)) }},
		{Name: "chain/resnet_scale_shift", build: func(s *sketch) { s.result(resnet(s, s.normal(2, 5, 7, 8), s.normal(2, 18), 12, true)) }},
		{Name: "chain/unet", build: unet},
	}
}

func upsampleConv(t weights.Type, n, h, w, in, out int) func(*sketch) {
	return func(s *sketch) {
		x := s.apply(graph.Upsample{}, s.normal(n, h, w, in))
		s.result(s.apply(graph.Conv2D{
			Weight: s.weight(t, out, in, 3, 3), Bias: s.vector(vectorType(t), 0, out),
			Stride: 1, Pad: graph.Same(1),
		}, x))
	}
}

func concatConv(t weights.Type, a, b, size int) func(*sketch) {
	return func(s *sketch) {
		x := s.apply(graph.Concat{}, s.normal(2, 5, 4, a), s.normal(2, 5, 4, b))
		s.result(s.apply(graph.Conv2D{
			Weight: s.weight(t, 10, a+b, size, size), Bias: s.vector(vectorType(t), 0, 10),
			Stride: 1, Pad: graph.Same(size / 2),
		}, x))
	}
}

// embeddings is a U-Net's time and class embedding.
func embeddings(s *sketch) {
	t := s.values([]float32{3, 12, 40}, 3)
	labels := s.values([]float32{4, 0, 2}, 3)
	x := s.apply(graph.Sinusoidal{Dim: 8, FlipSinToCos: true, MaxPeriod: 10000}, t)
	x = s.linear(s.silu(s.linear(x, 32)), 32)
	s.result(s.add(x, s.apply(graph.Embedding{Weight: s.weight(weights.F32, 5, 32)}, labels)))
}

func attentionBlock(heads int) func(*sketch) {
	return func(s *sketch) {
		x := s.normal(2, 5, 3, 12)
		s.result(attend(s, x, heads))
	}
}

// attend is diffusers' Attention with a residual.
func attend(s *sketch, x graph.ID, heads int) graph.ID {
	c := s.channels(x)
	h := s.norm(x, 4)
	scale := 1 / math.Sqrt(float64(c/heads))
	h = s.apply(graph.Attention{Heads: heads, Scale: scale}, s.linear(h, c), s.linear(h, c), s.linear(h, c))
	return s.add(s.linear(h, c), x)
}

// resnet is diffusers' ResnetBlock2D.
func resnet(s *sketch, x, embedding graph.ID, out int, scaleShift bool) graph.ID {
	width := out
	if scaleShift {
		width = 2 * out
	}
	shift := s.linear(s.silu(embedding), width)
	h := s.conv(s.silu(s.norm(x, 4)), out, 3)
	if scaleShift {
		h = s.apply(graph.ScaleShift{}, s.norm(h, 4), shift)
	} else {
		h = s.norm(s.apply(graph.AddChannel{}, h, shift), 4)
	}
	h = s.conv(s.silu(h), out, 3)
	if s.channels(x) != out {
		x = s.conv(x, out, 1)
	}
	return s.add(x, h)
}

// unet goes down once and up again, with a skip.
func unet(s *sketch) {
	embedding := s.normal(2, 16)
	skip := resnet(s, s.conv(s.normal(2, 6, 4, 3), 8, 3), embedding, 8, false)
	down := s.apply(graph.Conv2D{
		Weight: s.weight(weights.F32, 8, 8, 3, 3), Bias: s.vector(weights.F32, 0, 8),
		Stride: 2, Pad: graph.Padding{Bottom: 1, Right: 1},
	}, skip)
	middle := attend(s, resnet(s, down, embedding, 12, true), 2)
	up := s.conv(s.apply(graph.Upsample{}, middle), 12, 3)
	x := resnet(s, s.apply(graph.Concat{}, up, skip), embedding, 8, false)
	s.result(s.conv(s.silu(s.norm(x, 4)), 3, 3))
}
