package cpu

import (
	"math"

	"unnoise/model/tensor"
)

// logProb is the log-softmax of each row at its label.
func logProb(logits tensor.Shape, workers *crew) kernel {
	classes := logits[1]
	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		workers.rows(len(dst), func(row int) {
			x := in[0][row*classes : (row+1)*classes]
			largest, logSum := logSumExp(x)
			dst[row] = float32(float64(x[class(in[1][row], classes)]) - largest - logSum)
		})
	}}
}

// crossEntropy is the mean of −logProb.
func crossEntropy(logits tensor.Shape) kernel {
	rows, classes := logits[0], logits[1]
	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		var sum float64
		for row := range rows {
			x := in[0][row*classes : (row+1)*classes]
			largest, logSum := logSumExp(x)
			sum += largest + logSum - float64(x[class(in[1][row], classes)])
		}
		dst[0] = float32(sum / float64(rows))
	}}
}

// logProbGrad is g·(1[k = label] − softmax(x)[k]); g has one value for each row, or
// one for all.
func logProbGrad(logits tensor.Shape, workers *crew) kernel {
	classes := logits[1]
	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		workers.rows(len(in[1]), func(row int) {
			x, y := in[0][row*classes:(row+1)*classes], dst[row*classes:(row+1)*classes]
			label, g := class(in[1][row], classes), float64(in[2][min(row, len(in[2])-1)])
			largest, logSum := logSumExp(x)
			for k, v := range x {
				p := math.Exp(float64(v) - largest - logSum)
				if k == label {
					y[k] = float32(g * (1 - p))
				} else {
					y[k] = float32(-g * p)
				}
			}
		})
	}}
}

// class is a label as an index, within the table.
func class(label float32, classes int) int { return min(max(int(label), 0), classes-1) }
