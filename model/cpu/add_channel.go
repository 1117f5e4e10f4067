package cpu

import "unnoise/model/tensor"

// addChannel adds one value per picture and channel to every pixel.
func addChannel(in tensor.Shape, workers *crew) kernel {
	n, h, w, c := in[0], in[1], in[2], in[3]
	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		workers.each(n*h, func(_, row int) {
			b := in[1][row/h*c:][:c]
			for p := row * w; p < (row+1)*w; p++ {
				x, y := in[0][p*c:][:c], dst[p*c:][:c]
				for ch, v := range b {
					y[ch] = x[ch] + v
				}
			}
		})
	}}
}
