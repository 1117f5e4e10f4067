package cpu

import (
	"math"

	"unnoise/model/graph"
	"unnoise/model/tensor"
)

// groupNormGrad is (h − mean(h) − x̂·mean(h·x̂))/deviation with h = g·weight, the
// means over a group.
func groupNormGrad(op graph.GroupNormGrad, in tensor.Shape, workers *crew) kernel {
	n, pixels, c := in[0], in[1]*in[2], in[3]
	width := c / op.Groups // channels of a group
	count := float64(pixels * width)
	weights := operand(op.Weight, 2)

	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		weight := weights(in)
		workers.each(n*op.Groups, func(_, task int) {
			image, first := task/op.Groups, task%op.Groups*width
			x := in[0][image*pixels*c : (image+1)*pixels*c]
			g := in[1][image*pixels*c : (image+1)*pixels*c]
			mean, variance := moments(x, pixels, c, first, width)
			scale := 1 / math.Sqrt(variance+op.Eps)
			each := func(visit func(i int, h, unit float64)) {
				for p := range pixels {
					for ch := first; ch < first+width; ch++ {
						i := p*c + ch
						h := float64(g[i])
						if weight != nil {
							h *= float64(weight[ch])
						}
						visit(i, h, (float64(x[i])-mean)*scale)
					}
				}
			}
			var meanH, meanHX float64
			each(func(_ int, h, unit float64) {
				meanH += h / count
				meanHX += h * unit / count
			})
			y := dst[image*pixels*c:]
			each(func(i int, h, unit float64) { y[i] = float32((h - meanH - unit*meanHX) * scale) })
		})
	}}
}
