package optest

import (
	"unnoise/model/graph"
	"unnoise/model/weights"
)

// convGradients are the convolutions, pooling and resizing.
func convGradients() []Case {
	conv := func(name string, op graph.Conv2D, x, w []int) Case {
		return Case{Name: name, build: func(s *sketch) {
			s.result(s.apply(op, s.normal(x...), s.bankInput(w...), s.normal(w[0])))
		}}
	}
	transpose := func(name string, op graph.ConvTranspose2D, x, w []int) Case {
		return Case{Name: name, build: func(s *sketch) {
			s.result(s.apply(op, s.normal(x...), s.bankInput(w...), s.normal(w[3]*max(1, op.Groups))))
		}}
	}
	return []Case{
		conv("conv2d", graph.Conv2D{Stride: 1, Pad: graph.Same(1)}, []int{2, 3, 4, 3}, []int{2, 3, 3, 3}),
		conv("conv2d_stride_2_pad_0101", graph.Conv2D{Stride: 2, Pad: graph.Padding{Bottom: 1, Right: 1}}, []int{1, 5, 4, 2}, []int{3, 3, 3, 2}),
		conv("conv2d_stride_2_rest", graph.Conv2D{Stride: 2, Pad: graph.Same(1)}, []int{1, 6, 5, 2}, []int{3, 3, 3, 2}),
		conv("conv2d_stride_3_rest", graph.Conv2D{Stride: 3}, []int{1, 7, 6, 2}, []int{2, 2, 2, 2}),
		conv("conv2d_dilated", graph.Conv2D{Stride: 1, Pad: graph.Same(2), Dilation: 2}, []int{1, 5, 4, 2}, []int{2, 3, 3, 2}),
		conv("conv2d_dilated_stride_2", graph.Conv2D{Stride: 2, Pad: graph.Same(1), Dilation: 3}, []int{1, 8, 7, 2}, []int{2, 3, 2, 2}),
		conv("conv2d_groups", graph.Conv2D{Stride: 1, Pad: graph.Same(1), Groups: 2}, []int{1, 4, 3, 4}, []int{6, 3, 3, 2}),
		conv("conv2d_depthwise", graph.Conv2D{Stride: 1, Pad: graph.Same(2), Groups: 4}, []int{1, 4, 3, 4}, []int{4, 5, 5, 1}),
		conv("conv2d_depthwise_stride_2", graph.Conv2D{Stride: 2, Pad: graph.Same(1), Groups: 4}, []int{1, 4, 5, 4}, []int{4, 3, 3, 1}),
		conv("conv2d_cropped", graph.Conv2D{Stride: 1, Pad: graph.Padding{Top: -1, Bottom: 1, Left: 3, Right: -1}}, []int{1, 5, 4, 2}, []int{2, 3, 3, 2}),
		{Name: "conv2d_constant_weight", build: func(s *sketch) { s.result(s.conv(s.normal(2, 4, 3, 4), 8, 3)) }},
		{Name: "conv2d_constant_weight_tiles", build: func(s *sketch) {
			s.result(s.conv(s.silu(s.conv(s.normal(1, 3, 4, 16), 20, 3)), 16, 3))
		}},
		{Name: "conv2d_constant_q8_0", build: func(s *sketch) {
			s.result(s.apply(graph.Conv2D{
				Weight: s.weight(weights.Q8_0, 6, 32, 3, 3), Stride: 2, Pad: graph.Padding{Bottom: 1, Right: 1},
			}, s.normal(1, 4, 3, 32)))
		}},
		transpose("conv_transpose2d", graph.ConvTranspose2D{Stride: 2, Pad: graph.Same(1)}, []int{2, 2, 3, 3}, []int{3, 4, 4, 2}),
		transpose("conv_transpose2d_output_padding", graph.ConvTranspose2D{Stride: 3, Pad: graph.Same(1), OutputPadding: [2]int{2, 1}}, []int{1, 2, 3, 2}, []int{2, 3, 3, 2}),
		transpose("conv_transpose2d_dilated", graph.ConvTranspose2D{Stride: 1, Pad: graph.Same(1), OutputPadding: [2]int{0, 1}, Dilation: 2}, []int{1, 3, 3, 2}, []int{2, 3, 3, 2}),
		transpose("conv_transpose2d_groups", graph.ConvTranspose2D{Stride: 2, Pad: graph.Same(1), Groups: 2}, []int{1, 3, 2, 4}, []int{4, 3, 3, 3}),
		{Name: "conv2d_weight_grad", build: func(s *sketch) {
			op := graph.Conv2DWeightGrad{KernelH: 3, KernelW: 2, Stride: 2, Pad: graph.Same(1), Groups: 2}
			s.result(s.apply(op, s.normal(1, 4, 5, 4), s.normal(1, 2, 3, 6)))
		}},
		{Name: "avg_pool2d", build: func(s *sketch) {
			s.result(s.apply(graph.AvgPool2D{Window: graph.Window{Size: 3, Stride: 2, Pad: 1}}, s.normal(2, 4, 5, 3)))
		}},
		{Name: "avg_pool2d_grad", build: func(s *sketch) {
			s.result(s.apply(graph.AvgPool2DGrad{Window: graph.Window{Size: 2, Stride: 2}, Height: 5, Width: 4}, s.normal(1, 2, 2, 3)))
		}},
		{Name: "max_pool2d", build: func(s *sketch) {
			s.result(s.apply(graph.MaxPool2D{Window: graph.Window{Size: 3, Stride: 2, Pad: 1}}, s.normal(2, 4, 5, 3)))
		}},
		{Name: "resize_nearest", build: func(s *sketch) {
			s.result(s.apply(graph.Resize{Height: 7, Width: 6}, s.normal(1, 3, 4, 2)))
		}},
		{Name: "resize_bilinear", build: func(s *sketch) {
			s.result(s.apply(graph.Resize{Filter: graph.Bilinear, Height: 7, Width: 3}, s.normal(1, 3, 5, 2)))
		}},
		{Name: "resize_corners", build: func(s *sketch) {
			s.result(s.apply(graph.Resize{Filter: graph.BilinearCorners, Height: 4, Width: 7}, s.normal(1, 5, 3, 2)))
		}},
		{Name: "resize_grad", build: func(s *sketch) {
			s.result(s.apply(graph.ResizeGrad{Filter: graph.Bilinear, Height: 3, Width: 5}, s.normal(1, 4, 2, 3)))
		}},
	}
}
