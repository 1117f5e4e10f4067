package cpu

import (
	"unnoise/model/graph"
	"unnoise/model/tensor"
)

// sum adds up in float64 what lies between the axes before From and those from To on.
func sum(op graph.Sum, in tensor.Shape, workers *crew) kernel {
	const block = 64 // inner values of a task
	outer, count, inner := in[:op.From].Elems(), in[op.From:op.To].Elems(), in[op.To:].Elems()
	blocks := (inner + block - 1) / block
	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		workers.each(outer*blocks, func(_, task int) {
			o, from := task/blocks, task%blocks*block
			width := min(block, inner-from)
			var sums [block]float64
			for k := range count {
				for i, v := range in[0][(o*count+k)*inner+from:][:width] {
					sums[i] += float64(v)
				}
			}
			for i := range width {
				dst[o*inner+from+i] = float32(sums[i])
			}
		})
	}}
}
