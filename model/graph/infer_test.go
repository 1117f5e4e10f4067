package graph

import (
	"strings"
	"testing"

	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// TestWrongShapes wants an error that says what does not fit.
func TestWrongShapes(t *testing.T) {
	six := &weights.Tensor{Name: "six", Shape: tensor.Shape{6}}
	picture := tensor.Shape{2, 4, 5, 8}
	for _, c := range []struct {
		name string
		op   Op
		in   []tensor.Shape
		says string
	}{
		{"no such function", Unary{Func: Clamp + 1}, []tensor.Shape{{3}}, "function 16"},
		{"empty interval", Unary{Func: Clamp, Low: 1, High: -1}, []tensor.Shape{{3}}, "between 1 and -1"},
		{"gradient of another shape", UnaryGrad{}, []tensor.Shape{{3}, {4}}, "[3] and [4] differ"},
		{"pair", Sub{}, []tensor.Shape{{3}, {1, 3}}, "differ"},
		{"quotient of one", Div{}, []tensor.Shape{{3}}, "1 inputs"},
		{"per channel", MulChannel{}, []tensor.Shape{picture, {2, 4}}, "[N, ..., C] and [N, C]"},
		{"per picture", MulPicture{}, []tensor.Shape{picture, {8}}, "[N, ...] and [N]"},
		{"axes beyond", Sum{1, 5}, []tensor.Shape{picture}, "axes 1 … 4"},
		{"axes backwards", Sum{2, 1}, []tensor.Shape{picture}, "no axes"},
		{"broadcast of 2 to 3", Broadcast{tensor.Shape{3}}, []tensor.Shape{{2}}, "does not broadcast"},
		{"broadcast to more axes", Broadcast{tensor.Shape{3, 3}}, []tensor.Shape{{3}}, "does not broadcast"},
		{"other number of values", Reshape{tensor.Shape{7}}, []tensor.Shape{{2, 3}}, "has 6 values"},
		{"negative extent", Reshape{tensor.Shape{-2, -3}}, []tensor.Shape{{2, 3}}, "not positive"},
		{"parameter of another size", Parameter{six, tensor.Shape{5}}, nil, "has 6 values"},
		{"groups", GroupNorm{Groups: 3}, []tensor.Shape{picture}, "3 groups do not divide 8 channels"},
		{"weight of another size", GroupNorm{Weight: six, Groups: 2}, []tensor.Shape{picture}, `weight "six" has shape [6]`},
		{"weight value of another size", GroupNorm{Groups: 2}, []tensor.Shape{picture, {7}}, "weight has shape [7]"},
		{"bias value of another size", LayerNorm{}, []tensor.Shape{picture, {8}, {7}}, "bias has shape [7]"},
		{"weight given twice", LayerNorm{Weight: six}, []tensor.Shape{{2, 6}, {6}}, "given twice"},
		{"a vector", LayerNorm{}, []tensor.Shape{{6}}, "at least 2 extents"},
		{"gradient of a norm", GroupNormGrad{Groups: 2}, []tensor.Shape{picture, {2, 4, 5, 4}}, "differ"},
		{"one channel", InstanceNormPlus{}, []tensor.Shape{{1, 4, 4, 1}, {1, 3}}, "no variance"},
		{"coefficients", InstanceNormPlus{}, []tensor.Shape{picture, {2, 25}}, "expected [2, 24] or [2, 16]"},
		{"rows of coefficients", InstanceNormPlus{}, []tensor.Shape{picture, {3, 24}}, "expected [2, 24]"},
		{"no coefficients", InstanceNormPlus{}, []tensor.Shape{picture}, "γ and α"},
		{"γ alone", InstanceNormPlus{Gamma: six}, []tensor.Shape{picture}, "γ and α"},
		{"centres in another space", RBF{}, []tensor.Shape{{4, 2}, {5, 3}, {5}}, "[N, D], [K, D] and [K]"},
		{"frequencies in rows", Fourier{&weights.Tensor{Name: "w", Shape: tensor.Shape{2, 3}}}, []tensor.Shape{{4}}, `"w" has shape [2, 3]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			shape, err := c.op.Infer(c.in)
			if err == nil {
				t.Fatalf("gives %v", shape)
			}
			if !strings.Contains(err.Error(), c.says) {
				t.Errorf("%q does not say %q", err, c.says)
			}
		})
	}
}
