package cpu

import (
	"unnoise/model/graph"
	"unnoise/model/tensor"
)

// slice copies some channels of every position.
func slice(op graph.Slice, in tensor.Shape, workers *crew) kernel {
	c, width := in[len(in)-1], op.To-op.From
	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		workers.share(len(dst)/width, func(from, to int) {
			for p := from; p < to; p++ {
				copy(dst[p*width:(p+1)*width], in[0][p*c+op.From:])
			}
		})
	}}
}
