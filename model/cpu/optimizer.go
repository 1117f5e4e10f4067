package cpu

import (
	"math"

	"unnoise/model/graph"
)

// movingAverage is a + (1 − decay)·(x − a), or x² for x.
func movingAverage(op graph.MovingAverage, workers *crew) kernel {
	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		workers.share(len(dst), func(from, to int) {
			x := in[1][from:to]
			for i, a := range in[0][from:to] {
				value, average := float64(x[i]), float64(a)
				if op.Square {
					value *= value
				}
				dst[from+i] = float32(average + (1-op.Decay)*(value-average))
			}
		})
	}}
}

// adamStep is p·(1 − r·decay) − r·(m/c₁)/(√(v/c₂) + eps).
func adamStep(op graph.AdamStep, workers *crew) kernel {
	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		correction1, correction2, rate := float64(in[3][0]), float64(in[4][0]), float64(in[5][0])
		workers.share(len(dst), func(from, to int) {
			for i := from; i < to; i++ {
				m, v := float64(in[1][i])/correction1, float64(in[2][i])/correction2
				p := float64(in[0][i]) * (1 - rate*op.Decay)
				dst[i] = float32(p - rate*m/(math.Sqrt(v)+op.Eps))
			}
		})
	}}
}

// sgdStep is p − r·g.
func sgdStep(workers *crew) kernel {
	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		rate := float64(in[2][0])
		workers.share(len(dst), func(from, to int) {
			g := in[1][from:to]
			for i, p := range in[0][from:to] {
				dst[from+i] = float32(float64(p) - rate*float64(g[i]))
			}
		})
	}}
}
