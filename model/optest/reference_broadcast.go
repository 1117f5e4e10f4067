package optest

import (
	"math"

	"unnoise/model/graph"
)

// every calls f for every index of an array.
func (a array) every(f func(index []int)) {
	index := make([]int, len(a.shape))
	for range a.data {
		f(index)
		for axis := len(index) - 1; axis >= 0; axis-- {
			if index[axis]++; index[axis] < a.shape[axis] {
				break
			}
			index[axis] = 0
		}
	}
}

// folded is an index of the larger array brought into one that has extent 1 in some
// of the axes.
func (a array) folded(index []int) []int {
	out := make([]int, len(index))
	for axis, i := range index {
		out[axis] = min(i, a.shape[axis]-1)
	}
	return out
}

// rbf: φ_k = exp(−‖x − c_k‖²/(2σ_k²)), and φ_k/Σφ where normalised.
func rbf(op graph.RBF, out array, in []array) {
	x, c, s := in[0], in[1], in[2]
	for n := range x.shape[0] {
		exponents := make([]float64, c.shape[0])
		for k := range exponents {
			var square float64
			for d := range x.shape[1] {
				square += math.Pow(*x.at(n, d)-*c.at(k, d), 2)
			}
			exponents[k] = -square / (2 * math.Pow(*s.at(k), 2))
		}
		total := 0.0
		if op.Normalised {
			total = logSumExp(exponents)
		}
		for k, e := range exponents {
			*out.at(n, k) = math.Exp(e - total)
		}
	}
}

// fourier: sin and then cos of 2π·t·w.
func fourier(op graph.Fourier, out, in array) {
	w, half := parameter(op.Weight, 0), op.Weight.Shape[0]
	for n, t := range in.data {
		for i := range half {
			*out.at(n, i) = math.Sin(2 * math.Pi * t * w(i))
			*out.at(n, half+i) = math.Cos(2 * math.Pi * t * w(i))
		}
	}
}
