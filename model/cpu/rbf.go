package cpu

import (
	"math"

	"unnoise/model/graph"
	"unnoise/model/tensor"
)

// rbf is exp(−‖x − c‖²/(2σ²)). Normalised, the largest exponent of a row is taken off
// first: far from every centre all of them may underflow.
func rbf(op graph.RBF, in []tensor.Shape) kernel {
	dim, count := in[0][1], in[1][0]
	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		exponents := make([]float64, count)
		for row := range len(dst) / count {
			x := in[0][row*dim : (row+1)*dim]
			largest, total := math.Inf(-1), 1.0
			for k := range exponents {
				var square float64
				for i, v := range in[1][k*dim : (k+1)*dim] {
					d := float64(x[i]) - float64(v)
					square += d * d
				}
				sigma := float64(in[2][k])
				exponents[k] = -square / (2 * sigma * sigma)
				largest = max(largest, exponents[k])
			}
			if op.Normalised {
				total = 0
				for k := range exponents {
					exponents[k] -= largest
					total += math.Exp(exponents[k])
				}
			}
			for k, e := range exponents {
				dst[row*count+k] = float32(math.Exp(e) / total)
			}
		}
	}}
}
