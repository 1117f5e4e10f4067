package optest

import (
	"math"

	"unnoise/model/graph"
)

// attentionGrad: y = Σ_j softmax_j(s)·v_j with s = scale·q·k_j has, for a cotangent g,
// dv_j = Σ_i p_ij·g_i, ds_ij = p_ij·(g_i·v_j − Σ_j' p_ij'·g_i·v_j'),
// dq_i = scale·Σ_j ds_ij·k_j, dk_j = scale·Σ_i ds_ij·q_i, within each head.
func attentionGrad(op graph.AttentionGrad, out, q, k, v, g array) {
	dim := q.shape[2] / op.Heads
	keys := k.shape[1]
	for n := range q.shape[0] {
		for head := range op.Heads {
			first := head * dim
			for i := range q.shape[1] {
				p := make([]float64, keys)
				dp := make([]float64, keys)
				for j := range keys {
					for c := first; c < first+dim; c++ {
						p[j] += op.Scale * *q.at3(n, i, c) * *k.at3(n, j, c)
						dp[j] += *g.at3(n, i, c) * *v.at3(n, j, c)
					}
				}
				softmax(p, p)
				var mean float64
				for j := range keys {
					mean += p[j] * dp[j]
				}
				for j := range keys {
					ds := op.Scale * p[j] * (dp[j] - mean)
					for c := first; c < first+dim; c++ {
						switch op.Of {
						case graph.Queries:
							*out.at3(n, i, c) += ds * *k.at3(n, j, c)
						case graph.Keys:
							*out.at3(n, j, c) += ds * *q.at3(n, i, c)
						case graph.Values:
							*out.at3(n, j, c) += p[j] * *g.at3(n, i, c)
						}
					}
				}
			}
		}
	}
}

// softmax writes exp(x)/Σ exp(x) into y, which may be x.
func softmax(y, x []float64) {
	log := logSumExp(x)
	for i, v := range x {
		y[i] = math.Exp(v - log)
	}
}

// logSumExp is log Σ exp(x).
func logSumExp(x []float64) float64 {
	largest := math.Inf(-1)
	for _, v := range x {
		largest = max(largest, v)
	}
	var sum float64
	for _, v := range x {
		sum += math.Exp(v - largest)
	}
	return largest + math.Log(sum)
}

// rows calls f for each row of the given width, with the same row of several arrays.
func rows(width int, f func(row [][]float64), arrays ...array) {
	for i := 0; i < len(arrays[0].data); i += width {
		row := make([][]float64, len(arrays))
		for k, a := range arrays {
			row[k] = a.data[i : i+width]
		}
		f(row)
	}
}

// columns calls f for each channel of each picture with its values at all
// positions. What f writes into the first array's column is kept.
func columns(f func(column [][]float64), arrays ...array) {
	flat := make([]array, len(arrays))
	for k, a := range arrays {
		flat[k] = a.flat()
	}
	s := flat[0].shape
	for n := range s[0] {
		for c := range s[2] {
			column := make([][]float64, len(arrays))
			for k, a := range flat {
				for p := range s[1] {
					column[k] = append(column[k], *a.at3(n, p, c))
				}
			}
			f(column)
			for p, v := range column[0] {
				*flat[0].at3(n, p, c) = v
			}
		}
	}
}

// softmaxGrad: x_i = y_i·(g_i − Σ y·g).
func softmaxGrad(x, y, g []float64) {
	var mean float64
	for i := range y {
		mean += y[i] * g[i]
	}
	for i := range y {
		x[i] = y[i] * (g[i] - mean)
	}
}

// logSoftmaxGrad: x_i = g_i − exp(y_i)·Σ g.
func logSoftmaxGrad(x, y, g []float64) {
	var sum float64
	for _, v := range g {
		sum += v
	}
	for i := range y {
		x[i] = g[i] - math.Exp(y[i])*sum
	}
}

// logProbGrad: y[n,k] = g[n]·(1[k = label[n]] − softmax(x[n])[k]).
func logProbGrad(out, logits, labels, g array) {
	for n := range logits.shape[0] {
		row := logits.data[n*logits.shape[1] : (n+1)*logits.shape[1]]
		log := logSumExp(row)
		for k, x := range row {
			hit := 0.0
			if k == int(labels.data[n]) {
				hit = 1
			}
			*out.at(n, k) = g.data[n%len(g.data)] * (hit - math.Exp(x-log))
		}
	}
}

// split: y[…, h·c+i] = x[…, (h·parts+part)·c+i], and its gradient the other way.
func split(op graph.Split, whole, part array, move func(whole, part *float64)) {
	w, p := whole.flat(), part.flat()
	width := p.shape[2] / op.Heads
	p.each(func(n, at, c int) {
		head := c / width
		move(w.at3(n, at, (head*op.Parts+op.Part)*width+c%width), p.at3(n, at, c))
	})
}

// headContext: y[n, h·D+d, e] = Σ_p a[n, p, h·D+d]·b[n, p, h·D+e].
func headContext(out, a, b array) {
	dim := out.shape[2]
	out.each(func(n, c, e int) {
		for p := range a.shape[1] {
			*out.at3(n, c, e) += *a.at3(n, p, c) * *b.at3(n, p, c/dim*dim+e)
		}
	})
}

// headApply: y[n, p, h·D+e] = Σ_d x[n, p, h·D+d]·m[n, h·D+d, e], or with the matrix
// of each head transposed.
func headApply(op graph.HeadApply, out, x, m array) {
	dim := m.shape[2]
	out.each(func(n, p, c int) {
		first, e := c/dim*dim, c%dim
		for d := range dim {
			factor := *m.at3(n, first+d, e)
			if op.Transposed {
				factor = *m.at3(n, first+e, d)
			}
			*out.at3(n, p, c) += *x.at3(n, p, first+d) * factor
		}
	})
}
