package optest

import (
	"fmt"
	"math"

	"unnoise/model/graph"
	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// Reference evaluates a graph in float64, one formula after the other. in has the
// values of g.Inputs; the result has those of g.Outputs. It panics on an operation
// it does not know.
func Reference(g *graph.Graph, in [][]float32) [][]float64 {
	wide := make([][]float64, len(in))
	for i, values := range in {
		wide[i] = widen(values)
	}
	return interpret(g, wide, evaluate)
}

// interpret computes the nodes in order by means of evaluate, which writes a
// node's value into out.
func interpret(g *graph.Graph, in [][]float64, evaluate func(op graph.Op, out array, in []array)) [][]float64 {
	values := make([]array, len(g.Values))
	for i, port := range g.Inputs {
		values[port.Value] = array{g.Shape(port.Value), in[i]}
	}
	for _, node := range g.Nodes {
		args := make([]array, len(node.In))
		for i, id := range node.In {
			args[i] = values[id]
		}
		shape := g.Shape(node.Out)
		out := array{shape, make([]float64, shape.Elems())}
		evaluate(node.Op, out, args)
		values[node.Out] = out
	}
	out := make([][]float64, len(g.Outputs))
	for i, port := range g.Outputs {
		out[i] = values[port.Value].data
	}
	return out
}

// array is a row-major array of float64.
type array struct {
	shape tensor.Shape
	data  []float64
}

// at returns the place of the value at an index of as many numbers as extents.
func (a array) at(index ...int) *float64 {
	offset := 0
	for i, n := range index {
		offset = offset*a.shape[i] + n
	}
	return &a.data[offset]
}

// at3 and at4 are at where there are three and four axes. Going over any number of them
// would take most of the time of a test, whose products look up each value often.
func (a array) at3(i, j, k int) *float64 { return &a.data[(i*a.shape[1]+j)*a.shape[2]+k] }
func (a array) at4(i, j, k, l int) *float64 {
	return &a.data[((i*a.shape[1]+j)*a.shape[2]+k)*a.shape[3]+l]
}

// flat is the array seen as [N, positions, C].
func (a array) flat() array {
	n, c := a.shape[0], a.shape[len(a.shape)-1]
	return array{tensor.Shape{n, len(a.data) / n / c, c}, a.data}
}

func widen(values []float32) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = float64(v)
	}
	return out
}

// parameter expands a weight in PyTorch's order; fill stands for an absent vector.
func parameter(t *weights.Tensor, fill float64) func(i int) float64 {
	if t == nil {
		return func(int) float64 { return fill }
	}
	values := widen(t.Torch())
	return func(i int) float64 { return values[i] }
}

