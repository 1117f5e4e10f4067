package graph

import (
	"fmt"

	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// arity checks the number of inputs.
func arity(in []tensor.Shape, want int) error {
	if len(in) != want {
		return fmt.Errorf("has %d inputs, expected %d", len(in), want)
	}
	return nil
}

// rank checks the number of extents of one input.
func rank(s tensor.Shape, want int) error {
	if len(s) != want {
		return fmt.Errorf("input has shape %v, expected %d extents", s, want)
	}
	return nil
}

// weightShape is the shape of an operation's weight as it is stored: the tensor's,
// or, where that is nil, the shape of the input that follows the first fixed ones. A
// bias is a tensor, the input after that, or absent. It checks the number of inputs.
func weightShape(in []tensor.Shape, fixed int, weight, bias *weights.Tensor) (tensor.Shape, error) {
	if weight != nil {
		return weight.Shape, arity(in, fixed)
	}
	switch extra := len(in) - fixed; {
	case extra < 1 || extra > 2:
		return nil, fmt.Errorf("has %d inputs, expected %d, a weight and at most a bias", len(in), fixed)
	case extra == 2 && bias != nil:
		return nil, fmt.Errorf("has bias %q and a bias among its inputs, expected one of them", bias.Name)
	}
	return in[fixed], nil
}

// biasShape checks the bias of such an operation.
func biasShape(in []tensor.Shape, fixed int, bias *weights.Tensor, channels int) error {
	if len(in) > fixed+1 && !in[fixed+1].Equal(tensor.Shape{channels}) {
		return fmt.Errorf("the bias has shape %v, expected [%d]", in[fixed+1], channels)
	}
	return vector("bias", bias, channels)
}

// present drops absent weights.
func present(params ...*weights.Tensor) []*weights.Tensor {
	var out []*weights.Tensor
	for _, p := range params {
		if p != nil {
			out = append(out, p)
		}
	}
	return out
}

// vector checks that an optional parameter has one value per channel.
func vector(what string, t *weights.Tensor, channels int) error {
	if t != nil && !t.Shape.Equal(tensor.Shape{channels}) {
		return fmt.Errorf("%s %q has shape %v, expected [%d]", what, t.Name, t.Shape, channels)
	}
	return nil
}
