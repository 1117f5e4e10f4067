package optest

import (
	"slices"

	"unnoise/model/graph"
)

// backwardFaults spoil the operations that backward passes are made of.
var backwardFaults = []fault{
	formula("silu_grad", "x·σ′ forgotten", func(op graph.SiLUGrad, out array, in []array) {
		evaluate(op, out, []array{{in[0].shape, make([]float64, len(in[0].data))}, in[1]})
	}),
	formula("silu_grad", "operands exchanged", func(op graph.SiLUGrad, out array, in []array) {
		evaluate(op, out, []array{in[1], in[0]})
	}),
	formula("mul", "added", func(_ graph.Mul, out array, in []array) { evaluate(graph.Add{}, out, in) }),
	change("scale_shift", "shift read all the same", func(op graph.ScaleShift) graph.ScaleShift { op.NoShift = false; return op }),
	change("constant", "zero", func(op graph.Constant) graph.Constant { op.Value = 0; return op }),
	formula("slice", "from the first channel", func(op graph.Slice, out array, in []array) {
		evaluate(graph.Slice{To: op.To - op.From}, out, in)
	}),
	formula("slice", "one run of memory", func(op graph.Slice, out array, in []array) {
		copy(out.data, in[0].data[op.From:])
	}),
	formula("sum_pool", "mean", func(op graph.SumPool, out array, in []array) {
		evaluate(op, out, in)
		for i := range out.data {
			out.data[i] /= 4
		}
	}),
	formula("channel_sum", "last position left out", func(op graph.ChannelSum, out array, in []array) {
		x := array{in[0].shape, slices.Clone(in[0].data)}
		clear(x.data[len(x.data)-len(out.data):])
		evaluate(op, out, []array{x})
	}),
	formula("channel_sum", "first picture only", func(op graph.ChannelSum, out array, in []array) {
		x := array{in[0].shape, slices.Clone(in[0].data)}
		clear(x.data[len(x.data)/x.shape[0]:])
		evaluate(op, out, []array{x})
	}),
}
