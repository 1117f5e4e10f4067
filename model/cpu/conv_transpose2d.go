package cpu

import (
	"unnoise/model/graph"
	"unnoise/model/tensor"
)

// convTranspose2D gathers for every pixel of the result the input pixels whose
// kernels reach it. Tap (u, v) reaches pixel (y, x) from row
// (y + top − u·dilation)/stride, where that is whole, and columns alike.
func convTranspose2D(op graph.ConvTranspose2D, in []tensor.Shape, out tensor.Shape, workers *crew) kernel {
	op = op.Normal()
	x := in[0]
	shape := op.KernelShape(in)
	weight, bias := operand(op.Weight, 1), operand(op.Bias, 2)
	taken := shape[0] / op.Groups
	p := patches{
		height: x[1], width: x[2], channels: x[3],
		kernelH: shape[2], kernelW: shape[3], taken: taken,
	}
	p.row = func(y, u int) (int, bool) {
		at := y + op.Pad.Top - u*op.Dilation
		return at / op.Stride, at >= 0 && at%op.Stride == 0
	}
	p.column = func(x, v int) (int, bool) {
		at := x + op.Pad.Left - v*op.Dilation
		return at / op.Stride, at >= 0 && at%op.Stride == 0
	}
	elems := shape.Elems()
	var turned []float32
	if op.Weight != nil {
		turned = make([]float32, elems)
		turnKernels(turned, weight(nil), shape, op.Groups)
	}
	scratch := workers.size * out[2] * p.length()
	return kernel{scratch + elems, func(dst []float32, in [][]float32, scratch []float32) {
		k := turned
		if k == nil {
			k = scratch[len(scratch)-elems:]
			turnKernels(k, weight(in), shape, op.Groups)
		}
		p.convolve(dst, in[0], k, bias(in), out, op.Groups, scratch, workers)
	}}
}

// turnKernels puts the channels of the result first. shape: [I, O/Groups, KH, KW];
// src: [I, KH, KW, O/Groups]; dst: [O, KH, KW, I/Groups].
func turnKernels(dst, src []float32, shape tensor.Shape, groups int) {
	taken, made, taps := shape[0]/groups, shape[1], shape[2]*shape[3]
	for group := range groups {
		for i := range taken {
			for tap := range taps {
				row := src[((group*taken+i)*taps+tap)*made:][:made]
				for o, v := range row {
					dst[((group*made+o)*taps+tap)*taken+i] = v
				}
			}
		}
	}
}
