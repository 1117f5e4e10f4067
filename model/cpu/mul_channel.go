package cpu

import "unnoise/model/tensor"

// mulChannel multiplies every position by one value per picture and channel.
func mulChannel(in tensor.Shape, workers *crew) kernel {
	n, c := in[0], in[len(in)-1]
	positions := in.Elems() / n / c
	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		workers.each(n, func(_, picture int) {
			s := in[1][picture*c:][:c]
			for p := picture * positions; p < (picture+1)*positions; p++ {
				x, y := in[0][p*c:][:c], dst[p*c:][:c]
				for ch, v := range s {
					y[ch] = x[ch] * v
				}
			}
		})
	}}
}