func evaluate(op graph.Op, out array, in []array) {
	switch op := op.(type) {
	case graph.Conv2D:
		conv2D(op, out, in)
	case graph.ConvTranspose2D:
		convTranspose2D(op, out, in)
	case graph.Conv2DWeightGrad:
		conv2DWeightGrad(op, out, in[0], in[1])
	case graph.AvgPool2D:
		avgPool2D(op.Window, out, in[0])
	case graph.AvgPool2DGrad:
		avgPool2DGrad(op.Window, out, in[0])
	case graph.MaxPool2D:
		maxPool2D(op.Window, out, in[0])
	case graph.MaxPool2DGrad:
		maxPool2DGrad(op.Window, out, in[0], in[1])
	case graph.Resize:
		resize(op.Filter, out, in[0])
	case graph.ResizeGrad:
		resizeGrad(op.Filter, out, in[0])
	case graph.Linear:
		linear(op, out, in)
	case graph.GroupNorm:
		groupNorm(op, out, in)
	case graph.GroupNormGrad:
		groupNormGrad(op, out, in)
	case graph.LayerNorm:
		layerNorm(op, out, in)
	case graph.InstanceNormPlus:
		instanceNormPlus(op, out, in)
	case graph.Unary:
		for i, x := range in[0].data {
			out.data[i] = unary(op, x)
		}
	case graph.UnaryGrad:
		for i, x := range in[0].data {
			out.data[i] = in[1].data[i] * unaryGrad(op, x)
		}
	case graph.Sub:
		for i, x := range in[0].data {
			out.data[i] = x - in[1].data[i]
		}
	case graph.Div:
		for i, x := range in[0].data {
			out.data[i] = x / in[1].data[i]
		}
	case graph.MulChannel:
		x, y := in[0].flat(), out.flat()
		y.each(func(n, p, c int) { *y.at3(n, p, c) = *x.at3(n, p, c) * *in[1].at(n, c) })
	case graph.MulPicture:
		size := len(out.data) / out.shape[0]
		for i, x := range in[0].data {
			out.data[i] = x * in[1].data[i/size]
		}
	case graph.Sum:
		in[0].every(func(index []int) { *out.at(out.folded(index)...) += *in[0].at(index...) })
	case graph.Broadcast:
		out.every(func(index []int) { *out.at(index...) = *in[0].at(in[0].folded(index)...) })
	case graph.Reshape:
		copy(out.data, in[0].data)
	case graph.Parameter:
		copy(out.data, widen(op.Weight.Float32()))
	case graph.RBF:
		rbf(op, out, in)
	case graph.Fourier:
		fourier(op, out, in[0])
	case graph.Attention:
		attention(op, out.flat(), in[0].flat(), in[1].flat(), in[2].flat())
	case graph.AttentionGrad:
		attentionGrad(op, out.flat(), in[0].flat(), in[1].flat(), in[2].flat(), in[3].flat())
	case graph.Split:
		split(op, in[0], out, func(whole, part *float64) { *part = *whole })
	case graph.SplitGrad:
		split(graph.Split(op), out, in[0], func(whole, part *float64) { *whole = *part })
	case graph.ConcatPositions:
		a, b, y := in[0].flat(), in[1].flat(), out.flat()
		y.each(func(n, p, c int) {
			if p < a.shape[1] {
				*y.at3(n, p, c) = *a.at3(n, p, c)
			} else {
				*y.at3(n, p, c) = *b.at3(n, p-a.shape[1], c)
			}
		})
	case graph.SlicePositions:
		x, y := in[0].flat(), out.flat()
		y.each(func(n, p, c int) { *y.at3(n, p, c) = *x.at3(n, op.From+p, c) })
	case graph.HeadContext:
		headContext(out, in[0].flat(), in[1].flat())
	case graph.HeadApply:
		headApply(op, out.flat(), in[0].flat(), in[1])
	case graph.Softmax:
		width := out.shape[len(out.shape)-1] / max(1, op.Groups)
		rows(width, func(r [][]float64) { softmax(r[0], r[1]) }, out, in[0])
	case graph.SoftmaxGrad:
		width := out.shape[len(out.shape)-1] / max(1, op.Groups)
		rows(width, func(r [][]float64) { softmaxGrad(r[0], r[1], r[2]) }, out, in[0], in[1])
	case graph.SoftmaxPositions:
		columns(func(c [][]float64) { softmax(c[0], c[1]) }, out, in[0])
	case graph.SoftmaxPositionsGrad:
		columns(func(c [][]float64) { softmaxGrad(c[0], c[1], c[2]) }, out, in[0], in[1])
	case graph.LogSoftmax:
		rows(out.shape[len(out.shape)-1], func(r [][]float64) {
			log := logSumExp(r[1])
			for i, x := range r[1] {
				r[0][i] = x - log
			}
		}, out, in[0])
	case graph.LogSoftmaxGrad:
		rows(out.shape[len(out.shape)-1], func(r [][]float64) { logSoftmaxGrad(r[0], r[1], r[2]) }, out, in[0], in[1])
	case graph.LogProb:
		classes := in[0].shape[1]
		for n, label := range in[1].data {
			row := in[0].data[n*classes : (n+1)*classes]
			out.data[n] = row[int(label)] - logSumExp(row)
		}
	case graph.CrossEntropy:
		classes := in[0].shape[1]
		for n, label := range in[1].data {
			row := in[0].data[n*classes : (n+1)*classes]
			out.data[0] += (logSumExp(row) - row[int(label)]) / float64(len(in[1].data))
		}
	case graph.LogProbGrad:
		logProbGrad(out, in[0], in[1], in[2])
	case graph.SiLU:
		for i, x := range in[0].data {
			out.data[i] = x / (1 + math.Exp(-x))
		}
	case graph.Add:
		for i, x := range in[0].data {
			out.data[i] = x + in[1].data[i]
		}
	case graph.AddChannel:
		x, y := in[0].flat(), out.flat()
		y.each(func(n, p, c int) { *y.at3(n, p, c) = *x.at3(n, p, c) + *in[1].at(n, c) })
	case graph.ScaleShift:
		x, y := in[0].flat(), out.flat()
		channels := y.shape[2]
		y.each(func(n, p, c int) {
			*y.at3(n, p, c) = *x.at3(n, p, c) * (1 + *in[1].at(n, c))
			if !op.NoShift {
				*y.at3(n, p, c) += *in[1].at(n, channels+c)
			}
		})
	case graph.Affine:
		for i, x := range in[0].data {
			out.data[i] = op.Factor*x + op.Offset
		}
	case graph.MovingAverage:
		for i, a := range in[0].data {
			x := in[1].data[i]
			if op.Square {
				x = x * x
			}
			out.data[i] = op.Decay*a + (1-op.Decay)*x
		}
	case graph.AdamStep:
		rate := in[5].data[0]
		for i, p := range in[0].data {
			m, v := in[1].data[i]/in[3].data[0], in[2].data[i]/in[4].data[0]
			out.data[i] = p - rate*op.Decay*p - rate*m/(math.Sqrt(v)+op.Eps)
		}
	case graph.SGDStep:
		for i, p := range in[0].data {
			out.data[i] = p - in[2].data[0]*in[1].data[i]
		}
	case graph.EmbeddingGrad:
		for n, label := range in[0].data {
			for c := range out.shape[1] {
				*out.at(int(label), c) += *in[1].at(n, c)
			}
		}
	case graph.MatMul:
		matMul(op, out, in[0], in[1])
	case graph.Constant:
		for i := range out.data {
			out.data[i] = op.Value
		}
	case graph.SiLUGrad:
		for i, x := range in[0].data {
			sigmoid := 1 / (1 + math.Exp(-x))
			out.data[i] = in[1].data[i] * (sigmoid + x*sigmoid*(1-sigmoid))
		}
	case graph.Mul:
		for i, x := range in[0].data {
			out.data[i] = x * in[1].data[i]
		}
	case graph.Slice:
		x, y := in[0].flat(), out.flat()
		y.each(func(n, p, c int) { *y.at3(n, p, c) = *x.at3(n, p, op.From+c) })
	case graph.SumPool:
		for n := range in[0].shape[0] {
			for y := range in[0].shape[1] {
				for x := range in[0].shape[2] {
					for c := range in[0].shape[3] {
						*out.at4(n, y/2, x/2, c) += *in[0].at4(n, y, x, c)
					}
				}
			}
		}
	case graph.ChannelSum:
		x := in[0].flat()
		x.each(func(n, p, c int) {
			if op.PerPicture {
				*out.at(n, c) += *x.at3(n, p, c)
			} else {
				*out.at(c) += *x.at3(n, p, c)
			}
		})
	case graph.Sinusoidal:
		sinusoidal(op, out, in[0])
	case graph.Embedding:
		table, width := vectorOf(op.Weight, in, 1, 0), out.shape[1]
		for n, label := range in[0].data {
			for c := range width {
				*out.at(n, c) = table(int(label)*width + c)
			}
		}
	case graph.EmbeddingSum:
		table, width := vectorOf(op.Weight, in, 1, 0), out.shape[1]
		for n := range out.shape[0] {
			start := 0
			for k, count := range op.Counts {
				for c := range width {
					*out.at(n, c) += table((start+int(*in[0].at(n, k)))*width + c)
				}
				start += count
			}
		}
	case graph.Upsample:
		for n := range out.shape[0] {
			for y := range out.shape[1] {
				for x := range out.shape[2] {
					for c := range out.shape[3] {
						*out.at4(n, y, x, c) = *in[0].at4(n, y/2, x/2, c)
					}
				}
			}
		}
	case graph.Concat:
		a, b, y := in[0].flat(), in[1].flat(), out.flat()
		first := a.shape[2]
		y.each(func(n, p, c int) {
			if c < first {
				*y.at3(n, p, c) = *a.at3(n, p, c)
			} else {
				*y.at3(n, p, c) = *b.at3(n, p, c-first)
			}
		})
	default:
		panic(fmt.Sprintf("optest: no formula for operation %q", op.Kind()))
	}
}

// each calls f for every index of a flat array.
func (a array) each(f func(n, p, c int)) {
	for n := range a.shape[0] {
		for p := range a.shape[1] {
			for c := range a.shape[2] {
				f(n, p, c)
			}
		}
	}
}
