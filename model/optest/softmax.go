package optest

import "unnoise/model/graph"

// Rounding a score of some hundreds to float32, half of 2^−16, shows directly in

func softmaxCases() []Case {
	softmax := func(groups int, shape ...int) func(*sketch) {
		return func(s *sketch) { s.result(s.apply(graph.Softmax{Groups: groups}, s.normal(shape...))) }
	}
	positions := func(spread float64, shape ...int) func(*sketch) {
		return func(s *sketch) { s.result(s.apply(graph.SoftmaxPositions{}, s.spread(0, spread, shape...))) }
	}
	return []Case{
		{Name: "softmax/rows", build: softmax(0, 5, 10)},
		{Name: "softmax/picture", build: softmax(1, 2, 5, 7, 13)},
		{Name: "softmax/groups", build: softmax(3, 2, 5, 7, 21)},
		{Name: "softmax/groups_of_one", build: softmax(5, 2, 3, 5)},
		{Name: "softmax/long_rows", build: softmax(1, 3, 1030)},
		{Name: "softmax/one_value", build: softmax(1, 4, 1)},
		{Name: "softmax/far_out", build: func(s *sketch) { // exact: whole numbers beside each other
			s.result(s.apply(graph.Softmax{}, s.values([]float32{1e4, 9999, -1e4, -1e4, -9999, -9998}, 2, 3)))
		}},
		{Name: "softmax_grad/rows", build: func(s *sketch) {
			s.result(s.apply(graph.SoftmaxGrad{}, s.normal(5, 11), s.normal(5, 11)))
		}},
		{Name: "softmax_grad/groups", build: func(s *sketch) {
			s.result(s.apply(graph.SoftmaxGrad{Groups: 3}, s.normal(2, 3, 5, 12), s.normal(2, 3, 5, 12)))
		}},
		{Name: "softmax_positions/picture", build: positions(1, 2, 5, 7, 13)},
		{Name: "softmax_positions/sequence", build: positions(1, 3, 9, 5)},
		{Name: "softmax_positions/one_position", build: positions(1, 2, 1, 6)},
		{Name: "softmax_positions/long", build: positions(3, 1, 33, 37, 6)},
		{Name: "softmax_positions/far_out", build: func(s *sketch) {
			s.result(s.apply(graph.SoftmaxPositions{}, s.values([]float32{1e4, -9999, 9999, -1e4, 9998, -1e4}, 1, 3, 2)))
		}},
		{Name: "softmax_positions_grad/picture", build: func(s *sketch) {
			s.result(s.apply(graph.SoftmaxPositionsGrad{}, s.normal(2, 5, 7, 13), s.normal(2, 5, 7, 13)))
		}},
		{Name: "softmax_positions_grad/long", build: func(s *sketch) {
			s.result(s.apply(graph.SoftmaxPositionsGrad{}, s.normal(1, 33, 37, 3), s.normal(1, 33, 37, 3)))
		}},
		{Name: "log_softmax/rows", build: func(s *sketch) { s.result(s.apply(graph.LogSoftmax{}, s.spread(0, 3, 5, 11))) }},
		{Name: "log_softmax/long_rows", build: func(s *sketch) { s.result(s.apply(graph.LogSoftmax{}, s.normal(2, 3, 1003))) }},
		{Name: "log_softmax/large_mean", build: func(s *sketch) {
			s.result(s.apply(graph.LogSoftmax{}, s.spread(1000, 1, 5, 11)))
		}},
		{Name: "log_softmax/far_out", build: func(s *sketch) {
			s.result(s.apply(graph.LogSoftmax{}, s.values([]float32{1e4, -1e4, 0, -1e4, -9999, -9998}, 2, 3)))
		}},
		{Name: "log_softmax_grad/rows", build: func(s *sketch) {
			s.result(s.apply(graph.LogSoftmaxGrad{}, s.spread(-2, 1, 5, 11), s.normal(5, 11)))
		}},
		{Name: "log_prob/rows", build: func(s *sketch) {
			s.result(s.apply(graph.LogProb{}, s.spread(0, 3, 4, 10), s.values([]float32{9, 0, 3, 7}, 4)))
		}},
		{Name: "log_prob/many_classes", build: func(s *sketch) {
			s.result(s.apply(graph.LogProb{}, s.normal(3, 1001), s.values([]float32{1000, 0, 513}, 3)))
		}},
		{Name: "log_prob/far_out", build: func(s *sketch) {
			s.result(s.apply(graph.LogProb{}, s.values([]float32{1e4, -1e4, -1e4, 1e4, 9999, 9998}, 2, 3), s.values([]float32{0, 2}, 2)))
		}},
		{Name: "log_prob_grad/rows", build: func(s *sketch) {
			labels := s.values([]float32{9, 0, 3, 7}, 4)
			s.result(s.apply(graph.LogProbGrad{}, s.spread(0, 3, 4, 10), labels, s.normal(4)))
		}},
		{Name: "log_prob_grad/one_cotangent", build: func(s *sketch) {
			labels := s.values([]float32{2, 0, 3}, 3)
			s.result(s.apply(graph.LogProbGrad{}, s.normal(3, 5), labels, s.values([]float32{-1.5}, 1)))
		}},
		// The probability of the label is 1 − 2e−9: its gradient is not 1 − 1.
		{Name: "log_prob_grad/almost_certain", build: func(s *sketch) {
			logits := s.values([]float32{20, 0, 0, 20, 0, 0}, 2, 3)
			s.result(s.apply(graph.LogProbGrad{}, logits, s.values([]float32{0, 0}, 2), s.normal(2)))
		}},
		{Name: "cross_entropy/rows", build: func(s *sketch) {
			s.result(s.apply(graph.CrossEntropy{}, s.spread(0, 3, 5, 10), s.values([]float32{9, 0, 3, 7, 1}, 5)))
		}},
		{Name: "cross_entropy/one_row", build: func(s *sketch) {
			s.result(s.apply(graph.CrossEntropy{}, s.normal(1, 7), s.values([]float32{6}, 1)))
		}},
		{Name: "cross_entropy/large_batch", build: func(s *sketch) {
			labels := make([]float32, 200)
			for i := range labels {
				labels[i] = float32(i % 7)
			}
			s.result(s.apply(graph.CrossEntropy{}, s.normal(200, 7), s.values(labels, 200)))
		}},
	}
}
