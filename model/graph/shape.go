package graph

import (
	"fmt"

	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// Upsample repeats every pixel twice in both directions (nearest neighbour).
// Input [N, H, W, C], result [N, 2H, 2W, C].
type Upsample struct{}

func (Upsample) Kind() string              { return "upsample" }
func (Upsample) Params() []*weights.Tensor { return nil }
func (Upsample) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 1); err != nil {
		return nil, err
	}
	if err := rank(in[0], 4); err != nil {
		return nil, err
	}
	x := in[0]
	return tensor.Shape{x[0], 2 * x[1], 2 * x[2], x[3]}, nil
}

// Concat joins two pictures along the channels: [N, H, W, A] and [N, H, W, B]
// give [N, H, W, A+B].
type Concat struct{}

func (Concat) Kind() string              { return "concat" }
func (Concat) Params() []*weights.Tensor { return nil }
func (Concat) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 2); err != nil {
		return nil, err
	}
	a, b := in[0], in[1]
	if len(a) != 4 || len(b) != 4 || !a[:3].Equal(b[:3]) {
		return nil, fmt.Errorf("shapes %v and %v differ before the channels", a, b)
	}
	return tensor.Shape{a[0], a[1], a[2], a[3] + b[3]}, nil
}
