package optest

import (
	"unnoise/model/graph"
	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// bank is the kernels of a convolution, [first, second, kernelH, kernelW] in PyTorch's
// order, and its biases.
type bank struct {
	kernels array
	bias    func(o int) float64
}

// bankOf reads the kernels from a tensor or, where there is none, from the second
// input, [first, kernelH, kernelW, second], and the biases from a tensor or the third.
func bankOf(weight, bias *weights.Tensor, in []array) bank {
	out := bank{bias: parameter(bias, 0)}
	if len(in) > 2 {
		out.bias = func(o int) float64 { return in[2].data[o] }
	}
	if weight != nil {
		out.kernels = array{weight.Shape, widen(weight.Torch())}
		return out
	}
	s := in[1].shape
	out.kernels = array{tensor.Shape{s[0], s[3], s[1], s[2]}, make([]float64, len(in[1].data))}
	in[1].every(func(i []int) { *out.kernels.at4(i[0], i[3], i[1], i[2]) = *in[1].at(i...) })
	return out
}

// contact is where a kernel meets the picture: value (n, y, x, o) of the result adds up
// products of the values (n, sy, sx, from+j) of the picture by the weights (o, j, ky, kx),
// where j counts the channels of a group.
type contact struct{ n, y, x, o, sy, sx, from, ky, kx int }

// contacts calls f for every contact of a convolution, and gives it the channels of a group.
func contacts(op graph.Conv2D, kernelH, kernelW int, in, out tensor.Shape, f func(c contact, channels int)) {
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
							f(contact{n, y, x, o, sy, sx, o / made * taken, ky, kx}, taken)
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
	contacts(op, k.kernels.shape[2], k.kernels.shape[3], in[0].shape, out.shape, func(c contact, channels int) {
		y := out.at4(c.n, c.y, c.x, c.o)
		for j := range channels {
			*y += *k.kernels.at4(c.o, j, c.ky, c.kx) * *in[0].at4(c.n, c.sy, c.sx, c.from+j)
		}
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
	contacts(forward, k.kernels.shape[2], k.kernels.shape[3], out.shape, in[0].shape, func(c contact, channels int) {
		for j := range channels {
			*out.at4(c.n, c.sy, c.sx, c.from+j) += *k.kernels.at4(c.o, j, c.ky, c.kx) * *in[0].at4(c.n, c.y, c.x, c.o)
		}
	})
}

// conv2DWeightGrad: dw[o,ky,kx,j] = Σ g[n,y,x,o] · x[n,sy,sx,i] over what meets in
// that weight.
func conv2DWeightGrad(op graph.Conv2DWeightGrad, out, x, g array) {
	forward := graph.Conv2D{Stride: op.Stride, Pad: op.Pad, Groups: op.Groups, Dilation: op.Dilation}
	contacts(forward, op.KernelH, op.KernelW, x.shape, g.shape, func(c contact, channels int) {
		for j := range channels {
			*out.at4(c.o, c.ky, c.kx, j) += *g.at4(c.n, c.y, c.x, c.o) * *x.at4(c.n, c.sy, c.sx, c.from+j)
		}
	})
}
