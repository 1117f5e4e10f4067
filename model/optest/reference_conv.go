package optest

import (
	"unnoise/model/graph"
	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// bank is the kernels of a convolution: a function of their index in PyTorch's
// order.
type bank struct {
	at               func(first, second, ky, kx int) float64
	kernelH, kernelW int
	bias             func(o int) float64
}

// bankOf reads the kernels from a tensor or, where there is none, from the second
// input, and the biases from a tensor or the third.
func bankOf(weight, bias *weights.Tensor, in []array) bank {
	out := bank{bias: parameter(bias, 0)}
	if len(in) > 2 {
		out.bias = func(o int) float64 { return in[2].data[o] }
	}
	if weight == nil {
		out.kernelH, out.kernelW = in[1].shape[1], in[1].shape[2]
		out.at = func(first, second, ky, kx int) float64 { return *in[1].at(first, ky, kx, second) }
		return out
	}
	w, s := parameter(weight, 0), weight.Shape
	out.kernelH, out.kernelW = s[2], s[3]
	out.at = func(first, second, ky, kx int) float64 {
		return w(((first*s[1]+second)*s[2]+ky)*s[3] + kx)
	}
	return out
}

// contacts calls f for every product that a convolution adds up: value (n, y, x, o)
// of the result, value (n, sy, sx, i) of the picture, and the index of the weight
// between them, where j counts the channels of a group.
func contacts(op graph.Conv2D, kernelH, kernelW int, in, out tensor.Shape, f func(n, y, x, o, sy, sx, i, j, ky, kx int)) {
	groups, dilation := max(1, op.Groups), max(1, op.Dilation)
	taken, made := in[3]/groups, out[3]/groups
	for n := range out[0] {
		for y := range out[1] {
			for x := range out[2] {
				for o := range out[3] {
					for ky := range kernelH {
						for kx := range kernelW {
							sy, sx := y*op.Stride+ky*dilation-op.Pad.Top, x*op.Stride+kx*dilation-op.Pad.Left
							if sy < 0 || sy >= in[1] || sx < 0 || sx >= in[2] {
								continue
							}
							for j := range taken {
								f(n, y, x, o, sy, sx, o/made*taken+j, j, ky, kx)
							}
						}
					}
				}
			}
		}
	}
}

// conv2D: y[n,y,x,o] = b[o] + Σ_{ky,kx,j} w[o,j,ky,kx] · x[n, y·s+ky·d−top, x·s+kx·d−left, i],
// where i is channel j of o's group; zero outside the picture.
func conv2D(op graph.Conv2D, out array, in []array) {
	k := bankOf(op.Weight, op.Bias, in)
	for i := range out.data {
		out.data[i] = k.bias(i % out.shape[3])
	}
	contacts(op, k.kernelH, k.kernelW, in[0].shape, out.shape, func(n, y, x, o, sy, sx, i, j, ky, kx int) {
		*out.at(n, y, x, o) += k.at(o, j, ky, kx) * *in[0].at(n, sy, sx, i)
	})
}

// convTranspose2D: every value of x is spread over what a convolution would read
// for it.
func convTranspose2D(op graph.ConvTranspose2D, out array, in []array) {
	k := bankOf(op.Weight, op.Bias, in)
	for i := range out.data {
		out.data[i] = k.bias(i % out.shape[3])
	}
	forward := graph.Conv2D{Stride: op.Stride, Pad: op.Pad, Groups: op.Groups, Dilation: op.Dilation}
	contacts(forward, k.kernelH, k.kernelW, out.shape, in[0].shape, func(n, y, x, o, sy, sx, i, j, ky, kx int) {
		*out.at(n, sy, sx, i) += k.at(o, j, ky, kx) * *in[0].at(n, y, x, o)
	})
}

// conv2DWeightGrad: dw[o,ky,kx,j] = Σ g[n,y,x,o] · x[n,sy,sx,i] over what meets in
// that weight.
func conv2DWeightGrad(op graph.Conv2DWeightGrad, out, x, g array) {
	forward := graph.Conv2D{Stride: op.Stride, Pad: op.Pad, Groups: op.Groups, Dilation: op.Dilation}
	contacts(forward, op.KernelH, op.KernelW, x.shape, g.shape, func(n, y, column, o, sy, sx, i, j, ky, kx int) {
		*out.at(o, ky, kx, j) += *g.at(n, y, column, o) * *x.at(n, sy, sx, i)
	})
}
