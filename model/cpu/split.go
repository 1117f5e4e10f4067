package cpu

import (
	"unnoise/model/graph"
	"unnoise/model/tensor"
)

// split copies one part of every head's channels.
func split(op graph.Split, in tensor.Shape, workers *crew) kernel {
	width := in[len(in)-1] / (op.Heads * op.Parts) // channels of a head in a part
	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		workers.rows(len(dst)/width, func(row int) {
			copy(dst[row*width:(row+1)*width], in[0][(row*op.Parts+op.Part)*width:])
		})
	}}
}

// splitGrad copies every head's channels to their part and clears the others.
func splitGrad(op graph.SplitGrad, in tensor.Shape, workers *crew) kernel {
	width := in[len(in)-1] / op.Heads
	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		workers.rows(len(in[0])/width, func(row int) {
			y := dst[row*op.Parts*width : (row+1)*op.Parts*width]
			clear(y)
			copy(y[op.Part*width:(op.Part+1)*width], in[0][row*width:])
		})
	}}
}
