package cpu

import (
	"unnoise/model/graph"
	"unnoise/model/tensor"
)

// attentionGrad goes through the queries of one head at a time. For each it computes
// the probabilities p and ds again, and adds what they contribute.
func attentionGrad(op graph.AttentionGrad, q, k tensor.Shape, workers *crew) kernel {
	n, c := q[0], q[len(q)-1]
	queries, keys := q.Elems()/n/c, k.Elems()/n/c
	dim := c / op.Heads
	lines := keys // positions of the result
	if op.Of == graph.Queries {
		lines = queries
	}
	sums := make([][]float64, workers.size) // one head's result
	for i := range sums {
		sums[i] = make([]float64, lines*dim)
	}
	return kernel{2 * workers.size * keys, func(dst []float32, in [][]float32, scratch []float32) {
		workers.each(n*op.Heads, func(worker, task int) {
			image, first := task/op.Heads, task%op.Heads*dim
			part := func(input, positions, i int) []float32 { // a position's features of this head
				return in[input][(image*positions+i)*c+first:][:dim]
			}
			sum := sums[worker]
			clear(sum)
			p := scratch[2*worker*keys:][:keys]
			ds := scratch[(2*worker+1)*keys:][:keys]
			for i := range queries {
				for j := range keys {
					p[j] = float32(dot(part(0, queries, i), part(1, keys, j)))
				}
				softmax(p, op.Scale)
				var mean float64
				for j := range keys {
					ds[j] = float32(dot(part(3, queries, i), part(2, keys, j)))
					mean += float64(p[j]) * float64(ds[j])
				}
				for j := range keys {
					score := op.Scale * float64(p[j]) * (float64(ds[j]) - mean)
					switch op.Of {
					case graph.Queries:
						addScaled(sum[i*dim:], score, part(1, keys, j))
					case graph.Keys:
						addScaled(sum[j*dim:], score, part(0, queries, i))
					case graph.Values:
						addScaled(sum[j*dim:], float64(p[j]), part(3, queries, i))
					}
				}
			}
			for i := range lines {
				for d, v := range sum[i*dim : (i+1)*dim] {
					dst[(image*lines+i)*c+first+d] = float32(v)
				}
			}
		})
	}}
}

// dot is Σ a·b.
func dot(a, b []float32) float64 {
	var sum float64
	for i, v := range a {
		sum += float64(v) * float64(b[i])
	}
	return sum
}

// addScaled adds factor·x to sum.
func addScaled(sum []float64, factor float64, x []float32) {
	for i, v := range x {
		sum[i] += factor * float64(v)
	}
}
