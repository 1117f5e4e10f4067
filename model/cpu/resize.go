package cpu

import (
	"unnoise/model/graph"
	"unnoise/model/tensor"
)

func resize(op graph.Resize, in, out tensor.Shape, workers *crew) kernel {
	return resample(op.Axis(in[1], out[1]), op.Axis(in[2], out[2]), in, out, workers)
}

func resizeGrad(op graph.ResizeGrad, in, out tensor.Shape, workers *crew) kernel {
	return resample(op.AxisGrad(in[1], out[1]), op.AxisGrad(in[2], out[2]), in, out, workers)
}

// resample adds up, for every pixel of the result, the taps of its row and column.
func resample(rows, columns [][]graph.Tap, in, out tensor.Shape, workers *crew) kernel {
	c := in[3]
	return kernel{run: func(dst []float32, x [][]float32, _ []float32) {
		workers.each(out[0]*out[1], func(_, row int) {
			image, y := row/out[1], row%out[1]
			sums := make([]float64, c)
			for column := range out[2] {
				clear(sums)
				for _, a := range rows[y] {
					for _, b := range columns[column] {
						pixel := x[0][((image*in[1]+a.From)*in[2]+b.From)*c:]
						for ch := range sums {
							sums[ch] += a.Weight * b.Weight * float64(pixel[ch])
						}
					}
				}
				for ch, sum := range sums {
					dst[(row*out[2]+column)*c+ch] = float32(sum)
				}
			}
		})
	}}
}
