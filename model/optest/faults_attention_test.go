package optest

import (
	"math"

	"unnoise/model/graph"
)

var attentionKinFaults = []fault{
	change("attention_grad", "scale forgotten", func(op graph.AttentionGrad) graph.AttentionGrad {
		if op.Of == graph.Keys {
			op.Scale = 1
		}
		return op
	}),
	change("attention_grad", "one head", func(op graph.AttentionGrad) graph.AttentionGrad { op.Heads = 1; return op }),
	formula("attention_grad", "mean of dp not taken off", func(op graph.AttentionGrad, out array, in []array) {
		// Without it the gradient with respect to q is larger by Scale·mean·Σ p·k:
		// attention over the keys themselves, times g·y.
		evaluate(op, out, in)
		if op.Of != graph.Queries {
			return
		}
		q := in[0].flat()
		y := array{q.shape, make([]float64, len(q.data))}
		keys := array{q.shape, make([]float64, len(q.data))}
		forward := graph.Attention{Heads: op.Heads, Scale: op.Scale}
		attention(forward, y, q, in[1].flat(), in[2].flat())
		attention(forward, keys, q, in[1].flat(), in[1].flat())
		for i, g := range in[3].data {
			out.data[i] += op.Scale * g * y.data[i] * keys.data[i]
		}
	}),
	formula("attention_grad", "queries beyond the keys left out", func(op graph.AttentionGrad, out array, in []array) {
		g := array{in[3].shape, make([]float64, len(in[3].data))}
		flat, keys := in[3].flat(), in[1].flat().shape[1]
		seen := g.flat()
		seen.each(func(n, p, c int) {
			if p < keys {
				*seen.at3(n, p, c) = *flat.at3(n, p, c)
			}
		})
		evaluate(op, out, []array{in[0], in[1], in[2], g})
	}),
	change("split", "heads and parts exchanged", func(op graph.Split) graph.Split {
		op.Heads = 1
		return op
	}),
	change("split", "next part", func(op graph.Split) graph.Split { op.Part = (op.Part + 1) % op.Parts; return op }),
	change("split_grad", "next part", func(op graph.SplitGrad) graph.SplitGrad { op.Part = (op.Part + 1) % op.Parts; return op }),
	change("split_grad", "heads and parts exchanged", func(op graph.SplitGrad) graph.SplitGrad { op.Heads = 1; return op }),
	formula("concat_positions", "along the channels", func(_ graph.ConcatPositions, out array, in []array) {
		copy(out.data, in[0].data)
		copy(out.data[len(in[0].data):], in[1].data)
	}),
	formula("slice_positions", "one position late", func(op graph.SlicePositions, out array, in []array) {
		x, y := in[0].flat(), out.flat()
		y.each(func(n, p, c int) { *y.at3(n, p, c) = *x.at3(n, (op.From+p+1)%x.shape[1], c) })
	}),
	formula("slice_positions", "from the first picture", func(op graph.SlicePositions, out array, in []array) {
		x, y := in[0].flat(), out.flat()
		y.each(func(n, p, c int) { *y.at3(n, p, c) = *x.at3(0, op.From+p, c) })
	}),
	formula("head_context", "transposed", func(_ graph.HeadContext, out array, in []array) {
		headContext(out, in[1].flat(), in[0].flat())
	}),
	formula("head_context", "last position forgotten", func(op graph.HeadContext, out array, in []array) {
		a := array{in[0].shape, append([]float64(nil), in[0].data...)}
		last := len(a.data) - in[0].shape[len(in[0].shape)-1]
		clear(a.data[last:])
		evaluate(op, out, []array{a, in[1]})
	}),
	change("head_apply", "transposed", func(op graph.HeadApply) graph.HeadApply { op.Transposed = !op.Transposed; return op }),
	formula("head_apply", "matrices of the first picture", func(op graph.HeadApply, out array, in []array) {
		m := array{in[1].shape, make([]float64, len(in[1].data))}
		for i := range m.data {
			m.data[i] = in[1].data[i%(len(m.data)/m.shape[0])]
		}
		evaluate(op, out, []array{in[0], m})
	}),
}

