package cpu

import (
	"math"

	"unnoise/model/graph"
	"unnoise/model/tensor"
)

// embedding copies rows of the table.
func embedding(op graph.Embedding, in []tensor.Shape, out tensor.Shape) kernel {
	table, width := operand(op.Weight, 1), out[1]
	var count int
	if op.Weight != nil {
		count = op.Weight.Shape[0]
	} else {
		count = in[1][0]
	}
	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		rows := table(in)
		for n, label := range in[0] {
			copy(dst[n*width:(n+1)*width], rows[rowOf(label, count)*width:])
		}
	}}
}

// embeddingGrad adds every gradient to its row in float64, in their order.
func embeddingGrad(op graph.EmbeddingGrad, out tensor.Shape) kernel {
	width := out[1]
	sums := make([]float64, out.Elems())
	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		clear(sums)
		for n, label := range in[0] {
			row := sums[rowOf(label, op.Rows)*width:]
			for i, g := range in[1][n*width : (n+1)*width] {
				row[i] += float64(g)
			}
		}
		for i, v := range sums {
			dst[i] = float32(v)
		}
	}}
}

// rowOf is the row of a table that a label picks. A number outside the table, or
// NaN, picks the nearest row: the labels were checked long before.
func rowOf(label float32, count int) int {
	if nearest := math.Round(float64(label)); nearest > 0 {
		return int(min(nearest, float64(count-1)))
	}
	return 0
}
