package cpu

import "unnoise/model/tensor"

// upsample writes every pixel of a row twice, and the row twice.
func upsample(in tensor.Shape, workers *crew) kernel {
	n, h, w, c := in[0], in[1], in[2], in[3]
	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		workers.each(n*h, func(_, row int) {
			src := in[0][row*w*c : (row+1)*w*c]
			upper := dst[4*row*w*c:][:2*w*c]
			lower := dst[(4*row+2)*w*c:][:2*w*c]
			for p := range w {
				pixel := src[p*c : (p+1)*c]
				copy(upper[2*p*c:], pixel)
				copy(upper[(2*p+1)*c:], pixel)
			}
			copy(lower, upper)
		})
	}}
}
