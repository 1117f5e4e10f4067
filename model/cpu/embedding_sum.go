package cpu

import (
	"unnoise/model/graph"
	"unnoise/model/tensor"
)

// embeddingSum adds up one row of every table, in their order.
func embeddingSum(op graph.EmbeddingSum, out tensor.Shape) kernel {
	table, width, starts := expand(op.Weight), out[1], op.Starts()
	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		clear(dst)
		for i, label := range in[0] {
			n, k := i/len(starts), i%len(starts)
			row := table[(starts[k]+rowOf(label, op.Counts[k]))*width:]
			for d := range width {
				dst[n*width+d] += row[d]
			}
		}
	}}
}
