package cpu

import "unnoise/model/tensor"

// concat writes each position's channels of a before those of b.
func concat(a, b tensor.Shape, workers *crew) kernel {
	ca, cb := a[len(a)-1], b[len(b)-1]
	positions := a.Elems() / ca
	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		workers.share(positions, func(from, to int) {
			for p := from; p < to; p++ {
				pixel := dst[p*(ca+cb) : (p+1)*(ca+cb)]
				copy(pixel, in[0][p*ca:(p+1)*ca])
				copy(pixel[ca:], in[1][p*cb:(p+1)*cb])
			}
		})
	}}
}
