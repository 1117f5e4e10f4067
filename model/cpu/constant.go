package cpu

import "unnoise/model/graph"

// constant fills its result.
func constant(op graph.Constant) kernel {
	return kernel{run: func(dst []float32, _ [][]float32, _ []float32) {
		for i := range dst {
			dst[i] = float32(op.Value)
		}
	}}
}
