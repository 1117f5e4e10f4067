package plane

import "math"

// Blur is the distribution of x_t + std·ε, seen as if it were x_t: what a picture
// with pixels of about 3·std can show of it.
func (n Noised) Blur(std float64) Noised {
	out := Noised{signal: n.signal, noise: n.noise + std*std, kernels: make([]kernel, len(n.kernels))}
	for i, k := range n.kernels {
		variance := 1 / k.inverse
		wider := variance + std*std
		k.inverse = 1 / wider
		k.log += math.Log(variance / wider)
		k.keep *= variance / wider
		out.kernels[i] = k
	}
	return out
}

// Density is q(x_t) at the middles of the w×h cells of the square
// [−half, half]², row by row from the top.
func (n Noised) Density(half float64, w, h int) []float32 {
	sum := make([]float64, w*h)
	across, down := make([]float64, w), make([]float64, h)
	for i := range n.kernels {
		k := &n.kernels[i]
		// A round Gaussian is the product of one in x and one in y.
		bell(across, k.x, -half, 2*half/float64(w), k.inverse)
		bell(down, k.y, half, -2*half/float64(h), k.inverse)
		weight := math.Exp(k.log)
		for r, ofY := range down {
			if ofY *= weight; ofY == 0 {
				continue
			}
			line := sum[r*w : (r+1)*w]
			for c, ofX := range across {
				line[c] += ofY * ofX
			}
		}
	}
	out := make([]float32, len(sum))
	for i, v := range sum {
		out[i] = float32(v)
	}
	return out
}

// bell writes exp(−½·inverse·(x − mean)²) at the middles of cells of size step from
// start on, and 0 where it is below float32's precision.
func bell(dst []float64, mean, start, step, inverse float64) {
	const least = -60
	for i := range dst {
		d := start + (float64(i)+.5)*step - mean
		dst[i] = 0
		if exponent := -.5 * inverse * d * d; exponent > least {
			dst[i] = math.Exp(exponent)
		}
	}
}
