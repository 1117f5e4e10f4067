package graph

import (
	"fmt"

	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// Sinusoidal embeds a timestep as sines and cosines of t·MaxPeriod^(−i/(Dim/2 − FreqShift)),
// i = 0 … Dim/2 − 1 (DDPM's get_timestep_embedding; diffusers' Timesteps).
// Input [N], result [N, Dim]. An odd Dim ends in a zero. diffusers rounds the
// frequency and the angle to float32, which near t = 1000 moves a result by up to
// 1e-4; an executor may round so or be exact.
type Sinusoidal struct {
	Dim          int
	FlipSinToCos bool    // cosines first
	FreqShift    float64 // 1 in DDPM, 0 in OpenAI's code
	MaxPeriod    float64 // 10000
}

func (Sinusoidal) Kind() string              { return "sinusoidal" }
func (Sinusoidal) Params() []*weights.Tensor { return nil }
func (op Sinusoidal) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 1); err != nil {
		return nil, err
	}
	if err := rank(in[0], 1); err != nil {
		return nil, err
	}
	if op.Dim < 2 || float64(op.Dim/2) <= op.FreqShift {
		return nil, fmt.Errorf("dimension %d is too small for a frequency shift of %g", op.Dim, op.FreqShift)
	}
	return tensor.Shape{in[0][0], op.Dim}, nil
}

// Embedding picks rows of a table. Input [N] whole numbers, result [N, D]. A
// number outside the table is an error of the executor's caller: package run
// checks labels before they get here, and executors clamp.
type Embedding struct {
	Weight *weights.Tensor // [rows, D]
}

func (Embedding) Kind() string                 { return "embedding" }
func (op Embedding) Params() []*weights.Tensor { return present(op.Weight) }
func (op Embedding) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 1); err != nil {
		return nil, err
	}
	if err := rank(in[0], 1); err != nil {
		return nil, err
	}
	if len(op.Weight.Shape) != 2 {
		return nil, fmt.Errorf("weight %q has shape %v, expected 2 extents", op.Weight.Name, op.Weight.Shape)
	}
	return tensor.Shape{in[0][0], op.Weight.Shape[1]}, nil
}
