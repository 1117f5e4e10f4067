package graph

import (
	"fmt"

	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// Fourier embeds a number as sines and then cosines of 2π·t·W (Tancik et al. 2020,
// arXiv:2006.10739; GaussianFourierProjection of Song et al. 2021, arXiv:2011.13456,
// where t is the logarithm of the noise level and W is drawn once and never
// trained). Input [N], result [N, 2D].
type Fourier struct {
	Weight *weights.Tensor // [D], in turns per unit of t
}

func (Fourier) Kind() string                 { return "fourier" }
func (op Fourier) Params() []*weights.Tensor { return present(op.Weight) }
func (op Fourier) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 1); err != nil {
		return nil, err
	}
	if err := rank(in[0], 1); err != nil {
		return nil, err
	}
	if len(op.Weight.Shape) != 1 {
		return nil, fmt.Errorf("weight %q has shape %v, expected 1 extent", op.Weight.Name, op.Weight.Shape)
	}
	return tensor.Shape{in[0][0], 2 * op.Weight.Shape[0]}, nil
}
