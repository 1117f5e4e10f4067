package optest

import (
	"math"
	"slices"

	"unnoise/model/graph"
	"unnoise/model/weights"
)

// fault is one way to compute an operation wrongly. apply returns false for the
// operations it leaves alone.
type fault struct {
	family, name string
	apply        func(op graph.Op, out array, in []array) bool
}

// change is a fault that computes the right formula with a changed operation.
func change[T graph.Op](family, name string, f func(op T) T) fault {
	return fault{family, name, func(op graph.Op, out array, in []array) bool {
		o, ok := op.(T)
		if ok {
			evaluate(f(o), out, in)
		}
		return ok
	}}
}

// formula is a fault that computes another formula.
func formula[T graph.Op](family, name string, f func(op T, out array, in []array)) fault {
	return fault{family, name, func(op graph.Op, out array, in []array) bool {
		o, ok := op.(T)
		if ok {
			f(o, out, in)
		}
		return ok
	}}
}

var faults = slices.Concat(convFaults, convKinFaults, normFaults, attentionFaults, otherFaults, backwardFaults, attentionKinFaults, softmaxFaults, unaryFaults, arithmeticFaults, normKinFaults)

var convFaults = []fault{
	change("conv2d", "stride ignored", func(op graph.Conv2D) graph.Conv2D { op.Stride = 1; return op }),
	change("conv2d", "padding one pixel off", func(op graph.Conv2D) graph.Conv2D { op.Pad.Top--; return op }),
	change("conv2d", "left padding forgotten", func(op graph.Conv2D) graph.Conv2D { op.Pad.Left = 0; return op }),
	change("conv2d", "pads 0101 as 1010", func(op graph.Conv2D) graph.Conv2D {
		op.Pad = graph.Padding{Top: op.Pad.Bottom, Bottom: op.Pad.Top, Left: op.Pad.Right, Right: op.Pad.Left}
		return op
	}),
	change("conv2d", "bias forgotten", func(op graph.Conv2D) graph.Conv2D { op.Bias = nil; return op }),
	change("conv2d", "kernel mirrored", func(op graph.Conv2D) graph.Conv2D { op.Weight = reorder(op.Weight, mirrored); return op }),
	change("conv2d", "kernel transposed", func(op graph.Conv2D) graph.Conv2D { op.Weight = reorder(op.Weight, transposed); return op }),
	change("conv2d", "weights read as OIHW", func(op graph.Conv2D) graph.Conv2D { op.Weight = rowOrder(op.Weight); return op }),
	change("conv2d", "Q8_0 read as unsigned", func(op graph.Conv2D) graph.Conv2D { op.Weight = unsigned(op.Weight); return op }),
	change("conv2d", "Q4_0 nibbles interleaved", func(op graph.Conv2D) graph.Conv2D { op.Weight = interleaved(op.Weight); return op }),
	change("linear", "bias forgotten", func(op graph.Linear) graph.Linear { op.Bias = nil; return op }),
	change("linear", "weight transposed", func(op graph.Linear) graph.Linear { op.Weight = reorder(op.Weight, columnMajor); return op }),
	change("linear", "Q8_0 read as unsigned", func(op graph.Linear) graph.Linear { op.Weight = unsigned(op.Weight); return op }),
	change("linear", "Q4_0 nibbles interleaved", func(op graph.Linear) graph.Linear { op.Weight = interleaved(op.Weight); return op }),
}

var normFaults = []fault{
	change("group_norm", "another eps", func(op graph.GroupNorm) graph.GroupNorm { op.Eps = 1e-6; return op }),
	change("group_norm", "one group", func(op graph.GroupNorm) graph.GroupNorm { op.Groups = 1; return op }),
	change("group_norm", "weight forgotten", func(op graph.GroupNorm) graph.GroupNorm { op.Weight = nil; return op }),
	change("group_norm", "bias forgotten", func(op graph.GroupNorm) graph.GroupNorm { op.Bias = nil; return op }),
	formula("group_norm", "variance as E[x²] − E[x]² in float32", func(op graph.GroupNorm, out array, in []array) {
		normInFloat32(op, out, in[0])
	}),
	formula("group_norm", "moments of the first picture only", func(op graph.GroupNorm, out array, in []array) {
		evaluate(op, out, in)
		size := len(out.data) / out.shape[0]
		for i := range out.data {
			out.data[i] = out.data[i%size]
		}
	}),
}

var attentionFaults = []fault{
	change("attention", "one head", func(op graph.Attention) graph.Attention { op.Heads = 1; return op }),
	change("attention", "scale squared", func(op graph.Attention) graph.Attention { op.Scale *= op.Scale; return op }),
	formula("attention", "keys and values exchanged", func(op graph.Attention, out array, in []array) {
		evaluate(op, out, []array{in[0], in[2], in[1]})
	}),
	formula("attention", "heads interleaved", func(op graph.Attention, out array, in []array) {
		other := make([]array, 3)
		for i := range in {
			other[i] = interleaveHeads(in[i], op.Heads)
		}
		evaluate(op, out, other)
	}),
	formula("attention", "keys of the first picture", func(op graph.Attention, out array, in []array) {
		k := array{in[1].shape, slices.Clone(in[1].data)}
		size := len(k.data) / k.shape[0]
		for i := range k.data {
			k.data[i] = k.data[i%size]
		}
		evaluate(op, out, []array{in[0], k, in[2]})
	}),
	formula("attention", "exponents overflow", func(op graph.Attention, out array, in []array) {
		evaluate(op, out, in)
		if largestScore(op, in[0].flat(), in[1].flat()) > 88.7 { // exp is infinite in float32
			out.data[0] = math.NaN()
		}
	}),
}

