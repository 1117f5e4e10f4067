package cpu

import (
	"math"

	"unnoise/model/graph"
	"unnoise/model/tensor"
)

// softmaxRows takes the softmax of each part of the innermost extent.
func softmaxRows(op graph.Softmax, in tensor.Shape, workers *crew) kernel {
	width := in[len(in)-1] / max(1, op.Groups)
	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		workers.rows(len(dst)/width, func(row int) {
			y := dst[row*width : (row+1)*width]
			copy(y, in[0][row*width:])
			softmax(y, 1)
		})
	}}
}

// softmaxGrad is y·(g − Σ y·g) for each part of the innermost extent.
func softmaxGrad(op graph.SoftmaxGrad, in tensor.Shape, workers *crew) kernel {
	width := in[len(in)-1] / max(1, op.Groups)
	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		workers.rows(len(dst)/width, func(row int) {
			y, g := in[0][row*width:(row+1)*width], in[1][row*width:]
			var mean float64
			for i, v := range y {
				mean += float64(v) * float64(g[i])
			}
			for i, v := range y {
				dst[row*width+i] = float32(float64(v) * (float64(g[i]) - mean))
			}
		})
	}}
}

// logSoftmax is x − max − log Σ exp(x − max) for each row.
func logSoftmax(in tensor.Shape, workers *crew) kernel {
	width := in[len(in)-1]
	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		workers.rows(len(dst)/width, func(row int) {
			x := in[0][row*width : (row+1)*width]
			largest, logSum := logSumExp(x)
			for i, v := range x {
				dst[row*width+i] = float32(float64(v) - largest - logSum)
			}
		})
	}}
}

// logSoftmaxGrad is g − exp(y)·Σ g for each row.
func logSoftmaxGrad(in tensor.Shape, workers *crew) kernel {
	width := in[len(in)-1]
	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		workers.rows(len(dst)/width, func(row int) {
			y, g := in[0][row*width:(row+1)*width], in[1][row*width:(row+1)*width]
			var sum float64
			for _, v := range g {
				sum += float64(v)
			}
			for i, v := range y {
				dst[row*width+i] = float32(float64(g[i]) - math.Exp(float64(v))*sum)
			}
		})
	}}
}

// logSumExp returns the largest value and log Σ exp(x − largest).
func logSumExp(x []float32) (largest, logSum float64) {
	largest = math.Inf(-1)
	for _, v := range x {
		largest = max(largest, float64(v))
	}
	var sum float64
	for _, v := range x {
		sum += math.Exp(float64(v) - largest)
	}
	return largest, math.Log(sum)
}

// rows calls work once for each of n rows that cost little each.
func (c *crew) rows(n int, work func(row int)) {
	const block = 64
	c.each((n+block-1)/block, func(_, task int) {
		for row := task * block; row < min(n, (task+1)*block); row++ {
			work(row)
		}
	})
}
