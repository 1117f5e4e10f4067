package cpu

import "math"

// silu is x·sigmoid(x) = x / (1 + e^−x).
func silu(workers *crew) kernel {
	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		workers.share(len(dst), func(from, to int) {
			for i, v := range in[0][from:to] {
				x := float64(v)
				dst[from+i] = float32(x / (1 + math.Exp(-x)))
			}
		})
	}}
}
