package cpu

// reshape copies: row-major order does not depend on the extents.
func reshape() kernel {
	return kernel{run: func(dst []float32, in [][]float32, _ []float32) { copy(dst, in[0]) }}
}
