package cpu

// sub is the difference of two arrays, element by element.
func sub(workers *crew) kernel {
	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		workers.share(len(dst), func(from, to int) {
			b := in[1][from:to]
			for i, a := range in[0][from:to] {
				dst[from+i] = a - b[i]
			}
		})
	}}
}
