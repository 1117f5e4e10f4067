package cpu

import "unnoise/model/tensor"

// sumPool adds up every 2×2 pixels.
func sumPool(out tensor.Shape, workers *crew) kernel {
	n, h, w, c := out[0], out[1], out[2], out[3]
	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		workers.each(n*h, func(_, row int) {
			upper := in[0][4*row*w*c:][:2*w*c]
			lower := in[0][(4*row+2)*w*c:][:2*w*c]
			for p := range w {
				y := dst[(row*w+p)*c:][:c]
				for ch := range y {
					left, right := 2*p*c+ch, (2*p+1)*c+ch
					y[ch] = upper[left] + upper[right] + lower[left] + lower[right]
				}
			}
		})
	}}
}
