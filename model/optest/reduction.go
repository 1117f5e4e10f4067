package optest

import "unnoise/model/graph"

func reductionCases() []Case {
	return []Case{
		{Name: "channel_sum/picture", build: func(s *sketch) { s.result(s.apply(graph.ChannelSum{}, s.normal(3, 5, 7, 20))) }},
		{Name: "channel_sum/vectors", build: func(s *sketch) { s.result(s.apply(graph.ChannelSum{}, s.normal(37, 5))) }},
		{Name: "channel_sum/one_vector", build: func(s *sketch) { s.result(s.apply(graph.ChannelSum{}, s.normal(1, 17))) }},
		{Name: "channel_sum/per_picture", build: func(s *sketch) {
			s.result(s.apply(graph.ChannelSum{PerPicture: true}, s.normal(3, 5, 7, 19)))
		}},
		{Name: "channel_sum/many_channels", build: func(s *sketch) {
			s.result(s.apply(graph.ChannelSum{PerPicture: true}, s.normal(2, 3, 2, 70)))
		}},
		{Name: "channel_sum/large_mean", build: func(s *sketch) {
			s.result(s.apply(graph.ChannelSum{PerPicture: true}, s.spread(100, 1, 2, 31, 33, 6)))
		}},
	}
}
