package cpu

import "unnoise/model/tensor"

// concat writes each pixel's channels of a before those of b.
func concat(a, b tensor.Shape, workers *crew) kernel {
	n, h, w, ca, cb := a[0], a[1], a[2], a[3], b[3]
	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		workers.each(n*h, func(_, row int) {
			for p := row * w; p < (row+1)*w; p++ {
				pixel := dst[p*(ca+cb) : (p+1)*(ca+cb)]
				copy(pixel, in[0][p*ca:(p+1)*ca])
				copy(pixel[ca:], in[1][p*cb:(p+1)*cb])
			}
		})
	}}
}
