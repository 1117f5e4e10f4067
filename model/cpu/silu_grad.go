package cpu

import "math"

// siluGrad is g·σ(x)·(1 + x·(1 − σ(x))).
func siluGrad(workers *crew) kernel {
	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		workers.share(len(dst), func(from, to int) {
			g := in[1][from:to]
			for i, v := range in[0][from:to] {
				x := float64(v)
				sigmoid := 1 / (1 + math.Exp(-x))
				dst[from+i] = float32(float64(g[i]) * sigmoid * (1 + x*(1-sigmoid)))
			}
		})
	}}
}
