package optest

import (
	"math"
	"slices"

	"unnoise/model/graph"
	"unnoise/model/tensor"
)

// elsewhere is a fault of one function: f in its place where fails says so.
func elsewhere(name string, of graph.Func, f func(op graph.Unary, x float64) float64) fault {
	return formula("unary", of.String()+": "+name, func(op graph.Unary, out array, in []array) {
		evaluate(op, out, in)
		for i, x := range in[0].data {
			if op.Func == of {
				out.data[i] = f(op, x)
			}
		}
	})
}

// steeper is a fault of one derivative.
func steeper(name string, of graph.Func, f func(op graph.UnaryGrad, x float64) float64) fault {
	return formula("unary_grad", of.String()+": "+name, func(op graph.UnaryGrad, out array, in []array) {
		evaluate(op, out, in)
		for i, x := range in[0].data {
			if op.Func == of {
				out.data[i] = in[1].data[i] * f(op, x)
			}
		}
	})
}

// inFloat32 rounds to float32, and overflows as it does.
func inFloat32(x float64) float64 { return float64(float32(x)) }

var unaryFaults = []fault{
	elsewhere("six at most", graph.ReLU, func(_ graph.Unary, x float64) float64 { return min(max(x, 0), 6) }),
	elsewhere("torch's usual slope", graph.LeakyReLU, func(_ graph.Unary, x float64) float64 { return max(x, 0.01*x) }),
	elsewhere("α of 1", graph.ELU, func(_ graph.Unary, x float64) float64 {
		if x > 0 {
			return x
		}
		return math.Expm1(x)
	}),
	elsewhere("difference from 1", graph.ELU, func(op graph.Unary, x float64) float64 {
		if x > 0 {
			return x
		}
		return op.Alpha * (inFloat32(math.Exp(x)) - 1)
	}),
	elsewhere("tanh in place of erf", graph.GELU, func(_ graph.Unary, x float64) float64 { return unary(graph.Unary{Func: graph.GELUTanh}, x) }),
	elsewhere("1 + erf in float32", graph.GELU, func(_ graph.Unary, x float64) float64 {
		return 0.5 * x * inFloat32(1+inFloat32(math.Erf(x/math.Sqrt2)))
	}),
	elsewhere("exact", graph.GELUTanh, func(_ graph.Unary, x float64) float64 { return unary(graph.Unary{Func: graph.GELU}, x) }),
	elsewhere("tanh overflows", graph.GELUTanh, func(_ graph.Unary, x float64) float64 {
		e := inFloat32(math.Exp(2 * math.Sqrt(2/math.Pi) * (x + 0.044715*x*x*x)))
		return 0.5 * x * (1 + (e-1)/(e+1))
	}),
	elsewhere("SiLU", graph.QuickGELU, func(_ graph.Unary, x float64) float64 { return x / (1 + math.Exp(-x)) }),
	elsewhere("overflows", graph.Sigmoid, func(_ graph.Unary, x float64) float64 {
		e := inFloat32(math.Exp(x))
		return e / (1 + e)
	}),
	elsewhere("overflows", graph.Softplus, func(_ graph.Unary, x float64) float64 { return math.Log1p(inFloat32(math.Exp(x))) }),
	elsewhere("log of 1 + e^x in float32", graph.Softplus, func(_ graph.Unary, x float64) float64 {
		return max(x, 0) + math.Log(inFloat32(1+math.Exp(-math.Abs(x))))
	}),
	elsewhere("overflows", graph.Tanh, func(_ graph.Unary, x float64) float64 {
		e := inFloat32(math.Exp(2 * x))
		return (e - 1) / (e + 1)
	}),
	elsewhere("difference from 1", graph.Tanh, func(_ graph.Unary, x float64) float64 {
		return 1 - 2/inFloat32(1+math.Exp(2*x))
	}),
	elsewhere("base 2", graph.Exp, func(_ graph.Unary, x float64) float64 { return math.Exp2(x) }),
	elsewhere("base 2", graph.Log, func(_ graph.Unary, x float64) float64 { return math.Log2(x) }),
	elsewhere("reciprocal", graph.Sqrt, func(_ graph.Unary, x float64) float64 { return 1 / math.Sqrt(x) }),
	elsewhere("doubled", graph.Square, func(_ graph.Unary, x float64) float64 { return 2 * x }),
	elsewhere("of the root", graph.Reciprocal, func(_ graph.Unary, x float64) float64 { return 1 / math.Sqrt(x) }),
	elsewhere("identity", graph.Abs, func(_ graph.Unary, x float64) float64 { return x }),
	elsewhere("bounds exchanged", graph.Clamp, func(op graph.Unary, x float64) float64 { return min(max(x, -op.High), -op.Low) }),

	steeper("1 at 0", graph.ReLU, func(_ graph.UnaryGrad, x float64) float64 { return 1 - heaviside(-x) }),
	steeper("1 at 0", graph.LeakyReLU, func(op graph.UnaryGrad, x float64) float64 {
		return 1 - (1-op.Alpha)*heaviside(-x)
	}),
	steeper("α forgotten", graph.ELU, func(_ graph.UnaryGrad, x float64) float64 { return math.Exp(min(x, 0)) }),
	steeper("density forgotten", graph.GELU, func(_ graph.UnaryGrad, x float64) float64 { return 0.5 * (1 + math.Erf(x/math.Sqrt2)) }),
	steeper("cubic term's factor 3 forgotten", graph.GELUTanh, func(_ graph.UnaryGrad, x float64) float64 {
		t := math.Tanh(math.Sqrt(2/math.Pi) * (x + 0.044715*x*x*x))
		return 0.5*(1+t) + 0.5*x*(1-t*t)*math.Sqrt(2/math.Pi)*(1+0.044715*x*x)
	}),
	steeper("infinity times 0", graph.GELUTanh, func(op graph.UnaryGrad, x float64) float64 {
		return unaryGrad(op, x) + 0*inFloat32(x*x*x)
	}),
	steeper("1.702 forgotten", graph.QuickGELU, func(_ graph.UnaryGrad, x float64) float64 {
		s := 1 / (1 + math.Exp(-1.702*x))
		return s + x*s*(1-s)
	}),
	steeper("1 − σ in float32", graph.Sigmoid, func(_ graph.UnaryGrad, x float64) float64 {
		s := inFloat32(1 / (1 + inFloat32(math.Exp(-x))))
		return s * s
	}),
	steeper("σ′", graph.Softplus, func(_ graph.UnaryGrad, x float64) float64 { return unaryGrad(graph.UnaryGrad{Func: graph.Sigmoid}, x) }),
	steeper("of the result", graph.Tanh, func(_ graph.UnaryGrad, x float64) float64 { return 1 - math.Tanh(x) }),
	steeper("1", graph.Exp, func(graph.UnaryGrad, float64) float64 { return 1 }),
	steeper("squared", graph.Log, func(_ graph.UnaryGrad, x float64) float64 { return 1 / (x * x) }),
	steeper("half forgotten", graph.Sqrt, func(_ graph.UnaryGrad, x float64) float64 { return 1 / math.Sqrt(x) }),
	steeper("factor 2 forgotten", graph.Square, func(_ graph.UnaryGrad, x float64) float64 { return x }),
	steeper("sign", graph.Reciprocal, func(_ graph.UnaryGrad, x float64) float64 { return 1 / (x * x) }),
	steeper("1 at 0", graph.Abs, func(_ graph.UnaryGrad, x float64) float64 { return 1 - 2*heaviside(-x) }),
	steeper("1 at the ends", graph.Clamp, func(op graph.UnaryGrad, x float64) float64 {
		return (1 - heaviside(op.Low-x)) * (1 - heaviside(x-op.High))
	}),
}

