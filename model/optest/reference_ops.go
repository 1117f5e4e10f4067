package optest

import (
	"math"

	"unnoise/model/graph"
)

// conv2D: y[n,y,x,o] = b[o] + Σ_{ky,kx,i} w[o,i,ky,kx] · x[n, y·s+ky−top, x·s+kx−left, i],
// zero outside the picture.
func conv2D(op graph.Conv2D, out, in array) {
	w, b := parameter(op.Weight, 0), parameter(op.Bias, 0)
	shape := op.Weight.Shape
	channels, kernelH, kernelW := shape[1], shape[2], shape[3]
	for n := range out.shape[0] {
		for y := range out.shape[1] {
			for x := range out.shape[2] {
				for o := range out.shape[3] {
					sum := b(o)
					for ky := range kernelH {
						for kx := range kernelW {
							sy, sx := y*op.Stride+ky-op.Pad.Top, x*op.Stride+kx-op.Pad.Left
							if sy < 0 || sy >= in.shape[1] || sx < 0 || sx >= in.shape[2] {
								continue
							}
							for i := range channels {
								sum += w(((o*channels+i)*kernelH+ky)*kernelW+kx) * *in.at(n, sy, sx, i)
							}
						}
					}
					*out.at(n, y, x, o) = sum
				}
			}
		}
	}
}

// linear: y[…,o] = b[o] + Σ_i w[o,i] · x[…,i].
func linear(op graph.Linear, out, in array) {
	w, b := parameter(op.Weight, 0), parameter(op.Bias, 0)
	outC, inC := op.Weight.Shape[0], op.Weight.Shape[1]
	for p := range len(in.data) / inC {
		for o := range outC {
			sum := b(o)
			for i := range inC {
				sum += w(o*inC+i) * in.data[p*inC+i]
			}
			out.data[p*outC+o] = sum
		}
	}
}

// groupNorm: y = (x − mean)/√(variance + eps)·w + b, over a group's channels and
// all pixels.
func groupNorm(op graph.GroupNorm, out, in array) {
	w, b := parameter(op.Weight, 1), parameter(op.Bias, 0)
	x, y := in.flat(), out.flat()
	width := x.shape[2] / op.Groups
	for n := range x.shape[0] {
		for group := range op.Groups {
			mean := func(f func(v float64) float64) float64 {
				var sum float64
				for p := range x.shape[1] {
					for c := range width {
						sum += f(*x.at(n, p, group*width+c))
					}
				}
				return sum / float64(x.shape[1]*width)
			}
			m := mean(func(v float64) float64 { return v })
			variance := mean(func(v float64) float64 { return (v - m) * (v - m) })
			for p := range x.shape[1] {
				for c := group * width; c < (group+1)*width; c++ {
					*y.at(n, p, c) = (*x.at(n, p, c)-m)/math.Sqrt(variance+op.Eps)*w(c) + b(c)
				}
			}
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
						weight[j] += op.Scale * *q.at(n, i, c) * *k.at(n, j, c)
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
						*out.at(n, i, c) += e / total * *v.at(n, j, c)
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
