package graph

import (
	"fmt"
	"slices"

	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// EmbeddingSum adds up one row of each of several tables, which stand one after
// another in Weight: table k has Counts[k] rows (torch's EmbeddingBag, mode "sum").
// Input [N, K] whole numbers, of column k in 0 … Counts[k]−1; result [N, D]. As with
// Embedding, a number outside its table is an error of the executor's caller, and
// executors clamp.
type EmbeddingSum struct {
	Weight *weights.Tensor // [ΣCounts, D]
	Counts []int           // K of them
}

func (EmbeddingSum) Kind() string                 { return "embedding_sum" }
func (op EmbeddingSum) Params() []*weights.Tensor { return present(op.Weight) }
func (op EmbeddingSum) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 1); err != nil {
		return nil, err
	}
	if err := rank(in[0], 2); err != nil {
		return nil, err
	}
	rows := 0
	for _, count := range op.Counts {
		if count < 1 {
			return nil, fmt.Errorf("tables of %v rows, expected at least one each", op.Counts)
		}
		rows += count
	}
	if in[0][1] != len(op.Counts) {
		return nil, fmt.Errorf("%d numbers for %d tables", in[0][1], len(op.Counts))
	}
	if op.Weight == nil || len(op.Weight.Shape) != 2 || op.Weight.Shape[0] != rows {
		return nil, fmt.Errorf("the weight is not a matrix of the tables' %d rows", rows)
	}
	return tensor.Shape{in[0][0], op.Weight.Shape[1]}, nil
}

// Starts is the row of Weight at which each table begins.
func (op EmbeddingSum) Starts() []int {
	starts, at := slices.Clone(op.Counts), 0
	for k, count := range op.Counts {
		starts[k] = at
		at += count
	}
	return starts
}
