package graph

import (
	"fmt"

	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// SiLU is x·sigmoid(x) (Elfwing et al. 2018, arXiv:1702.03118). Any shape.
type SiLU struct{}

func (SiLU) Kind() string              { return "silu" }
func (SiLU) Params() []*weights.Tensor { return nil }
func (SiLU) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 1); err != nil {
		return nil, err
	}
	return in[0], nil
}

// Add is a + b for equal shapes.
type Add struct{}

func (Add) Kind() string              { return "add" }
func (Add) Params() []*weights.Tensor { return nil }
func (Add) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 2); err != nil {
		return nil, err
	}
	if !in[0].Equal(in[1]) {
		return nil, fmt.Errorf("shapes %v and %v differ", in[0], in[1])
	}
	return in[0], nil
}

// AddChannel adds one value per picture and channel: x [N, H, W, C] + b [N, C].
type AddChannel struct{}

func (AddChannel) Kind() string              { return "add_channel" }
func (AddChannel) Params() []*weights.Tensor { return nil }
func (AddChannel) Infer(in []tensor.Shape) (tensor.Shape, error) {
	return inferChannel(in, 1)
}

// ScaleShift is x·(1 + scale) + shift with one scale and shift per picture and
// channel (AdaGN; Dhariwal & Nichol 2021, arXiv:2105.05233, §3.1).
// x [N, H, W, C]; the second input [N, 2C] has the scales before the shifts.
type ScaleShift struct{}

func (ScaleShift) Kind() string              { return "scale_shift" }
func (ScaleShift) Params() []*weights.Tensor { return nil }
func (ScaleShift) Infer(in []tensor.Shape) (tensor.Shape, error) {
	return inferChannel(in, 2)
}

func inferChannel(in []tensor.Shape, perChannel int) (tensor.Shape, error) {
	if err := arity(in, 2); err != nil {
		return nil, err
	}
	if err := rank(in[0], 4); err != nil {
		return nil, err
	}
	if want := (tensor.Shape{in[0][0], perChannel * in[0][3]}); !in[1].Equal(want) {
		return nil, fmt.Errorf("second input has shape %v, expected %v", in[1], want)
	}
	return in[0], nil
}

// Affine is Factor·x + Offset. Any shape.
type Affine struct{ Factor, Offset float64 }

func (Affine) Kind() string              { return "affine" }
func (Affine) Params() []*weights.Tensor { return nil }
func (Affine) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 1); err != nil {
		return nil, err
	}
	return in[0], nil
}
