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
	change("moving_average", "squares not squared", func(op graph.MovingAverage) graph.MovingAverage {
		op.Square = false
		return op
	}),
	change("moving_average", "decay of the other", func(op graph.MovingAverage) graph.MovingAverage {
		op.Decay = 1 - op.Decay
		return op
	}),
	change("adam_step", "no decay", func(op graph.AdamStep) graph.AdamStep { op.Decay = 0; return op }),
	formula("adam_step", "eps inside the root", func(op graph.AdamStep, out array, in []array) {
		v := array{in[2].shape, slices.Clone(in[2].data)}
		for i := range v.data {
			v.data[i] += op.Eps * op.Eps * in[4].data[0]
		}
		evaluate(graph.AdamStep{Decay: op.Decay}, out, []array{in[0], in[1], v, in[3], in[4], in[5]})
	}),
	formula("adam_step", "corrections exchanged", func(op graph.AdamStep, out array, in []array) {
		evaluate(op, out, []array{in[0], in[1], in[2], in[4], in[3], in[5]})
	}),
	formula("sgd_step", "uphill", func(op graph.SGDStep, out array, in []array) {
		evaluate(op, out, in)
		for i, p := range in[0].data {
			out.data[i] = 2*p - out.data[i]
		}
	}),
	formula("embedding_grad", "last one wins", func(_ graph.EmbeddingGrad, out array, in []array) {
		for n, label := range in[0].data {
			for c := range out.shape[1] {
				*out.at(int(label), c) = *in[1].at(n, c)
			}
		}
	}),
	formula("matmul", "a not transposed", func(op graph.MatMul, out array, in []array) {
		a := matrices(in[0])
		if op.TransposeA {
			a.shape[1], a.shape[2] = a.shape[2], a.shape[1]
		}
		matMul(graph.MatMul{TransposeB: op.TransposeB}, out, a, in[1])
	}),
	formula("matmul", "first matrix of the batch", func(op graph.MatMul, out array, in []array) {
		evaluate(op, out, in)
		y := matrices(out)
		size := y.shape[1] * y.shape[2]
		for i := range y.data {
			y.data[i] = y.data[i%size]
		}
	}),
	formula("linear", "a weight that is a value read by columns", func(op graph.Linear, out array, in []array) {
		if len(in) > 1 {
			w := array{in[1].shape, make([]float64, len(in[1].data))}
			for i := range w.data {
				rows, cols := w.shape[0], w.shape[1]
				w.data[i] = in[1].data[i%rows*cols+i/rows]
			}
			in = append([]array{in[0], w}, in[2:]...)
		}
		evaluate(op, out, in)
	}),
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
