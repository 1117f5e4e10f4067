package cpu

import (
	"unnoise/model/graph"
	"unnoise/model/tensor"
)

// layerNorm normalises each position as groupNorm does one pixel of one group.
func layerNorm(op graph.LayerNorm, in tensor.Shape, workers *crew) kernel {
	const block = 64 // positions of a task
	c := in[len(in)-1]
	positions := in.Elems() / c
	weights, biases := operand(op.Weight, 1), operand(op.Bias, 2)

	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		weight, bias := weights(in), biases(in)
		workers.each((positions+block-1)/block, func(_, task int) {
			for p := task * block; p < min(positions, (task+1)*block); p++ {
				normalise(dst[p*c:(p+1)*c], in[0][p*c:(p+1)*c], 1, c, 0, c, op.Eps, weight, bias)
			}
		})
	}}
}
