package optest

import (
	"unnoise/model/graph"
	"unnoise/model/tensor"
)

func poolCases() []Case {
	type pool struct {
		name   string
		x      []int
		window graph.Window
	}
	var cases []Case
	for _, c := range []pool{
		{"halved", []int{2, 6, 8, 5}, graph.Window{Size: 2, Stride: 2}},
		{"halved_odd_sizes", []int{1, 7, 5, 3}, graph.Window{Size: 2, Stride: 2}},
		{"padded", []int{2, 7, 8, 6}, graph.Window{Size: 3, Stride: 2, Pad: 1}},
		{"overlapping", []int{1, 5, 6, 4}, graph.Window{Size: 3, Stride: 1, Pad: 1}},
		{"half_padded", []int{1, 5, 6, 4}, graph.Window{Size: 4, Stride: 3, Pad: 2}},
		{"with_gaps", []int{1, 8, 7, 3}, graph.Window{Size: 2, Stride: 3}},
		{"whole", []int{2, 5, 5, 8}, graph.Window{Size: 5, Stride: 5}},
	} {
		cases = append(cases,
			Case{Name: "avg_pool2d/" + c.name, build: func(s *sketch) {
				s.result(s.apply(graph.AvgPool2D{Window: c.window}, s.normal(c.x...)))
			}},
			Case{Name: "max_pool2d/" + c.name, build: func(s *sketch) {
				s.result(s.apply(graph.MaxPool2D{Window: c.window}, s.spread(-3, 1, c.x...)))
			}},
			Case{Name: "avg_pool2d_grad/" + c.name, build: func(s *sketch) {
				s.result(s.apply(graph.AvgPool2DGrad{Window: c.window, Height: c.x[1], Width: c.x[2]}, s.pooled(c.x, c.window)))
			}},
			Case{Name: "max_pool2d_grad/" + c.name, build: func(s *sketch) {
				s.result(s.apply(graph.MaxPool2DGrad{Window: c.window}, s.spread(-3, 1, c.x...), s.pooled(c.x, c.window)))
			}},
			Case{Name: "max_pool2d_grad/" + c.name + "_ties", build: func(s *sketch) {
				s.result(s.apply(graph.MaxPool2DGrad{Window: c.window}, s.whole(3, c.x...), s.pooled(c.x, c.window)))
			}},
		)
	}
	return cases
}

// pooled declares an input of the shape that pooling x gives.
func (s *sketch) pooled(x []int, w graph.Window) graph.ID {
	return s.normal(x[0], (x[1]+2*w.Pad-w.Size)/w.Stride+1, (x[2]+2*w.Pad-w.Size)/w.Stride+1, x[3])
}

// whole declares an input of whole numbers below n, many of them equal.
func (s *sketch) whole(n int, shape ...int) graph.ID {
	values := make([]float32, tensor.Shape(shape).Elems())
	for i := range values {
		values[i] = float32(s.rand.IntN(n))
	}
	return s.values(values, shape...)
}

func resizeCases() []Case {
	type size struct {
		name          string
		x             []int
		height, width int
	}
	var cases []Case
	for filter, name := range []string{graph.Nearest: "nearest", graph.Bilinear: "bilinear", graph.BilinearCorners: "corners"} {
		filter := graph.Filter(filter)
		for _, c := range []size{
			{"doubled", []int{2, 4, 5, 6}, 8, 10},
			{"trebled", []int{1, 3, 2, 5}, 9, 6},
			{"to_odd_sizes", []int{2, 5, 7, 3}, 11, 9},
			{"down", []int{1, 11, 9, 4}, 5, 7},
			{"down_far", []int{1, 13, 12, 4}, 3, 2},
			{"from_one_pixel", []int{2, 1, 1, 8}, 3, 5},
			{"to_one_pixel", []int{1, 4, 5, 8}, 1, 1},
			{"unchanged", []int{1, 4, 5, 8}, 4, 5},
		} {
			cases = append(cases,
				Case{Name: "resize/" + name + "_" + c.name, build: func(s *sketch) {
					s.result(s.apply(graph.Resize{Filter: filter, Height: c.height, Width: c.width}, s.normal(c.x...)))
				}},
				Case{Name: "resize_grad/" + name + "_" + c.name, build: func(s *sketch) {
					g := s.normal(c.x[0], c.height, c.width, c.x[3])
					s.result(s.apply(graph.ResizeGrad{Filter: filter, Height: c.x[1], Width: c.x[2]}, g))
				}})
		}
	}
	return cases
}
