//go:build js && wasm

package gpu

import (
	"fmt"

	"unnoise/model/graph"
	"unnoise/model/tensor"
	"unnoise/shaders"
)

// convGrouped lowers a convolution of several groups.
func (l *lowering) convGrouped(n fused, op graph.Conv2D) {
	out := l.shape(n.Out)
	shape := fmt.Sprintf("conv2d_grouped %v %d %v/%d:%d %v", out, l.channels(n.a), op.Weight.Shape, op.Stride, op.Dilation, op.Pad)
	fitting := []Config{Plain}
	if depthwise := op.Groups == l.channels(n.a) && op.Groups == out[3]; depthwise && out[3]%4 == 0 {
		fitting = []Config{Depthwise, Plain}
	}
	p, bind := l.grouped(n, op)
	if l.choose.pick(n, shape, fitting) == Depthwise { // 8 pixels by 4 channels an invocation
		overrides := shaders.Overrides{"SLIDE": flag(op.Stride == 1 && op.Dilation == 1)}
		invocations := out[0] * out[1] * ceilDiv(out[2], 8) * out[3] / 4
		l.emit("conv2d_depthwise", overrides, p, invocations, l.convCost(n, op), bind...)
		return
	}
	l.emit("conv2d_grouped", nil, p, out.Elems(), l.convCost(n, op), bind...)
}

// grouped are the Params and the bindings of the kernels for groups and of those for
// transposed convolutions, of which op has the turned weight.
func (l *lowering) grouped(n fused, op graph.Conv2D) (shaders.Conv2DGrouped, []bufferID) {
	in, out := l.shape(n.a), l.shape(n.Out)
	matrix, stride := l.matrix(op.Weight)
	shift := l.perPicture(n.shift)
	return shaders.Conv2DGrouped{
		Batch: uint32(in[0]), Height: uint32(in[1]), Width: uint32(in[2]), Channels: uint32(in[3]),
		OutHeight: uint32(out[1]), OutWidth: uint32(out[2]), OutChannels: uint32(out[3]),
		Groups:  uint32(op.Groups),
		KernelH: uint32(op.Weight.Shape[2]), KernelW: uint32(op.Weight.Shape[3]),
		Stride: uint32(op.Stride), Dilation: uint32(op.Dilation),
		PadTop: uint32(op.Pad.Top), PadLeft: uint32(op.Pad.Left), Row: uint32(stride),
		Bias: flag(op.Bias != nil), Shift: shift.row, ShiftFirst: shift.first, Residual: flag(n.residual != none),
	}, []bufferID{l.value(n.a), matrix, l.vector(op.Bias), shift.buffer, l.value(n.residual), l.value(n.Out)}
}

// convTranspose2D lowers a transposed convolution. Of stride 1 it is a convolution
// with the kernels mirrored, for which there are the faster kernels.
func (l *lowering) convTranspose2D(n fused, op graph.ConvTranspose2D) {
	w := op.KernelShape(l.shapes(n.In))
	conv := graph.Conv2D{Stride: op.Stride, Pad: op.Pad, Groups: op.Groups, Dilation: op.Dilation}
	conv.Bias = l.inputOr(op.Bias, n, 2, tensor.Shape{w[1] * op.Groups})
	if op.Stride == 1 {
		conv.Weight = l.turnedKernels(n, op, mirrored)
		spanH, spanW := op.Dilation*(w[2]-1), op.Dilation*(w[3]-1)
		conv.Pad = graph.Padding{
			Top: spanH - op.Pad.Top, Bottom: spanH - op.Pad.Bottom + op.OutputPadding[0],
			Left: spanW - op.Pad.Left, Right: spanW - op.Pad.Right + op.OutputPadding[1],
		}
		l.conv2D(n, conv)
		return
	}
	conv.Weight = l.turnedKernels(n, op, swapped)
	out := l.shape(n.Out)
	shape := fmt.Sprintf("conv_transpose2d %v %v %v/%d:%d %v", l.shape(n.a), out, w, op.Stride, op.Dilation, op.Pad)
	fitting := []Config{Plain}
	if op.Groups == 1 && w[0]%4 == 0 && w[1]%4 == 0 {
		fitting = []Config{Tile, Plain}
	}
	p, bind := l.grouped(n, conv)
	cost := 2 * float64(l.shape(n.a).Elems()) * float64(w[1:].Elems())
	if l.choose.pick(n, shape, fitting) == Tile { // 8 pixels by 4 channels an invocation
		rows := out[0] * out[1] * min(op.Stride, out[2])
		l.emit("conv_transpose2d_tile", nil, p, rows*ceilDiv(ceilDiv(out[2], op.Stride), 8)*out[3]/4, cost, bind...)
		return
	}
	l.emit("conv_transpose2d", nil, p, out.Elems(), cost, bind...)
}
