package optest

import (
	"unnoise/model/graph"
	"unnoise/model/weights"
)

// A mean rounded to float32 leaves up to 1.5e-5 deviations of 1 beside a mean of 300.
const besideLargeMean = 3e-5

func normCases() []Case {
	layer := func(name string, loosened, mean float64, shape ...int) Case {
		return Case{Name: "layer_norm/" + name, loosened: loosened, build: func(s *sketch) {
			c := shape[len(shape)-1]
			s.result(s.apply(graph.LayerNorm{
				Weight: s.vector(weights.F32, 1, c), Bias: s.vector(weights.F32, 0, c), Eps: 1e-5,
			}, s.spread(mean, 1, shape...)))
		}}
	}
	cases := []Case{
		layer("sequence", 0, 0.3, 2, 9, 16),
		layer("picture", 0, 0, 2, 5, 7, 12),
		layer("odd_channels", 0, 0, 3, 4, 13),
		layer("vectors", 0, 0, 5, 33),
		layer("wide", 0, 0, 3, 320),
		layer("mean_far_above_deviation", besideLargeMean, 300, 2, 7, 24),
		{Name: "layer_norm/no_weight_no_bias", build: func(s *sketch) {
			s.result(s.apply(graph.LayerNorm{Eps: 1e-2}, s.spread(0, 0.1, 2, 5, 9)))
		}},
		{Name: "layer_norm/values", build: func(s *sketch) {
			s.result(s.apply(graph.LayerNorm{Eps: 1e-5}, s.normal(2, 5, 12), s.spread(1, 0.5, 12), s.normal(12)))
		}},
		{Name: "group_norm/values", build: func(s *sketch) {
			s.result(s.apply(graph.GroupNorm{Groups: 3, Eps: 1e-5}, s.normal(2, 5, 7, 12), s.spread(1, 0.5, 12), s.normal(12)))
		}},
		{Name: "group_norm/weight_as_value_odd_channels", build: func(s *sketch) {
			s.result(s.apply(graph.GroupNorm{Groups: 5, Eps: 1e-5}, s.normal(2, 3, 5, 15), s.spread(1, 0.5, 15)))
		}},
	}
	return append(cases, groupNormGradCases()...)
}

func groupNormGradCases() []Case {
	grad := func(name string, loosened, mean float64, groups int, shape ...int) Case {
		return Case{Name: "group_norm_grad/" + name, loosened: loosened, build: func(s *sketch) {
			op := graph.GroupNormGrad{Weight: s.vector(weights.F32, 1, shape[3]), Groups: groups, Eps: 1e-5}
			s.result(s.apply(op, s.spread(mean, 1, shape...), s.normal(shape...)))
		}}
	}
	return []Case{
		grad("groups", 0, 0.3, 4, 2, 5, 7, 12),
		grad("odd_channels", 0, -0.5, 5, 1, 5, 3, 15),
		grad("group_per_channel", 0, 0, 7, 2, 6, 5, 7),
		grad("one_group", 0, 0, 1, 1, 4, 4, 8),
		grad("one_pixel", 0, 0, 8, 3, 1, 1, 24),
		grad("many_pixels", 0, 0, 8, 1, 24, 24, 16),
		grad("mean_far_above_deviation", besideLargeMean, 300, 3, 2, 7, 9, 12),
		{Name: "group_norm_grad/weight_as_value", build: func(s *sketch) {
			op := graph.GroupNormGrad{Groups: 3, Eps: 1e-5}
			s.result(s.apply(op, s.normal(2, 5, 3, 9), s.normal(2, 5, 3, 9), s.spread(1, 0.5, 9)))
		}},
		{Name: "group_norm_grad/no_weight_eps_matters", build: func(s *sketch) {
			op := graph.GroupNormGrad{Groups: 2, Eps: 1e-2}
			s.result(s.apply(op, s.spread(0, 0.1, 2, 5, 3, 6), s.normal(2, 5, 3, 6)))
		}},
	}
}

