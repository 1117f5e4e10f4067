package cpu

import (
	"unnoise/model/graph"
	"unnoise/model/tensor"
)

// conv2DWeightGrad adds up, for each tap and channel of the result's gradient, the
// pixels that the tap reads, weighed by that gradient.
func conv2DWeightGrad(op graph.Conv2DWeightGrad, in []tensor.Shape, out tensor.Shape, workers *crew) kernel {
	op = op.Normal()
	x, g := in[0], in[1]
	n, h, w, c := x[0], x[1], x[2], x[3]
	outH, outW, outC := g[1], g[2], g[3]
	taps, taken := op.KernelH*op.KernelW, out[3]
	width := outC / op.Groups
	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		workers.each(outC*taps, func(_, task int) {
			o, u, v := task/taps, task%taps/op.KernelW, task%op.KernelW
			sums := make([]float64, taken)
			for row := range n * outH {
				sy := row%outH*op.Stride + u*op.Dilation - op.Pad.Top
				if sy < 0 || sy >= h {
					continue
				}
				for column := range outW {
					sx := column*op.Stride + v*op.Dilation - op.Pad.Left
					if sx < 0 || sx >= w {
						continue
					}
					weight := float64(in[1][(row*outW+column)*outC+o])
					pixel := in[0][((row/outH*h+sy)*w+sx)*c+o/width*taken:]
					for i := range sums {
						sums[i] += weight * float64(pixel[i])
					}
				}
			}
			for i, sum := range sums {
				dst[task*taken+i] = float32(sum)
			}
		})
	}}
}
