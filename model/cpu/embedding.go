package cpu

import (
	"math"

	"unnoise/model/graph"
)

// embedding copies rows of the table. A number outside it, or NaN, picks the
// nearest row: the labels were checked long before.
func embedding(op graph.Embedding) kernel {
	table := op.Weight.Float32()
	count, width := op.Weight.Shape[0], op.Weight.Shape[1]
	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		for n, label := range in[0] {
			row := 0
			if nearest := math.Round(float64(label)); nearest > 0 {
				row = int(min(nearest, float64(count-1)))
			}
			copy(dst[n*width:(n+1)*width], table[row*width:])
		}
	}}
}