func instanceNormPlusCases() []Case {
	conditional := func(name string, loosened, mean float64, coefficients, rows int, shape ...int) Case {
		return Case{Name: "instance_norm_plus/" + name, loosened: loosened, build: func(s *sketch) {
			s.result(s.apply(graph.InstanceNormPlus{Eps: 1e-5}, s.spread(mean, 1, shape...), s.spread(1, 0.5, rows, coefficients*shape[3])))
		}}
	}
	activated := func(name string, f graph.Unary) Case {
		return Case{Name: "chain/instance_norm_plus_" + name, build: func(s *sketch) {
			x := s.apply(graph.InstanceNormPlus{Eps: 1e-5}, s.normal(2, 5, 7, 6), s.spread(1, 0.5, 2, 18))
			s.result(s.conv(s.apply(f, x), 5, 3))
		}}
	}
	unconditional := func(name string, beta bool) Case {
		return Case{Name: "instance_norm_plus/" + name, build: func(s *sketch) {
			op := graph.InstanceNormPlus{Gamma: s.vector(weights.F32, 1, 12), Alpha: s.vector(weights.F16, 1, 12), Eps: 1e-5}
			if beta {
				op.Beta = s.vector(weights.F32, 0, 12)
			}
			s.result(s.apply(op, s.normal(2, 5, 7, 12)))
		}}
	}
	return []Case{
		conditional("conditional", 0, 0.3, 3, 3, 3, 5, 7, 12),
		conditional("without_beta", 0, 0, 2, 2, 2, 5, 7, 12),
		conditional("odd_channels", 0, 0, 3, 2, 2, 3, 5, 13),
		conditional("two_channels", 0, 0, 3, 1, 1, 4, 3, 2),
		conditional("many_channels", 0, 0, 3, 2, 2, 4, 5, 140),
		conditional("many_pixels", 0, 0, 3, 1, 1, 28, 28, 8),
		conditional("one_row_for_all", 0, 0, 3, 1, 3, 5, 4, 8),
		// The channels' means differ by a tenth from 100: their rounding to float32,
		// up to 4e-6, is up to 4e-5 of their deviation.
		conditional("means_far_above_their_deviation", 1e-4, 100, 3, 2, 2, 9, 11, 12),
		activated("elu", graph.Unary{Func: graph.ELU, Alpha: 1.5}),
		activated("relu", graph.Unary{Func: graph.ReLU}),
		activated("leaky_relu", graph.Unary{Func: graph.LeakyReLU, Alpha: 0.2}),
		activated("tanh", graph.Unary{Func: graph.Tanh}),
		{Name: "chain/instance_norm_plus_is_an_output", build: func(s *sketch) {
			x := s.apply(graph.InstanceNormPlus{Eps: 1e-5}, s.normal(2, 5, 4, 6), s.spread(1, 0.5, 2, 18))
			s.result(s.apply(graph.Unary{Func: graph.ELU, Alpha: 1}, x), x)
		}},
		unconditional("unconditional", true),
		unconditional("unconditional_without_beta", false),
		{Name: "instance_norm_plus/eps_matters", build: func(s *sketch) {
			s.result(s.apply(graph.InstanceNormPlus{Eps: 1e-2}, s.spread(0, 0.1, 2, 3, 4, 5), s.normal(2, 15)))
		}},
	}
}

func normGradients() []Case {
	constant := func(s *sketch, c int) (weight, bias *weights.Tensor) {
		return s.vector(weights.F32, 1, c), s.vector(weights.F32, 0, c)
	}
	return []Case{
		{Name: "group_norm", build: func(s *sketch) {
			w, b := constant(s, 6)
			s.result(s.apply(graph.GroupNorm{Weight: w, Bias: b, Groups: 3, Eps: 1e-5}, s.spread(1, 2, 2, 3, 2, 6)))
		}},
		{Name: "group_norm_no_weight", build: func(s *sketch) {
			s.result(s.apply(graph.GroupNorm{Groups: 2, Eps: 1e-2}, s.normal(2, 2, 3, 4)))
		}},
		{Name: "group_norm_values", build: func(s *sketch) {
			s.result(s.apply(graph.GroupNorm{Groups: 2, Eps: 1e-5}, s.normal(2, 2, 3, 4), s.spread(1, 0.5, 4), s.normal(4)))
		}},
		{Name: "layer_norm", build: func(s *sketch) {
			w, b := constant(s, 5)
			s.result(s.apply(graph.LayerNorm{Weight: w, Bias: b, Eps: 1e-5}, s.normal(2, 3, 5)))
		}},
		{Name: "layer_norm_values", build: func(s *sketch) {
			s.result(s.apply(graph.LayerNorm{Eps: 1e-5}, s.normal(2, 3, 5), s.spread(1, 0.5, 5), s.normal(5)))
		}},
		{Name: "instance_norm_plus", build: func(s *sketch) {
			s.result(s.apply(graph.InstanceNormPlus{Eps: 1e-2}, s.normal(2, 3, 2, 4), s.spread(1, 0.5, 2, 12)))
		}},
		{Name: "instance_norm_plus_without_beta", build: func(s *sketch) {
			s.result(s.apply(graph.InstanceNormPlus{Eps: 1e-2}, s.normal(2, 3, 2, 3), s.spread(1, 0.5, 2, 6)))
		}},
		{Name: "instance_norm_plus_one_row", build: func(s *sketch) {
			s.result(s.apply(graph.InstanceNormPlus{Eps: 1e-2}, s.normal(3, 3, 2, 3), s.spread(1, 0.5, 1, 9)))
		}},
		{Name: "instance_norm_plus_unconditional", build: func(s *sketch) {
			gamma, beta := constant(s, 3)
			op := graph.InstanceNormPlus{Gamma: gamma, Alpha: s.vector(weights.F32, 1, 3), Beta: beta, Eps: 1e-2}
			s.result(s.apply(op, s.normal(2, 3, 2, 3)))
		}},
		{Name: "norm_activation", build: func(s *sketch) {
			s.result(s.apply(graph.Unary{Func: graph.ELU, Alpha: 1}, s.norm(s.normal(2, 2, 3, 8), 4)))
		}},
	}
}
