package cpu

import "unnoise/model/tensor"

// channelSum adds up each channel of each picture in float64; out is [N, C], or
// [C], which is the sum over a single picture of all pixels.
func channelSum(in, out tensor.Shape, workers *crew) kernel {
	const block = 32 // channels of a task
	c := out[len(out)-1]
	n := out.Elems() / c
	pixels := in.Elems() / n / c
	blocks := (c + block - 1) / block
	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		workers.each(n*blocks, func(_, task int) {
			picture, from := task/blocks, task%blocks*block
			var sums [block]float64
			width := min(block, c-from)
			for p := range pixels {
				for i, v := range in[0][(picture*pixels+p)*c+from:][:width] {
					sums[i] += float64(v)
				}
			}
			for i := range width {
				dst[picture*c+from+i] = float32(sums[i])
			}
		})
	}}
}
