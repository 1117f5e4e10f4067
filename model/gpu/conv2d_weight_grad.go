//go:build js && wasm

package gpu

import (
	"fmt"

	"unnoise/model/graph"
	"unnoise/shaders"
)

// conv2DWeightGrad lowers the gradient with respect to a convolution's weight. The
// pixels are cut into slabs, so that there is work for all of a GPU where a weight
// is small; the sums of the slabs are then added in order.
func (l *lowering) conv2DWeightGrad(n fused, op graph.Conv2DWeightGrad) {
	x, g, out := l.shape(n.In[0]), l.shape(n.In[1]), l.shape(n.Out)
	taken, made := out[3], out[0]/op.Groups
	fitting := []Config{Plain}
	if taken%4 == 0 && made%4 == 0 {
		fitting = []Config{Tile, Plain}
	}
	shape := fmt.Sprintf("conv2d_weight_grad %v %v %v/%d:%d %v", x, g, out, op.Stride, op.Dilation, op.Pad)
	stem, invocations := "conv2d_weight_grad", out.Elems()
	if l.choose.pick(n, shape, fitting) == Tile { // 8 channels by 8 at a tap an invocation
		stem = "conv2d_weight_grad_tile"
		invocations = op.KernelH * op.KernelW * op.Groups * ceilDiv(taken, 8) * ceilDiv(made, 8)
	}
	perSlab := l.rowsPerSlab(g[0]*g[1], invocations, out.Elems())
	slabs := ceilDiv(g[0]*g[1], perSlab)
	p := shaders.Conv2DWeightGrad{
		Batch: uint32(x[0]), Height: uint32(x[1]), Width: uint32(x[2]), Channels: uint32(x[3]),
		OutHeight: uint32(g[1]), OutWidth: uint32(g[2]), OutChannels: uint32(g[3]),
		Groups:  uint32(op.Groups),
		KernelH: uint32(op.KernelH), KernelW: uint32(op.KernelW),
		Stride: uint32(op.Stride), Dilation: uint32(op.Dilation),
		PadTop: uint32(op.Pad.Top), PadLeft: uint32(op.Pad.Left),
		Slabs: uint32(slabs), PerSlab: uint32(perSlab),
	}
	cost := 2 * float64(g.Elems()) * float64(out.Elems()/out[0])
	sums := l.value(n.Out)
	if slabs > 1 {
		sums = l.scratch("slabs", slabs*out.Elems())
	}
	l.emit(stem, nil, p, slabs*invocations, cost, l.value(n.In[0]), l.value(n.In[1]), sums)
	if slabs > 1 {
		l.emit("slab_sum", nil, shaders.SlabSum{Count: uint32(out.Elems()), Slabs: uint32(slabs)},
			out.Elems(), float64(slabs*out.Elems()), sums, l.value(n.Out))
	}
}

// rowsPerSlab is how many rows of pixels go into one slab.
func (l *lowering) rowsPerSlab(rows, invocations, elems int) int {
	const (
		busy = 1 << 14 // invocations that keep a GPU busy
		most = 4 << 20 // words that the slabs may take
	)
	slabs := min(rows, ceilDiv(busy, invocations), max(1, most/elems))
	if l.choose.software {
		slabs = min(slabs, max(1, ceilDiv(1<<9, invocations)))
	}
	return ceilDiv(rows, slabs)
}
