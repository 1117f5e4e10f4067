package graph

import (
	"fmt"

	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// GroupNorm normalises groups of neighbouring channels of each picture to mean 0
// and variance 1, then scales and shifts each channel (Wu & He 2018,
// arXiv:1803.08494). Input and result [N, H, W, C].
type GroupNorm struct {
	Weight, Bias *weights.Tensor // [C] each
	Groups       int             // divides C
	Eps          float64         // added to the variance
}

func (GroupNorm) Kind() string { return "group_norm" }

func (op GroupNorm) Params() []*weights.Tensor { return present(op.Weight, op.Bias) }

func (op GroupNorm) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 1); err != nil {
		return nil, err
	}
	if err := rank(in[0], 4); err != nil {
		return nil, err
	}
	channels := in[0][3]
	if op.Groups < 1 || channels%op.Groups != 0 {
		return nil, fmt.Errorf("%d groups do not divide %d channels", op.Groups, channels)
	}
	if err := vector("weight", op.Weight, channels); err != nil {
		return nil, err
	}
	if err := vector("bias", op.Bias, channels); err != nil {
		return nil, err
	}
	return in[0], nil
}
