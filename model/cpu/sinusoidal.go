package cpu

import (
	"math"

	"unnoise/model/graph"
)

// sinusoidal forms the angles t·frequency in float32, step by step as diffusers
// does: networks were trained on angles rounded so, and at t near 1000 the
// rounding shows in the fifth digit of the sine. The frequencies do not depend on
// the input and are made at compile time.
func sinusoidal(op graph.Sinusoidal) kernel {
	half := op.Dim / 2
	frequencies := make([]float32, half)
	for i := range frequencies {
		exponent := float32(-math.Log(op.MaxPeriod)) * float32(i)
		exponent /= float32(float64(half) - op.FreqShift)
		frequencies[i] = float32(math.Exp(float64(exponent)))
	}
	sines, cosines := 0, half
	if op.FlipSinToCos {
		sines, cosines = half, 0
	}
	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		clear(dst) // an odd Dim ends in a zero
		for n, t := range in[0] {
			row := dst[n*op.Dim : (n+1)*op.Dim]
			for i, f := range frequencies {
				sin, cos := math.Sincos(float64(float32(t * f)))
				row[sines+i], row[cosines+i] = float32(sin), float32(cos)
			}
		}
	}}
}
