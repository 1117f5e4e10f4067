package cpu

import (
	"unnoise/model/graph"
	"unnoise/model/tensor"
)

// conv2DPatches is the convolution with groups or dilation: what the kernels of a
// group see from each pixel of a row is gathered into a vector, and the vectors are
// multiplied with the kernels.
func conv2DPatches(op graph.Conv2D, in []tensor.Shape, out tensor.Shape, workers *crew) kernel {
	x := in[0]
	shape := op.KernelShape(in)
	weight, bias := operand(op.Weight, 1), operand(op.Bias, 2)
	p := patches{
		height: x[1], width: x[2], channels: x[3],
		kernelH: shape[2], kernelW: shape[3], taken: shape[1],
	}
	p.row = func(y, u int) (int, bool) { return y*op.Stride + u*op.Dilation - op.Pad.Top, true }
	p.column = func(x, v int) (int, bool) { return x*op.Stride + v*op.Dilation - op.Pad.Left, true }
	return kernel{workers.size * out[2] * p.length(), func(dst []float32, in [][]float32, scratch []float32) {
		p.convolve(dst, in[0], weight(in), bias(in), out, op.Groups, scratch, workers)
	}}
}

// patches says which pixels the taps of a kernel read.
type patches struct {
	height, width, channels int // of the picture
	kernelH, kernelW        int
	taken                   int // channels that a kernel sees
	// row and column are what tap u or v reads from row y or column x of the result,
	// which may be outside the picture, or false where it reads nothing.
	row, column func(at, tap int) (int, bool)
}

func (p patches) length() int { return p.kernelH * p.kernelW * p.taken }

// convolve multiplies the patches of every pixel with the kernels of each group.
// dst: out; x: [N, height, width, channels]; weight: [O, length]; bias: [O] or nil;
// scratch: out[2]·length values for each worker.
func (p patches) convolve(dst, x, weight, bias []float32, out tensor.Shape, groups int, scratch []float32, workers *crew) {
	outH, outW, outC := out[1], out[2], out[3]
	length, width := p.length(), outC/groups
	layout := rows{strips: 1, length: length, xStep: length, wStep: length}
	workers.each(out[0]*outH*groups, func(worker, task int) {
		row, group := task/groups, task%groups
		seen := scratch[worker*outW*length:][:outW*length]
		p.gather(seen, x[row/outH*p.height*p.width*p.channels:], row%outH, outW, group*p.taken)
		product(dst[row*outW*outC:], outC, seen, weight, bias, layout, outW, group*width, (group+1)*width)
	})
}

// gather writes the patches of row y of the result, from the channels first and on
// of one picture. dst: [outW, kernelH, kernelW, taken].
func (p patches) gather(dst, picture []float32, y, outW, first int) {
	clear(dst)
	for u := range p.kernelH {
		sy, reads := p.row(y, u)
		if !reads || sy < 0 || sy >= p.height {
			continue
		}
		for x := range outW {
			for v := range p.kernelW {
				sx, reads := p.column(x, v)
				if !reads || sx < 0 || sx >= p.width {
					continue
				}
				at := ((x*p.kernelH+u)*p.kernelW + v) * p.taken
				copy(dst[at:at+p.taken], picture[(sy*p.width+sx)*p.channels+first:])
			}
		}
	}
}
