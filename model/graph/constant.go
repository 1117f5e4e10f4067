package graph

import (
	"fmt"

	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// Constant has the same value everywhere. No inputs.
type Constant struct {
	Shape tensor.Shape
	Value float64
}

func (Constant) Kind() string              { return "constant" }
func (Constant) Params() []*weights.Tensor { return nil }
func (op Constant) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 0); err != nil {
		return nil, err
	}
	for _, d := range op.Shape {
		if d <= 0 {
			return nil, fmt.Errorf("shape %v has an extent that is not positive", op.Shape)
		}
	}
	return op.Shape, nil
}

// VJP implements Differentiable: there is nothing to differentiate with respect to.
func (Constant) VJP(*Builder, Node, ID, []bool) []ID { return nil }

// Fill appends a Constant.
func (b *Builder) Fill(label string, value float64, shape ...int) ID {
	return b.Apply(label, Constant{append(tensor.Shape(nil), shape...), value})
}
