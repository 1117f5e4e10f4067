package optest

import (
	"math"

	"unnoise/model/graph"
)

// linear: y[…,o] = b[o] + Σ_i w[o,i] · x[…,i], or Σ_i w[i,o] · x[…,i] where it is
// transposed.
func linear(op graph.Linear, out array, in []array) {
	w, b := vectorOf(op.Weight, in, 1, 0), vectorOf(op.Bias, in, 2, 0)
	inC, outC := in[0].shape[len(in[0].shape)-1], out.shape[len(out.shape)-1]
	wide, narrow := inC, 1 // how far apart w's values are along o and along i
	if op.Transposed {
		wide, narrow = 1, outC
	}
	for p := range len(out.data) / outC {
		for o := range outC {
			sum := b(o)
			for i := range inC {
				sum += w(o*wide+i*narrow) * in[0].data[p*inC+i]
			}
			out.data[p*outC+o] = sum
		}
	}
}

// attention: y = Σ_j softmax_j(scale·q·k_j)·v_j within each head. q, y: [N, L, C];
// k, v: [N, M, C].
func attention(op graph.Attention, out, q, k, v array) {
	dim := q.shape[2] / op.Heads
	weight := make([]float64, k.shape[1])
	for n := range q.shape[0] {
		for head := range op.Heads {
			for i := range q.shape[1] {
				largest := math.Inf(-1)
				for j := range weight {
					weight[j] = 0
					for c := head * dim; c < (head+1)*dim; c++ {
						weight[j] += op.Scale * *q.at3(n, i, c) * *k.at3(n, j, c)
					}
					largest = max(largest, weight[j])
				}
				var total float64
				for j := range weight {
					weight[j] = math.Exp(weight[j] - largest)
					total += weight[j]
				}
				for c := head * dim; c < (head+1)*dim; c++ {
					for j, e := range weight {
						*out.at3(n, i, c) += e / total * *v.at3(n, j, c)
					}
				}
			}
		}
	}
}

// sinusoidal: sin and cos of t·period^(−i/(half − shift)).
func sinusoidal(op graph.Sinusoidal, out, in array) {
	half := op.Dim / 2
	for n, t := range in.data {
		for i := range half {
			angle := t * math.Pow(op.MaxPeriod, -float64(i)/(float64(half)-op.FreqShift))
			sine, cosine := i, half+i
			if op.FlipSinToCos {
				sine, cosine = half+i, i
			}
			*out.at(n, sine) = math.Sin(angle)
			*out.at(n, cosine) = math.Cos(angle)
		}
	}
}
