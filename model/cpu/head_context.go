package cpu

import (
	"unnoise/model/graph"
	"unnoise/model/tensor"
)

// headContext sums a row of one head's matrix over the positions.
func headContext(op graph.HeadContext, in tensor.Shape, workers *crew) kernel {
	n, c := in[0], in[len(in)-1]
	dim := c / op.Heads
	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		workers.each(n*c, func(_, task int) {
			a := column(in[0], task, n, c)
			first := task / dim * dim // the head's first channel, of the same picture
			b := column(in[1], first, n, c)
			for e := range dim {
				var sum float64
				for i := 0; i < len(a); i += c {
					sum += float64(a[i]) * float64(b[i+e])
				}
				dst[task*dim+e] = float32(sum)
			}
		})
	}}
}

// headApply multiplies each position's features of a head by the head's matrix.
func headApply(op graph.HeadApply, in, matrices tensor.Shape, workers *crew) kernel {
	n, c, dim := in[0], in[len(in)-1], matrices[2]
	positions := in.Elems() / n / c
	down, along := dim, 1 // steps in the matrix with the summed and with the kept feature
	if op.Transposed {
		down, along = 1, dim
	}
	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		workers.rows(n*positions, func(row int) {
			for first := 0; first < c; first += dim { // first channel of a head
				x := in[0][row*c+first : row*c+first+dim]
				m := in[1][(row/positions*c+first)*dim:]
				for e := range dim {
					var sum float64
					for d, v := range x {
						sum += float64(v) * float64(m[d*down+e*along])
					}
					dst[row*c+first+e] = float32(sum)
				}
			}
		})
	}}
}
