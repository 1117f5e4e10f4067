package cpu

import (
	"math"

	"unnoise/model/graph"
	"unnoise/model/tensor"
)

// groupNorm takes the mean and then the mean square of what differs from it, both
// in float64: the variance must not be lost beside a large mean.
func groupNorm(op graph.GroupNorm, in tensor.Shape, workers *crew) kernel {
	n, pixels, c := in[0], in[1]*in[2], in[3]
	width := c / op.Groups // channels of a group
	weights, biases := operand(op.Weight, 1), operand(op.Bias, 2)

	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		weight, bias := weights(in), biases(in)
		workers.each(n*op.Groups, func(_, task int) {
			image, first := task/op.Groups, task%op.Groups*width
			x := in[0][image*pixels*c : (image+1)*pixels*c]
			y := dst[image*pixels*c : (image+1)*pixels*c]
			normalise(y, x, pixels, c, first, width, op.Eps, weight, bias)
		})
	}}
}

// normalise writes channels first … first+width−1 of y. x, y: [pixels, c].
func normalise(y, x []float32, pixels, c, first, width int, eps float64, weight, bias []float32) {
	mean, variance := moments(x, pixels, c, first, width)
	scale := 1 / math.Sqrt(variance+eps)
	for ch := first; ch < first+width; ch++ {
		gain, shift := scale, 0.0
		if weight != nil {
			gain *= float64(weight[ch])
		}
		if bias != nil {
			shift = float64(bias[ch])
		}
		for i := ch; i < len(x); i += c {
			y[i] = float32((float64(x[i])-mean)*gain + shift)
		}
	}
}

// moments returns the mean and the variance (of the population) of channels
// first … first+width−1. x: [pixels, c].
func moments(x []float32, pixels, c, first, width int) (mean, variance float64) {
	count := float64(pixels * width)
	for p := range pixels {
		for _, v := range x[p*c+first : p*c+first+width] {
			mean += float64(v)
		}
	}
	mean /= count
	for p := range pixels {
		for _, v := range x[p*c+first : p*c+first+width] {
			d := float64(v) - mean
			variance += d * d
		}
	}
	return mean, variance / count
}
