package optest

import (
	"math"
	"slices"

	"unnoise/model/graph"
)

// normKinFaults spoil the norms beside GroupNorm, what their gradients are made of,
// radial basis functions and Fourier embeddings.
var normKinFaults = []fault{
	formula("group_norm", "bias value forgotten", func(op graph.GroupNorm, out array, in []array) {
		evaluate(op, out, in[:min(2, len(in))])
	}),
	change("layer_norm", "another eps", func(op graph.LayerNorm) graph.LayerNorm { op.Eps = 1e-6; return op }),
	change("layer_norm", "weight forgotten", func(op graph.LayerNorm) graph.LayerNorm { op.Weight = nil; return op }),
	change("layer_norm", "bias forgotten", func(op graph.LayerNorm) graph.LayerNorm { op.Bias = nil; return op }),
	formula("layer_norm", "weight value forgotten", func(op graph.LayerNorm, out array, in []array) { evaluate(op, out, in[:1]) }),
	formula("layer_norm", "over the whole picture", func(op graph.LayerNorm, out array, in []array) {
		flat := in[0].flat()
		evaluate(graph.GroupNorm{Weight: op.Weight, Bias: op.Bias, Groups: 1, Eps: op.Eps}, out, []array{flat})
	}),
	change("group_norm_grad", "another eps", func(op graph.GroupNormGrad) graph.GroupNormGrad { op.Eps = 1e-4; return op }),
	change("group_norm_grad", "one group", func(op graph.GroupNormGrad) graph.GroupNormGrad { op.Groups = 1; return op }),
	change("group_norm_grad", "weight forgotten", func(op graph.GroupNormGrad) graph.GroupNormGrad { op.Weight = nil; return op }),
	formula("group_norm_grad", "weight value forgotten", func(op graph.GroupNormGrad, out array, in []array) { evaluate(op, out, in[:2]) }),
	formula("group_norm_grad", "operands exchanged", func(op graph.GroupNormGrad, out array, in []array) {
		other := slices.Clone(in)
		other[0], other[1] = in[1], in[0]
		evaluate(op, out, other)
	}),
	formula("group_norm_grad", "moments taken for constants", func(op graph.GroupNormGrad, out array, in []array) {
		w := vectorOf(op.Weight, in, 2, 1)
		x := in[0].flat()
		groupsOf(x, op.Groups, func(_, _ int, at []int) {
			_, deviation := moments(pick(x.data, at), op.Eps)
			for _, i := range at {
				out.data[i] = in[1].data[i] * w(i%x.shape[2]) / deviation
			}
		})
	}),
	change("instance_norm_plus", "another eps", func(op graph.InstanceNormPlus) graph.InstanceNormPlus { op.Eps = 1e-5; return op }),
	change("instance_norm_plus", "γ and α exchanged", func(op graph.InstanceNormPlus) graph.InstanceNormPlus {
		op.Gamma, op.Alpha = op.Alpha, op.Gamma
		return op
	}),
	change("instance_norm_plus", "β forgotten", func(op graph.InstanceNormPlus) graph.InstanceNormPlus { op.Beta = nil; return op }),
	formula("instance_norm_plus", "β, α, γ in the other order", func(op graph.InstanceNormPlus, out array, in []array) {
		if len(in) == 1 {
			evaluate(op, out, in)
			return
		}
		s := array{in[1].shape, slices.Clone(in[1].data)}
		channels := in[0].shape[3]
		for row := 0; row < len(s.data); row += s.shape[1] {
			for c := range channels {
				s.data[row+c], s.data[row+channels+c] = s.data[row+channels+c], s.data[row+c]
			}
		}
		evaluate(op, out, []array{in[0], s})
	}),
	formula("instance_norm_plus", "first row for all pictures", func(op graph.InstanceNormPlus, out array, in []array) {
		if len(in) == 2 {
			in = []array{in[0], firstRow(in[1])}
		}
		evaluate(op, out, in)
	}),
	formula("instance_norm_plus", "variance of means divided by C", func(op graph.InstanceNormPlus, out array, in []array) {
		evaluate(op, out, in)
		plain := array{out.shape, make([]float64, len(out.data))}
		evaluate(graph.GroupNorm{Groups: out.shape[3], Eps: op.Eps}, plain, in[:1])
		channels := float64(out.shape[3])
		if len(in) == 1 {
			return
		}
		// what is not γ·x̂ + β is the means' part
		for i := range out.data {
			c, n := i%out.shape[3], i/(len(out.data)/out.shape[0])
			row := min(n, in[1].shape[0]-1)
			gamma, beta := *in[1].at(row, c), 0.0
			if in[1].shape[1] == 3*out.shape[3] {
				beta = *in[1].at(row, 2*out.shape[3]+c)
			}
			rest := gamma*plain.data[i] + beta
			out.data[i] = rest + (out.data[i]-rest)*math.Sqrt(channels/(channels-1))
		}
	}),
	change("rbf", "not normalised", func(op graph.RBF) graph.RBF { op.Normalised = false; return op }),
	formula("rbf", "width not squared", func(op graph.RBF, out array, in []array) {
		widths := array{in[2].shape, slices.Clone(in[2].data)}
		for i, s := range widths.data {
			widths.data[i] = math.Sqrt(s)
		}
		evaluate(op, out, []array{in[0], in[1], widths})
	}),
	formula("rbf", "all underflow", func(op graph.RBF, out array, in []array) {
		evaluate(graph.RBF{}, out, in)
		if !op.Normalised {
			return
		}
		centres := out.shape[1]
		for row := 0; row < len(out.data); row += centres {
			total := 0.0
			for k := range centres {
				out.data[row+k] = float64(float32(out.data[row+k]))
				total += out.data[row+k]
			}
			for k := range centres {
				out.data[row+k] /= total
			}
		}
	}),
	formula("fourier", "cosines first", func(op graph.Fourier, out array, in []array) {
		evaluate(op, out, in)
		half := out.shape[1] / 2
		for row := 0; row < len(out.data); row += 2 * half {
			r := out.data[row : row+2*half]
			copy(r, slices.Concat(r[half:], r[:half]))
		}
	}),
	formula("fourier", "radians for turns", func(op graph.Fourier, out array, in []array) {
		t := array{in[0].shape, slices.Clone(in[0].data)}
		for i := range t.data {
			t.data[i] /= 2 * math.Pi
		}
		evaluate(op, out, []array{t})
	}),
	formula("fourier", "angle rounded to float32", func(op graph.Fourier, out array, in []array) {
		w, half := parameter(op.Weight, 0), out.shape[1]/2
		for n, t := range in[0].data {
			for i := range half {
				angle := float64(float32(2*math.Pi) * float32(float32(t)*float32(w(i))))
				*out.at(n, i), *out.at(n, half+i) = math.Sin(angle), math.Cos(angle)
			}
		}
	}),
}