var otherFaults = []fault{
	formula("silu", "sigmoid alone", func(_ graph.SiLU, out array, in []array) {
		for i, x := range in[0].data {
			out.data[i] = 1 / (1 + math.Exp(-x))
		}
	}),
	formula("silu", "e^−x overflows", func(_ graph.SiLU, out array, in []array) {
		for i, x := range in[0].data {
			out.data[i] = x * math.Exp(x) / (1 + math.Exp(x))
			if x > 88.7 {
				out.data[i] = math.NaN()
			}
		}
	}),
	formula("add", "second operand forgotten", func(_ graph.Add, out array, in []array) { copy(out.data, in[0].data) }),
	formula("add_channel", "one row for the whole batch", func(op graph.AddChannel, out array, in []array) {
		evaluate(op, out, []array{in[0], firstRow(in[1])})
	}),
	formula("scale_shift", "one row for the whole batch", func(op graph.ScaleShift, out array, in []array) {
		evaluate(op, out, []array{in[0], firstRow(in[1])})
	}),
	formula("scale_shift", "shift before scale", func(op graph.ScaleShift, out array, in []array) {
		s := array{in[1].shape, slices.Clone(in[1].data)}
		n, c := s.shape[0], s.shape[1]/2
		for i := range n {
			row := s.data[2*i*c : 2*(i+1)*c]
			copy(row, slices.Concat(row[c:], row[:c]))
		}
		evaluate(op, out, []array{in[0], s})
	}),
	formula("scale_shift", "x·scale, not x·(1+scale)", func(op graph.ScaleShift, out array, in []array) {
		evaluate(op, out, in)
		for i, x := range in[0].data {
			out.data[i] -= x
		}
	}),
	change("affine", "offset forgotten", func(op graph.Affine) graph.Affine { op.Offset = 0; return op }),
	change("affine", "factor inverted", func(op graph.Affine) graph.Affine { op.Factor = 1 / op.Factor; return op }),
	change("sinusoidal", "order flipped", func(op graph.Sinusoidal) graph.Sinusoidal { op.FlipSinToCos = !op.FlipSinToCos; return op }),
	change("sinusoidal", "frequency shift forgotten", func(op graph.Sinusoidal) graph.Sinusoidal { op.FreqShift = 0; return op }),
	change("sinusoidal", "period fixed at 10000", func(op graph.Sinusoidal) graph.Sinusoidal { op.MaxPeriod = 10000; return op }),
	formula("sinusoidal", "timestep made whole", func(op graph.Sinusoidal, out array, in []array) {
		t := array{in[0].shape, slices.Clone(in[0].data)}
		for i := range t.data {
			t.data[i] = math.Floor(t.data[i])
		}
		evaluate(op, out, []array{t})
	}),
	formula("embedding", "next row", func(op graph.Embedding, out array, in []array) {
		if op.Weight == nil {
			evaluate(op, out, in)
			return
		}
		next := array{in[0].shape, slices.Clone(in[0].data)}
		for i := range next.data {
			next.data[i] = math.Mod(next.data[i]+1, float64(op.Weight.Shape[0]))
		}
		evaluate(op, out, []array{next})
	}),
	formula("embedding_sum", "tables swapped", func(op graph.EmbeddingSum, out array, in []array) {
		counts := slices.Clone(op.Counts)
		counts[0], counts[1] = counts[1], counts[0]
		op.Counts = counts
		evaluate(op, out, in)
	}),
	formula("upsample", "half a pixel off", func(_ graph.Upsample, out array, in []array) {
		x := in[0]
		for n := range out.shape[0] {
			for y := range out.shape[1] {
				for i := range out.shape[2] {
					for c := range out.shape[3] {
						*out.at4(n, y, i, c) = *x.at4(n, y/2, min((i+1)/2, x.shape[2]-1), c)
					}
				}
			}
		}
	}),
	formula("concat", "in the other order", func(op graph.Concat, out array, in []array) {
		evaluate(op, out, []array{in[1], in[0]})
	}),
}

// reorder returns w as float32 with its values taken from other places: from gives
// the place, in PyTorch's order, for an index of w.
func reorder(w *weights.Tensor, from func(shape, index []int) []int) *weights.Tensor {
	if w == nil { // the weight is a value
		return nil
	}
	values := w.Torch()
	shape := w.Shape
	out := make([]float32, len(values))
	index := make([]int, len(shape))
	for i := range out {
		for d, rest := len(shape)-1, i; d >= 0; d-- {
			index[d] = rest % shape[d]
			rest /= shape[d]
		}
		at := 0
		for d, j := range from(shape, index) {
			at = at*shape[d] + j
		}
		out[i] = values[at]
	}
	return float32Tensor(w, out)
}

