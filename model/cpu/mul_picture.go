package cpu

import "unnoise/model/tensor"

// mulPicture multiplies each picture by one value.
func mulPicture(in tensor.Shape, workers *crew) kernel {
	n := in[0]
	size := in.Elems() / n
	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		workers.each(n, func(_, picture int) {
			y, s := dst[picture*size:][:size], in[1][picture]
			for i, v := range in[0][picture*size:][:size] {
				y[i] = v * s
			}
		})
	}}
}
