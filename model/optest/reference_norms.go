package optest

import (
	"math"

	"unnoise/model/graph"
	"unnoise/model/weights"
)

// vectorOf reads a weight that is a parameter or else the input of that index; fill
// stands for an absent one.
func vectorOf(t *weights.Tensor, in []array, input int, fill float64) func(i int) float64 {
	if t == nil && input < len(in) {
		return func(i int) float64 { return in[input].data[i] }
	}
	return parameter(t, fill)
}

// moments are the mean and the population variance of values, and the deviation
// √(variance + eps).
func moments(values []float64, eps float64) (mean, deviation float64) {
	for _, v := range values {
		mean += v / float64(len(values))
	}
	var variance float64
	for _, v := range values {
		variance += (v - mean) * (v - mean) / float64(len(values))
	}
	return mean, math.Sqrt(variance + eps)
}

// groupsOf calls f with the indices into data of every group of a flat array, and
// the first channel of each.
func groupsOf(x array, groups int, f func(picture, first int, at []int)) {
	width := x.shape[2] / groups
	for n := range x.shape[0] {
		for group := range groups {
			var at []int
			for p := range x.shape[1] {
				for c := group * width; c < (group+1)*width; c++ {
					at = append(at, (n*x.shape[1]+p)*x.shape[2]+c)
				}
			}
			f(n, group*width, at)
		}
	}
}

func pick(data []float64, at []int) []float64 {
	out := make([]float64, len(at))
	for i, j := range at {
		out[i] = data[j]
	}
	return out
}

// groupNorm: y = (x − mean)/√(variance + eps)·w + b, over a group's channels and
// all pixels.
func groupNorm(op graph.GroupNorm, out array, in []array) {
	w, b := vectorOf(op.Weight, in, 1, 1), vectorOf(op.Bias, in, 2, 0)
	x := in[0].flat()
	channels := x.shape[2]
	groupsOf(x, op.Groups, func(_, _ int, at []int) {
		mean, deviation := moments(pick(x.data, at), op.Eps)
		for _, i := range at {
			out.data[i] = (x.data[i]-mean)/deviation*w(i%channels) + b(i%channels)
		}
	})
}

// groupNormGrad: the derivative of the normalised value i with respect to x_j is
// (δ_ij − 1/n − x̂_i·x̂_j/n)/deviation for a group of n.
func groupNormGrad(op graph.GroupNormGrad, out array, in []array) {
	w := vectorOf(op.Weight, in, 2, 1)
	x, g := in[0].flat(), in[1].flat()
	channels := x.shape[2]
	groupsOf(x, op.Groups, func(_, _ int, at []int) {
		n := float64(len(at))
		mean, deviation := moments(pick(x.data, at), op.Eps)
		var sum, along float64
		for _, i := range at {
			h := g.data[i] * w(i%channels)
			sum += h
			along += h * (x.data[i] - mean) / deviation
		}
		for _, j := range at {
			unit := (x.data[j] - mean) / deviation
			out.data[j] = (g.data[j]*w(j%channels) - sum/n - along*unit/n) / deviation
		}
	})
}

// layerNorm: y = (x − mean)/√(variance + eps)·w + b, over the channels.
func layerNorm(op graph.LayerNorm, out array, in []array) {
	w, b := vectorOf(op.Weight, in, 1, 1), vectorOf(op.Bias, in, 2, 0)
	rows(out.shape[len(out.shape)-1], func(r [][]float64) {
		mean, deviation := moments(r[1], op.Eps)
		for c, x := range r[1] {
			r[0][c] = (x-mean)/deviation*w(c) + b(c)
		}
	}, out, in[0])
}

// instanceNormPlus: y = γ·(x̂ + α·(m − mean(m))/√(variance(m) + eps)) + β, x̂ over the
// pixels of a channel, the variance of the C channel means m divided by C−1.
func instanceNormPlus(op graph.InstanceNormPlus, out array, in []array) {
	x := in[0].flat()
	channels := x.shape[2]
	coefficient := func(t *weights.Tensor, part int, fill float64) func(n, c int) float64 {
		if len(in) == 1 {
			constant := parameter(t, fill)
			return func(_, c int) float64 { return constant(c) }
		}
		style := in[1]
		if (part+1)*channels > style.shape[1] {
			return func(int, int) float64 { return fill }
		}
		return func(n, c int) float64 { return *style.at(min(n, style.shape[0]-1), part*channels+c) }
	}
	gamma, alpha, beta := coefficient(op.Gamma, 0, 1), coefficient(op.Alpha, 1, 1), coefficient(op.Beta, 2, 0)

	means := make([]float64, x.shape[0]*channels)
	groupsOf(x, channels, func(n, c int, at []int) { means[n*channels+c], _ = moments(pick(x.data, at), 0) })
	groupsOf(x, channels, func(n, c int, at []int) {
		of := means[n*channels : (n+1)*channels]
		mean, population := moments(of, 0)
		unbiased := population * population * float64(channels) / float64(channels-1)
		shift := alpha(n, c) * (of[c] - mean) / math.Sqrt(unbiased+op.Eps)
		center, deviation := moments(pick(x.data, at), op.Eps)
		for _, i := range at {
			out.data[i] = gamma(n, c)*((x.data[i]-center)/deviation+shift) + beta(n, c)
		}
	})
}
