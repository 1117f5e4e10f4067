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