var arithmeticFaults = []fault{
	formula("sub", "operands exchanged", func(op graph.Sub, out array, in []array) { evaluate(op, out, []array{in[1], in[0]}) }),
	formula("div", "operands exchanged", func(op graph.Div, out array, in []array) { evaluate(op, out, []array{in[1], in[0]}) }),
	formula("mul_channel", "one row for the whole batch", func(op graph.MulChannel, out array, in []array) {
		evaluate(op, out, []array{in[0], firstRow(in[1])})
	}),
	formula("mul_picture", "one factor for the whole batch", func(op graph.MulPicture, out array, in []array) {
		s := array{in[1].shape, slices.Repeat(in[1].data[:1], len(in[1].data))}
		evaluate(op, out, []array{in[0], s})
	}),
	formula("sum", "mean", func(op graph.Sum, out array, in []array) {
		evaluate(op, out, in)
		for i := range out.data {
			out.data[i] *= float64(len(out.data)) / float64(len(in[0].data))
		}
	}),
	formula("sum", "last term left out", func(op graph.Sum, out array, in []array) {
		x := array{in[0].shape, slices.Clone(in[0].data)}
		x.data[len(x.data)-1] = 0
		evaluate(op, out, []array{x})
	}),
	formula("broadcast", "values one after another", func(_ graph.Broadcast, out array, in []array) {
		for i := range out.data {
			out.data[i] = in[0].data[i%len(in[0].data)]
		}
	}),
	formula("broadcast", "each value in a run", func(_ graph.Broadcast, out array, in []array) {
		run := len(out.data) / len(in[0].data)
		for i := range out.data {
			out.data[i] = in[0].data[i/run]
		}
	}),
	formula("reshape", "columns first", func(_ graph.Reshape, out array, in []array) {
		n := in[0].shape[0]
		width := len(in[0].data) / n
		transpose := array{tensor.Shape{width, n}, out.data}
		for i, v := range in[0].data {
			*transpose.at(i%width, i/width) = v
		}
	}),
	formula("parameter", "weight in PyTorch's order", func(op graph.Parameter, out array, _ []array) { copy(out.data, widen(op.Weight.Torch())) }),
}
