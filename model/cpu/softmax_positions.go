package cpu

import (
	"math"

	"unnoise/model/tensor"
)

// softmaxPositions goes down one column, a channel of a picture, at a time.
func softmaxPositions(in tensor.Shape, workers *crew) kernel {
	n, c := in[0], in[len(in)-1]
	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		workers.each(n*c, func(_, task int) {
			x, y := column(in[0], task, n, c), column(dst, task, n, c)
			largest := math.Inf(-1)
			for i := 0; i < len(x); i += c {
				largest = max(largest, float64(x[i]))
			}
			var sum float64
			for i := 0; i < len(x); i += c {
				sum += math.Exp(float64(x[i]) - largest)
			}
			for i := 0; i < len(x); i += c {
				y[i] = float32(math.Exp(float64(x[i])-largest) / sum)
			}
		})
	}}
}

// softmaxPositionsGrad is y·(g − Σ y·g) for each column.
func softmaxPositionsGrad(in tensor.Shape, workers *crew) kernel {
	n, c := in[0], in[len(in)-1]
	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		workers.each(n*c, func(_, task int) {
			y, g, x := column(in[0], task, n, c), column(in[1], task, n, c), column(dst, task, n, c)
			var mean float64
			for i := 0; i < len(y); i += c {
				mean += float64(y[i]) * float64(g[i])
			}
			for i := 0; i < len(y); i += c {
				x[i] = float32(float64(y[i]) * (float64(g[i]) - mean))
			}
		})
	}}
}

// column is the part of x [n, positions, c] that begins with channel task%c of
// picture task/c and ends with the picture; every c-th value is the channel's.
func column(x []float32, task, n, c int) []float32 {
	size := len(x) / n
	return x[task/c*size+task%c : (task/c+1)*size]
}
