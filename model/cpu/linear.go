package cpu

import (
	"unnoise/model/graph"
	"unnoise/model/tensor"
)

// linear is one table of dot products: every input vector with every row of the
// weight, or with every column where it is transposed.
func linear(op graph.Linear, in []tensor.Shape, out tensor.Shape, workers *crew) kernel {
	const blockRows, blockCols = 48, 32 // vectors and channels of a task
	inC, outC := in[0][len(in[0])-1], out[len(out)-1]
	vectors := in[0].Elems() / inC
	weight, bias := operand(op.Weight, 1), operand(op.Bias, 2)
	layout := rows{strips: 1, length: inC, xStep: inC, wStep: inC}
	blocks := (outC + blockCols - 1) / blockCols

	scratch := 0
	if op.Transposed && op.Weight != nil {
		turned := make([]float32, inC*outC)
		transpose(turned, weight(nil), inC, outC)
		weight = func([][]float32) []float32 { return turned }
	} else if op.Transposed {
		scratch = inC * outC
	}
	return kernel{scratch, func(dst []float32, in [][]float32, turned []float32) {
		w, b := weight(in), bias(in)
		if scratch > 0 {
			transpose(turned, w, inC, outC)
			w = turned
		}
		workers.each((vectors+blockRows-1)/blockRows*blocks, func(_, task int) {
			first, from := task/blocks*blockRows, task%blocks*blockCols
			product(dst[first*outC:], outC, in[0][first*inC:], w, b,
				layout, min(blockRows, vectors-first), from, min(outC, from+blockCols))
		})
	}}
}

// transpose writes the columns of src as the rows of dst. src: [rows, cols]; dst:
// [cols, rows].
func transpose(dst, src []float32, rows, cols int) {
	tensor.NHWCToNCHW(dst, src, 1, cols, 1, rows)
}
