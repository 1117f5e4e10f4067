package cpu

import (
	"unnoise/model/graph"
	"unnoise/model/tensor"
)

// concatPositions writes each picture's positions of a before those of b.
func concatPositions(a, b tensor.Shape) kernel {
	sizeA, sizeB := a.Elems()/a[0], b.Elems()/b[0]
	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		for n := range a[0] {
			picture := dst[n*(sizeA+sizeB) : (n+1)*(sizeA+sizeB)]
			copy(picture, in[0][n*sizeA:(n+1)*sizeA])
			copy(picture[sizeA:], in[1][n*sizeB:(n+1)*sizeB])
		}
	}}
}

// slicePositions copies a range of each picture's positions.
func slicePositions(op graph.SlicePositions, in tensor.Shape) kernel {
	size, c := in.Elems()/in[0], in[len(in)-1]
	part := (op.To - op.From) * c
	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		for n := range len(dst) / part {
			copy(dst[n*part:(n+1)*part], in[0][n*size+op.From*c:])
		}
	}}
}
