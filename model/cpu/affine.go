package cpu

import "unnoise/model/graph"

// affine is factor·x + offset.
func affine(op graph.Affine, workers *crew) kernel {
	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		workers.share(len(dst), func(from, to int) {
			for i, v := range in[0][from:to] {
				dst[from+i] = float32(op.Factor*float64(v) + op.Offset)
			}
		})
	}}
}
