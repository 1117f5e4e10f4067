package cpu

import (
	"unnoise/model/graph"
	"unnoise/model/tensor"
)

// scaleShift is x·(1 + scale) + shift; a picture's C scales stand before its C
// shifts.
func scaleShift(op graph.ScaleShift, in tensor.Shape, workers *crew) kernel {
	n, h, w, c := in[0], in[1], in[2], in[3]
	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		workers.each(n*h, func(_, row int) {
			scale := in[1][row/h*2*c:][:c]
			shift := in[1][row/h*2*c+c:][:c]
			for p := row * w; p < (row+1)*w; p++ {
				x, y := in[0][p*c:][:c], dst[p*c:][:c]
				for ch, v := range x {
					y[ch] = v * (1 + scale[ch])
				}
				if op.NoShift {
					continue
				}
				for ch, v := range shift {
					y[ch] += v
				}
			}
		})
	}}
}
