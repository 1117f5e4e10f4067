//go:build js && wasm

package gpu

import (
	"unnoise/model/graph"
	"unnoise/shaders"
)

func (l *lowering) conv2D(n fused, op graph.Conv2D) {
	in, out := l.shape(n.a), l.shape(n.Out)
	matrix, stride := l.matrix(op.Weight)
	p := shaders.Conv2D{
		Batch: uint32(in[0]), Height: uint32(in[1]), Width: uint32(in[2]),
		ChannelsA: uint32(in[3]), ChannelsB: uint32(l.channels(n.b)),
		OutHeight: uint32(out[1]), OutWidth: uint32(out[2]), OutChannels: uint32(out[3]),
		KernelH: uint32(op.Weight.Shape[2]), KernelW: uint32(op.Weight.Shape[3]),
		Stride: uint32(op.Stride), PadTop: uint32(op.Pad.Top), PadLeft: uint32(op.Pad.Left),
		Upsample: flag(n.upsample), Row: uint32(stride),
		Bias: flag(present(op.Bias)), Shift: flag(n.shift != none), Residual: flag(n.residual != none),
	}
	cost := 2 * float64(out.Elems()) * float64(op.Weight.Cols())
	l.emit("conv2d", nil, p, out.Elems(), cost,
		l.value(n.a), l.value(n.b), matrix, l.vector(op.Bias), l.value(n.shift), l.value(n.residual), l.value(n.Out))
}
