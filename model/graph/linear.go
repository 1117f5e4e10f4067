package graph

import (
	"fmt"
	"slices"

	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// Linear is y = x·Wᵀ + b over the innermost extent. Input [..., I], result [..., O].
type Linear struct {
	Weight *weights.Tensor // [O, I]
	Bias   *weights.Tensor // [O], or nil
}

func (Linear) Kind() string { return "linear" }

func (op Linear) Params() []*weights.Tensor { return present(op.Weight, op.Bias) }

func (op Linear) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 1); err != nil {
		return nil, err
	}
	x, w := in[0], op.Weight.Shape
	if len(x) < 2 {
		return nil, fmt.Errorf("input has shape %v, expected at least 2 extents", x)
	}
	last := len(x) - 1
	if len(w) != 2 || w[1] != x[last] {
		return nil, fmt.Errorf("weight %q has shape %v, the input has %d channels", op.Weight.Name, w, x[last])
	}
	if err := vector("bias", op.Bias, w[0]); err != nil {
		return nil, err
	}
	out := slices.Clone(x)
	out[last] = w[0]
	return out, nil
}
