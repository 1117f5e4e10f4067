package cpu

import (
	"math"

	"unnoise/model/graph"
)

// fourier is the sines and then the cosines of 2π·t·W. The whole turns of t·W, which
// float64 holds exactly, are dropped.
func fourier(op graph.Fourier) kernel {
	weight := op.Weight.Float32()
	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		for n, t := range in[0] {
			row := dst[n*2*len(weight):][:2*len(weight)]
			for i, w := range weight {
				turns := float64(t) * float64(w)
				sin, cos := math.Sincos(2 * math.Pi * (turns - math.Round(turns)))
				row[i], row[len(weight)+i] = float32(sin), float32(cos)
			}
		}
	}}
}
