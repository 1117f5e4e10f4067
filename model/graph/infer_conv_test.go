package graph

import (
	"strings"
	"testing"

	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// TestWrongConvolutions wants an error that says what does not fit.
func TestWrongConvolutions(t *testing.T) {
	x := tensor.Shape{1, 5, 6, 8}
	w := &weights.Tensor{Name: "w", Shape: tensor.Shape{8, 4, 3, 3}}
	for _, c := range []struct {
		name string
		op   Op
		in   []tensor.Shape
		says string
	}{
		{"groups", Conv2D{Weight: w, Stride: 1}, []tensor.Shape{x}, "8 channels in 1 groups"},
		{"groups that do not divide", Conv2D{Stride: 1, Groups: 2}, []tensor.Shape{x, {7, 3, 3, 4}}, "in 2 groups"},
		{"no stride", Conv2D{Weight: w, Groups: 2}, []tensor.Shape{x}, "stride 0"},
		{"dilated beyond the picture", Conv2D{Weight: w, Stride: 1, Groups: 2, Dilation: 3}, []tensor.Shape{x}, "smaller than the kernel"},
		{"no weight", Conv2D{Stride: 1}, []tensor.Shape{x}, "a weight and at most a bias"},
		{"bias of another size", Conv2D{Stride: 1}, []tensor.Shape{x, {4, 1, 1, 8}, {5}}, "expected [4]"},
		{"transposed channels", ConvTranspose2D{Weight: w, Stride: 1}, []tensor.Shape{{1, 5, 6, 4}}, "4 channels"},
		{"output padding", ConvTranspose2D{Weight: w, Stride: 2, OutputPadding: [2]int{2, 0}}, []tensor.Shape{x}, "less than the stride 2"},
		{"nothing left", ConvTranspose2D{Weight: w, Stride: 1, Pad: Same(4)}, []tensor.Shape{x}, "leaves nothing"},
		{"gradient of another size", Conv2DWeightGrad{KernelH: 3, KernelW: 3, Stride: 1}, []tensor.Shape{x, {1, 5, 6, 4}}, "the convolution's result"},
		{"padding wider than half", MaxPool2D{Window{Size: 3, Stride: 1, Pad: 2}}, []tensor.Shape{x}, "at most half"},
		{"window beyond the picture", AvgPool2D{Window{Size: 7, Stride: 1}}, []tensor.Shape{x}, "smaller than the window"},
		{"pooled to another size", AvgPool2DGrad{Window{Size: 2, Stride: 2}, 5, 6}, []tensor.Shape{x}, "the pooled picture"},
		{"no size", Resize{Bilinear, 0, 4}, []tensor.Shape{x}, "at least 1×1"},
		{"unknown filter", Resize{BilinearCorners + 1, 4, 4}, []tensor.Shape{x}, "unknown filter"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if s, err := c.op.Infer(c.in); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("shape %v, error %v, expected one that says %q", s, err, c.says)
			}
		})
	}
}
