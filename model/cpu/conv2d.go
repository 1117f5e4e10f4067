package cpu

import (
	"unnoise/model/graph"
	"unnoise/model/tensor"
)

// conv2D correlates each picture, copied into a frame of zeros, with the kernels:
// a table of dot products per row of the result.
func conv2D(op graph.Conv2D, in []tensor.Shape, out tensor.Shape, workers *crew) kernel {
	op = op.Normal()
	if op.Groups > 1 || op.Dilation > 1 {
		return conv2DPatches(op, in, out, workers)
	}
	const block = 32 // channels of a task
	n, h, w, c := in[0][0], in[0][1], in[0][2], in[0][3]
	outH, outW, outC := out[1], out[2], out[3]
	shape := op.KernelShape(in)
	kernelH, kernelW := shape[2], shape[3]
	paddedH, paddedW := h+op.Pad.Top+op.Pad.Bottom, w+op.Pad.Left+op.Pad.Right
	weight, bias := operand(op.Weight, 1), operand(op.Bias, 2)
	layout := rows{
		strips: kernelH, length: kernelW * c,
		xStep: op.Stride * c, xPitch: paddedW * c,
		wStep: kernelH * kernelW * c,
	}
	blocks := (outC + block - 1) / block

	scratch := n * paddedH * paddedW * c
	if op.Pad == graph.Same(0) {
		scratch = 0 // the picture is its own frame
	}
	run := func(dst []float32, in [][]float32, framed []float32) {
		x, k, b := in[0], weight(in), bias(in)
		if scratch > 0 {
			frame(framed, x, n, h, w, c, op.Pad)
			x = framed
		}
		workers.each(n*outH*blocks, func(_, task int) {
			row, from := task/blocks, task%blocks*block
			image, y := row/outH, row%outH
			product(dst[row*outW*outC:], outC,
				x[(image*paddedH+y*op.Stride)*paddedW*c:], k, b,
				layout, outW, from, min(outC, from+block))
		})
	}
	return kernel{scratch, run}
}

// frame copies pictures into frames of zeros; a negative padding crops them.
// src: [n, h, w, c]; dst: [n, top+h+bottom, left+w+right, c].
func frame(dst, src []float32, n, h, w, c int, pad graph.Padding) {
	clear(dst)
	paddedH, paddedW := h+pad.Top+pad.Bottom, w+pad.Left+pad.Right
	first, last := max(0, -pad.Left), min(w, paddedW-pad.Left) // columns that are kept
	if first >= last {
		return
	}
	for image := range n {
		for y := max(0, -pad.Top); y < min(h, paddedH-pad.Top); y++ {
			at := ((image*paddedH+pad.Top+y)*paddedW + pad.Left + first) * c
			row := src[(image*h+y)*w*c:]
			copy(dst[at:at+(last-first)*c], row[first*c:])
		}
	}
}