var softmaxFaults = []fault{
	change("softmax", "groups ignored", func(op graph.Softmax) graph.Softmax { op.Groups = 1; return op }),
	formula("softmax", "exponents overflow", func(op graph.Softmax, out array, in []array) {
		evaluate(op, out, in)
		overflow(out, in[0])
	}),
	change("softmax_grad", "groups ignored", func(op graph.SoftmaxGrad) graph.SoftmaxGrad { op.Groups = 1; return op }),
	formula("softmax_grad", "diagonal alone", func(_ graph.SoftmaxGrad, out array, in []array) {
		for i, y := range in[0].data {
			out.data[i] = y * in[1].data[i]
		}
	}),
	formula("softmax_positions", "over the channels", func(_ graph.SoftmaxPositions, out array, in []array) {
		evaluate(graph.Softmax{}, out, in)
	}),
	formula("softmax_positions", "exponents overflow", func(op graph.SoftmaxPositions, out array, in []array) {
		evaluate(op, out, in)
		overflow(out, in[0])
	}),
	formula("softmax_positions_grad", "over the channels", func(_ graph.SoftmaxPositionsGrad, out array, in []array) {
		evaluate(graph.SoftmaxGrad{}, out, in)
	}),
	formula("log_softmax", "exponents overflow", func(op graph.LogSoftmax, out array, in []array) {
		evaluate(op, out, in)
		overflow(out, in[0])
	}),
	formula("log_softmax", "logarithm of a rounded softmax", func(_ graph.LogSoftmax, out array, in []array) {
		evaluate(graph.Softmax{}, out, in)
		for i, p := range out.data {
			out.data[i] = math.Log(float64(float32(p)))
		}
	}),
	formula("log_softmax_grad", "sum of g forgotten", func(_ graph.LogSoftmaxGrad, out array, in []array) {
		for i, y := range in[0].data {
			out.data[i] = in[1].data[i] * (1 - math.Exp(y))
		}
	}),
	formula("log_prob", "next label", func(op graph.LogProb, out array, in []array) {
		evaluate(op, out, []array{in[0], nextLabels(in[1], in[0].shape[1])})
	}),
	formula("log_prob", "not normalised", func(_ graph.LogProb, out array, in []array) {
		for n, label := range in[1].data {
			out.data[n] = *in[0].at(n, int(label))
		}
	}),
	formula("log_prob_grad", "label's own term forgotten", func(op graph.LogProbGrad, out array, in []array) {
		evaluate(op, out, in)
		for n, label := range in[1].data {
			*out.at(n, int(label)) -= in[2].data[n%len(in[2].data)]
		}
	}),
	formula("log_prob_grad", "1 − p from a rounded p", func(op graph.LogProbGrad, out array, in []array) {
		evaluate(op, out, in)
		for n, label := range in[1].data {
			g, at := in[2].data[n%len(in[2].data)], out.at(n, int(label))
			*at = g * float64(1-float32(1-*at/g))
		}
	}),
	formula("cross_entropy", "sum", func(op graph.CrossEntropy, out array, in []array) {
		evaluate(op, out, in)
		out.data[0] *= float64(len(in[1].data))
	}),
	formula("cross_entropy", "next label", func(op graph.CrossEntropy, out array, in []array) {
		evaluate(op, out, []array{in[0], nextLabels(in[1], in[0].shape[1])})
	}),
}

// overflow spoils the result where exp of an input is infinite in float32.
func overflow(out, in array) {
	for i, x := range in.data {
		if x > 88.7 {
			out.data[i] = math.NaN()
		}
	}
}

func nextLabels(labels array, classes int) array {
	next := array{labels.shape, make([]float64, len(labels.data))}
	for i, label := range labels.data {
		next.data[i] = math.Mod(label+1, float64(classes))
	}
	return next
}
