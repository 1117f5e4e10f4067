package cpu

import (
	"math"

	"unnoise/model/graph"
	"unnoise/model/tensor"
)

// attention turns each value matrix on its side, so that both of its products are
// tables of dot products over consecutive values; then every task takes a few
// queries of one head: scores, softmax, weighted values.
func attention(op graph.Attention, q, k tensor.Shape, workers *crew) kernel {
	const block = 12 // queries of a task
	n, c := q[0], q[len(q)-1]
	queries, keys := q.Elems()/n/c, k.Elems()/n/c
	dim := c / op.Heads
	blocks := (queries + block - 1) / block
	byKey := rows{strips: 1, length: dim, xStep: c, wStep: c}
	byValue := rows{strips: 1, length: keys, xStep: keys, wStep: keys}

	sideways := n * c * keys // values as [n, c, keys]
	run := func(dst []float32, in [][]float32, scratch []float32) {
		values, tables := scratch[:sideways], scratch[sideways:]
		workers.each(n, func(_, image int) {
			size := keys * c
			tensor.NHWCToNCHW(values[image*size:(image+1)*size], in[2][image*size:], 1, c, 1, keys)
		})
		workers.each(n*op.Heads*blocks, func(worker, task int) {
			first := task % blocks * block
			image, head := task/blocks/op.Heads, task/blocks%op.Heads
			count := min(block, queries-first)
			at := (image*queries+first)*c + head*dim // of the first query, and of its result
			weights := tables[worker*block*keys:][:count*keys]
			product(weights, keys, in[0][at:], in[1][image*keys*c+head*dim:], nil, byKey, count, 0, keys)
			for i := range count {
				softmax(weights[i*keys:(i+1)*keys], op.Scale)
			}
			product(dst[at:], c, weights, values[(image*c+head*dim)*keys:], nil, byValue, count, 0, dim)
		})
	}
	return kernel{sideways + workers.size*block*keys, run}
}

// softmax replaces x by exp(scale·x) / Σ exp(scale·x). The largest exponent is
// taken off first, so that nothing overflows.
func softmax(x []float32, scale float64) {
	largest := math.Inf(-1)
	for _, v := range x {
		largest = max(largest, scale*float64(v))
	}
	var sum float64
	for i, v := range x {
		e := math.Exp(scale*float64(v) - largest)
		sum += e
		x[i] = float32(e)
	}
	for i, v := range x {
		x[i] = float32(float64(v) / sum)
	}
}
