package cpu

import (
	"unnoise/model/graph"
	"unnoise/model/tensor"
)

// matMul turns both operands so that the sums run along consecutive values, where
// they do not already; then each product is a table of dot products.
func matMul(op graph.MatMul, a, out tensor.Shape, workers *crew) kernel {
	const blockRows, blockCols = 48, 32 // of the result, in a task
	lead := len(out) - 2
	m, n := out[lead], out[lead+1]
	batch := out.Elems() / m / n
	k := a.Elems() / batch / m
	layout := rows{strips: 1, length: k, xStep: k, wStep: k}
	blocksM, blocksN := (m+blockRows-1)/blockRows, (n+blockCols-1)/blockCols

	var sizeA, sizeB int // of the operands turned
	if op.TransposeA {
		sizeA = batch * m * k
	}
	if !op.TransposeB {
		sizeB = batch * n * k
	}
	return kernel{sizeA + sizeB, func(dst []float32, in [][]float32, scratch []float32) {
		x, w := in[0], in[1]
		if op.TransposeA {
			x = scratch[:sizeA]
			workers.each(batch, func(_, z int) { transpose(x[z*m*k:(z+1)*m*k], in[0][z*m*k:], k, m) })
		}
		if !op.TransposeB {
			w = scratch[sizeA:]
			workers.each(batch, func(_, z int) { transpose(w[z*n*k:(z+1)*n*k], in[1][z*n*k:], k, n) })
		}
		workers.each(batch*blocksM*blocksN, func(_, task int) {
			z := task / blocksN / blocksM
			first, from := task/blocksN%blocksM*blockRows, task%blocksN*blockCols
			product(dst[(z*m+first)*n:], n, x[(z*m+first)*k:], w[z*n*k:], nil,
				layout, min(blockRows, m-first), from, min(n, from+blockCols))
		})
	}}
}
