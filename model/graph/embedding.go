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
//
// Without a Weight the table is the second input.
type Embedding struct {
	Weight *weights.Tensor // [rows, D]
}

func (Embedding) Kind() string                 { return "embedding" }
func (op Embedding) Params() []*weights.Tensor { return present(op.Weight) }
func (op Embedding) Infer(in []tensor.Shape) (tensor.Shape, error) {
	table, err := weightShape(in, 1, op.Weight, nil)
	if err != nil {
		return nil, err
	}
	if err := rank(in[0], 1); err != nil {
		return nil, err
	}
	if len(in) > 2 {
		return nil, fmt.Errorf("has %d inputs, expected numbers and a table", len(in))
	}
	if len(table) != 2 {
		return nil, fmt.Errorf("weight has shape %v, expected 2 extents", table)
	}
	return tensor.Shape{in[0][0], table[1]}, nil
}

// VJP implements Differentiable with respect to the table. The numbers have no
// gradient.
func (op Embedding) VJP(b *Builder, n Node, grad ID, want []bool) []ID {
	out := make([]ID, len(n.In))
	if want[0] {
		b.fail(fmt.Errorf("%s (%s): a gradient with respect to whole numbers was asked for", n.Label, op.Kind()))
	}
	if len(n.In) > 1 && want[1] {
		rows := b.Shape(n.In[1])[0]
		out[1] = b.Apply(n.Label+".weight.grad", EmbeddingGrad{Rows: rows}, n.In[0], grad)
	}
	return out
}

// EmbeddingGrad is the gradient of Embedding with respect to its table: row r is the
// sum of the gradients of all results that are row r. Inputs [N] whole numbers and
// the gradient [N, D]; result [Rows, D].
type EmbeddingGrad struct{ Rows int }

func (EmbeddingGrad) Kind() string              { return "embedding_grad" }
func (EmbeddingGrad) Params() []*weights.Tensor { return nil }
func (op EmbeddingGrad) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 2); err != nil {
		return nil, err
	}
	if n, g := in[0], in[1]; len(n) != 1 || len(g) != 2 || n[0] != g[0] || op.Rows < 1 {
		return nil, fmt.Errorf("shapes %v and %v for %d rows, expected [N] and [N, D]", n, g, op.Rows)
	}
	return tensor.Shape{op.Rows, in[1][1]}, nil
}
