package graph

import (
	"fmt"

	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// Attention is softmax(Scale·q·kᵀ)·v for each head (Vaswani et al. 2017,
// arXiv:1706.03762, eq. 1).
// Inputs q [N, ..., C], k and v [N, ..., C]; the extents between N and C count
// the positions, and head h has channels h·C/Heads up to (h+1)·C/Heads.
// The result has q's shape.
type Attention struct {
	Heads int
	Scale float64 // usually (C/Heads)^−½
}

func (Attention) Kind() string { return "attention" }

func (Attention) Params() []*weights.Tensor { return nil }

func (op Attention) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 3); err != nil {
		return nil, err
	}
	q, k, v := in[0], in[1], in[2]
	if len(q) < 3 || len(k) < 3 {
		return nil, fmt.Errorf("q %v and k %v need at least 3 extents", q, k)
	}
	channels := q[len(q)-1]
	if !k.Equal(v) || k[0] != q[0] || k[len(k)-1] != channels {
		return nil, fmt.Errorf("q %v, k %v and v %v do not fit together", q, k, v)
	}
	if op.Heads < 1 || channels%op.Heads != 0 {
		return nil, fmt.Errorf("%d heads do not divide %d channels", op.Heads, channels)
	}
	return q, nil
}
