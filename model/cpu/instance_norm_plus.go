package cpu

import (
	"math"

	"unnoise/model/graph"
	"unnoise/model/tensor"
)

// instanceNormPlus normalises each channel of a picture over its pixels, and the
// channels' means over the channels.
func instanceNormPlus(op graph.InstanceNormPlus, in []tensor.Shape, workers *crew) kernel {
	n, pixels, c := in[0][0], in[0][1]*in[0][2], in[0][3]
	constants := [3][]float32{expand(op.Gamma), expand(op.Alpha), expand(op.Beta)}
	// pick returns a picture's coefficients; beta may be nil.
	pick := func([][]float32, int) [3][]float32 { return constants }
	if len(in) == 2 {
		rows, width := in[1][0], in[1][1]
		pick = func(values [][]float32, image int) (out [3][]float32) {
			row := values[1][image%rows*width:][:width]
			for i := range width / c {
				out[i] = row[i*c : (i+1)*c]
			}
			return out
		}
	}
	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		workers.each(n, func(_, image int) {
			x := in[0][image*pixels*c : (image+1)*pixels*c]
			y := dst[image*pixels*c : (image+1)*pixels*c]
			k := pick(in, image)
			gamma, alpha, beta := k[0], k[1], k[2]

			means, scales := make([]float64, c), make([]float64, c)
			var mean, variance float64
			for ch := range c {
				m, v := moments(x, pixels, c, ch, 1)
				means[ch], scales[ch] = m, 1/math.Sqrt(v+op.Eps)
				mean += m / float64(c)
			}
			for _, m := range means {
				variance += (m - mean) * (m - mean) / float64(c-1)
			}
			for ch, m := range means {
				shift := float64(alpha[ch]) * (m - mean) / math.Sqrt(variance+op.Eps)
				offset := 0.0
				if beta != nil {
					offset = float64(beta[ch])
				}
				for i := ch; i < len(x); i += c {
					y[i] = float32(float64(gamma[ch])*((float64(x[i])-m)*scales[ch]+shift) + offset)
				}
			}
		})
	}}
}
