package graph

import (
	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// Parameter is a weight as a value, in its stored layout. It brings constants to
// operations that take their weights as inputs. No inputs; the result has Shape,
// or the weight's own where that is nil.
type Parameter struct {
	Weight *weights.Tensor
	Shape  tensor.Shape // as many values; nil is the weight's
}

func (Parameter) Kind() string                 { return "parameter" }
func (op Parameter) Params() []*weights.Tensor { return present(op.Weight) }
func (op Parameter) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 0); err != nil {
		return nil, err
	}
	if op.Shape == nil {
		return op.Weight.Shape, nil
	}
	return Reshape{op.Shape}.Infer([]tensor.Shape{op.Weight.Shape})
}

// VJP implements Differentiable: there is nothing to differentiate with respect to.
func (Parameter) VJP(*Builder, Node, ID, []bool) []ID { return nil }
