package langevin

import (
	"math"

	"unnoise/model/diffusion"
)

// Between is the noise of rows of n pictures each that lead from one picture to another:
// of every draw, cos θ·p + sin θ·q with θ from 0 to π/2 along a row. Rows start from one x
// each. NCSNv2, §5 and anneal_Langevin_dynamics_interpolation of its program.
//
// noise gives one picture a row: p and q of draw i are its draws 2i and 2i+1. The result
// fills [rows, n, elems].
func Between(noise diffusion.Noise, rows, n int) diffusion.Noise {
	var p, q []float32
	return func(i int, dst []float32) {
		size := len(dst) / n
		if len(p) != size {
			p, q = make([]float32, size), make([]float32, size)
		}
		noise(2*i, p)
		noise(2*i+1, q)
		elems := size / rows
		for row := range rows {
			of := func(values []float32) []float32 { return values[row*elems : (row+1)*elems] }
			for k := range n {
				at := (row*n + k) * elems
				theta := Angle(k, n)
				diffusion.Combine(dst[at:at+elems], of(p), of(q), math.Cos(theta), math.Sin(theta))
			}
		}
	}
}

// Angle is θ of picture k of n.
func Angle(k, n int) float64 {
	if n == 1 {
		return 0
	}
	return math.Pi / 2 * float64(k) / float64(n-1)
}