func float32Tensor(w *weights.Tensor, values []float32) *weights.Tensor {
	out, err := weights.FromTorch(w.Name, weights.F32, w.Shape, values)
	if err != nil {
		panic(err)
	}
	return out
}

func mirrored(shape, i []int) []int {
	return []int{i[0], i[1], shape[2] - 1 - i[2], shape[3] - 1 - i[3]}
}

func transposed(shape, i []int) []int {
	if shape[2] != shape[3] {
		return i
	}
	return []int{i[0], i[1], i[3], i[2]}
}

// columnMajor reads a matrix as if its columns were stored one after the other.
func columnMajor(shape, i []int) []int {
	at := i[1]*shape[0] + i[0]
	return []int{at / shape[1], at % shape[1]}
}

// rowOrder takes the stored OHWI values for OIHW.
func rowOrder(w *weights.Tensor) *weights.Tensor { return float32Tensor(w, w.Float32()) }

// unsigned expands Q8_0 as if its values went from 0 to 255.
func unsigned(w *weights.Tensor) *weights.Tensor {
	if w == nil || w.Type != weights.Q8_0 {
		return w
	}
	return restored(w, func(block []byte, values []float32) {
		d := weights.Float16ToFloat32(uint16(block[0]) | uint16(block[1])<<8)
		for i := range values {
			values[i] = d * float32(block[2+i])
		}
	})
}

// interleaved expands Q4_0 as if neighbours shared a byte.
func interleaved(w *weights.Tensor) *weights.Tensor {
	if w == nil || w.Type != weights.Q4_0 {
		return w
	}
	return restored(w, func(block []byte, values []float32) {
		d := weights.Float16ToFloat32(uint16(block[0]) | uint16(block[1])<<8)
		for i := range values {
			values[i] = d * float32(int(block[2+i/2]>>(4*(i%2))&15)-8)
		}
	})
}

// restored expands the blocks of w by means of expand and stores them as float32.
func restored(w *weights.Tensor, expand func(block []byte, values []float32)) *weights.Tensor {
	size, _ := weights.RowBytes(w.Type, weights.BlockElems)
	values := make([]float32, w.Shape.Elems())
	for b := range len(w.Data) / size {
		expand(w.Data[b*size:(b+1)*size], values[b*weights.BlockElems:(b+1)*weights.BlockElems])
	}
	data, err := weights.Quantize(values, w.Cols(), weights.F32)
	if err != nil {
		panic(err)
	}
	return &weights.Tensor{Name: w.Name, Type: weights.F32, Shape: w.Shape, Data: data}
}

// normInFloat32 subtracts two large numbers to get the variance.
func normInFloat32(op graph.GroupNorm, out, in array) {
	w, b := parameter(op.Weight, 1), parameter(op.Bias, 0)
	x, y := in.flat(), out.flat()
	width := x.shape[2] / op.Groups
	for n := range x.shape[0] {
		for g := range op.Groups {
			var sum, squares float32
			for p := range x.shape[1] {
				for c := g * width; c < (g+1)*width; c++ {
					v := float32(*x.at3(n, p, c))
					sum += v
					squares += v * v
				}
			}
			count := float32(x.shape[1] * width)
			mean := sum / count
			variance := squares/count - mean*mean
			for p := range x.shape[1] {
				for c := g * width; c < (g+1)*width; c++ {
					*y.at3(n, p, c) = (*x.at3(n, p, c)-float64(mean))/math.Sqrt(float64(variance)+op.Eps)*w(c) + b(c)
				}
			}
		}
	}
}

// largestScore is the largest scaled product of a query and a key in any head.
func largestScore(op graph.Attention, q, k array) float64 {
	largest := math.Inf(-1)
	dim := q.shape[2] / op.Heads
	for n := range q.shape[0] {
		for head := range op.Heads {
			for i := range q.shape[1] {
				for j := range k.shape[1] {
					var score float64
					for c := head * dim; c < (head+1)*dim; c++ {
						score += op.Scale * *q.at3(n, i, c) * *k.at3(n, j, c)
					}
					largest = max(largest, score)
				}
			}
		}
	}
	return largest
}

// interleaveHeads gives head h the channels h, h + heads, h + 2·heads, ….
func interleaveHeads(x array, heads int) array {
	flat := x.flat()
	out := array{flat.shape, make([]float64, len(flat.data))}
	dim := flat.shape[2] / heads
	out.each(func(n, p, c int) { *out.at3(n, p, c) = *flat.at3(n, p, c%dim*heads+c/dim) })
	return array{x.shape, out.data}
}

// firstRow repeats the first row of a matrix.
func firstRow(x array) array {
	out := array{x.shape, make([]float64, len(x.data))}
	for i := range out.data {
		out.data[i] = x.data[i%x.shape[1]]
	}
	return out
}
