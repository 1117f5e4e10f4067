package cpu

import (
	"unnoise/model/graph"
	"unnoise/model/tensor"
)

// linear is one table of dot products: every input vector with every row of the
// weight.
func linear(op graph.Linear, in, out tensor.Shape, workers *crew) kernel {
	const blockRows, blockCols = 48, 32 // vectors and channels of a task
	inC, outC := in[len(in)-1], out[len(out)-1]
	vectors := in.Elems() / inC
	weight, bias := op.Weight.Float32(), expand(op.Bias)
	layout := rows{strips: 1, length: inC, xStep: inC, wStep: inC}
	blocks := (outC + blockCols - 1) / blockCols

	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		workers.each((vectors+blockRows-1)/blockRows*blocks, func(_, task int) {
			first, from := task/blocks*blockRows, task%blocks*blockCols
			product(dst[first*outC:], outC, in[0][first*inC:], weight, bias,
				layout, min(blockRows, vectors-first), from, min(outC, from+blockCols))
		})
	}}
}
