//go:build js && wasm

package gpu

import (
	"fmt"
	"slices"

	"unnoise/model/graph"
	"unnoise/shaders"
)

// conv2D lowers a convolution whose weight and bias are tensors.
func (l *lowering) conv2D(n fused, op graph.Conv2D) {
	n.Op = op
	if op.Groups > 1 {
		l.convGrouped(n, op)
		return
	}
	fitting := l.convConfigs(n, op)
	config := l.choose.pick(n, l.convShape(n, op), fitting)
	norm := l.prologue(n, config)
	switch config {
	case Winograd:
		l.convWinograd(winograd2, n, op, norm)
	case Winograd4:
		l.convWinograd(winograd4, n, op, norm)
	case Stored:
		l.convStored(n, op)
	case Tile:
		if l.isProduct(n, op) {
			l.convProduct(n, op)
		} else {
			l.convDirect("conv2d_tile", shaders.Overrides{"DUAL": flag(n.b != none), "DILATION": uint32(op.Dilation)}, 8, 8, n, op)
		}
	case Broadcast:
		l.convBroadcast(n, op)
	case Implicit:
		l.convDirect("conv2d_shared", shaders.Overrides{"DUAL": flag(n.b != none), "DILATION": uint32(op.Dilation)}, 64, 64, n, op)
	case Vec4:
		l.convDirect("conv2d_vec4", shaders.Overrides{"DUAL": flag(n.b != none), "DILATION": uint32(op.Dilation)}, 4, 4, n, op)
	default:
		l.convDirect("conv2d", shaders.Overrides{"DILATION": uint32(op.Dilation)}, 1, 1, n, op)
	}
}

// minWinogradChannels is where the transforms begin to pay.
const minWinogradChannels = 16

// convConfigs lists the configurations that fit a convolution, best first; that
// which expands no weights comes last.
func (l *lowering) convConfigs(n fused, op graph.Conv2D) []Config {
	fitting := l.convExpanded(n, op)
	if l.isStored(op.Weight) && l.channels(n.a)%32 == 0 && l.channels(n.b)%32 == 0 {
		fitting = append(fitting, Stored)
	}
	return fitting
}

func (l *lowering) convExpanded(n fused, op graph.Conv2D) []Config {
	s := op.Weight.Shape
	a, b, o := l.channels(n.a), l.channels(n.b), s[0]
	if a%4 != 0 || b%4 != 0 || o%4 != 0 {
		return []Config{Vec4, Plain}
	}
	same3x3 := s[2] == 3 && s[3] == 3 && op.Stride == 1 && op.Pad == graph.Same(1) && op.Dilation == 1
	if same3x3 && a+b >= minWinogradChannels && o >= minWinogradChannels {
		return l.winogradConfigs(n, op)
	}
	if l.isProduct(n, op) {
		return []Config{Tile, Plain}
	}
	fitting := []Config{Tile}
	if l.choose.broadcasts() && l.shape(n.Out)[:3].Elems() <= broadcastRows*maxWorkgroups {
		fitting = append(fitting, Broadcast)
		if l.choose.software {
			fitting = []Config{Broadcast, Tile}
		}
	}
	return l.withImplicit(n, append(fitting, Plain))
}

// withImplicit adds Implicit to configurations of a convolution, the best first: before
// Tile where workgroup memory is fast and its tiles are enough for all multiprocessors,
// after it where they are not, and after Plain on adapters that compute on the CPU, whose
// barriers cost more than the products between them.
func (l *lowering) withImplicit(n fused, fitting []Config) []Config {
	s := l.shape(n.Out)
	tiles := ceilDiv(s[:3].Elems(), 64) * ceilDiv(s[3], 64)
	switch at := slices.Index(fitting, Tile); {
	case s[:3].Elems() > 64*maxWorkgroups:
		return fitting
	case l.choose.software:
		return append(fitting, Implicit)
	case l.choose.fewRegisters() || tiles < enoughWorkgroups || s[3] < 32:
		return slices.Insert(fitting, at+1, Implicit)
	default:
		return slices.Insert(fitting, at, Implicit)
	}
}

// convShape is the key under which the choice for a convolution is kept.
func (l *lowering) convShape(n fused, op graph.Conv2D) string {
	s := op.Weight.Shape
	return fmt.Sprintf("conv2d %v %d+%d %d×%d/%d:%d %v up=%t", l.shape(n.Out), l.channels(n.a), l.channels(n.b),
		s[2], s[3], op.Stride, op.Dilation, op.Pad, n.upsample)
}

// isProduct reports whether a convolution is a plain matrix product.
func (l *lowering) isProduct(n fused, op graph.Conv2D) bool {
	s := op.Weight.Shape
	return s[2] == 1 && s[3] == 1 && op.Stride == 1 && op.Pad == graph.Padding{} &&
		n.shift == none && !n.upsample
}

// convDirect launches one of the kernels that go over the taps themselves, with
// pixels × channels values of the result an invocation, or of conv2d_broadcast and
// conv2d_shared a workgroup.
func (l *lowering) convDirect(stem string, overrides shaders.Overrides, pixels, channels int, n fused, op graph.Conv2D) {
	in, out := l.shape(n.a), l.shape(n.Out)
	matrix, stride := l.matrix(op.Weight)
	if stem == "conv2d_stored" {
		matrix = l.stored(op.Weight)
	}
	shift := l.perPicture(n.shift)
	p := shaders.Conv2D{
		Batch: uint32(in[0]), Height: uint32(in[1]), Width: uint32(in[2]),
		ChannelsA: uint32(in[3]), ChannelsB: uint32(l.channels(n.b)),
		OutHeight: uint32(out[1]), OutWidth: uint32(out[2]), OutChannels: uint32(out[3]),
		KernelH: uint32(op.Weight.Shape[2]), KernelW: uint32(op.Weight.Shape[3]),
		Stride: uint32(op.Stride), PadTop: uint32(op.Pad.Top), PadLeft: uint32(op.Pad.Left),
		Upsample: flag(n.upsample), Row: uint32(stride),
		Bias: flag(op.Bias != nil), Shift: shift.row, ShiftFirst: shift.first, Residual: flag(n.residual != none),
	}
	bind := []bufferID{l.value(n.a), l.value(n.b), matrix, l.vector(op.Bias), shift.buffer, l.value(n.residual), l.value(n.Out)}
	if stem == "conv2d_broadcast" || stem == "conv2d_shared" {
		groups := [3]uint32{uint32(ceilDiv(out.Elems()/out[3], pixels)), uint32(ceilDiv(out[3], channels)), 1}
		l.emitGroups(stem, overrides, p, groups, l.convCost(n, op), bind...)
		return
	}
	invocations := ceilDiv(out.Elems()/out[3], pixels) * ceilDiv(out[3], channels)
	l.emit(stem, overrides, p, invocations, l.convCost(n, op), bind...)
}

// convBroadcast launches the kernel whose workgroups have some pixels by some channels.
func (l *lowering) convBroadcast(n fused, op graph.Conv2D) {
	lanes := l.choose.broadcastWorkgroup(op.Weight.Rows())
	overrides := shaders.Overrides{"DUAL": flag(n.b != none), "DILATION": uint32(op.Dilation), "WORKGROUP": uint32(lanes)}
	l.convDirect("conv2d_broadcast", overrides, broadcastRows, 4*lanes, n, op)
}

func (l *lowering) convCost(n fused, op graph.Conv2D) float64 {
	return 2 * float64(l.shape(n.Out).Elems()) * float64(op.Weight.Cols())
}

// convProduct computes a 1×1 convolution as the product of pixels and channels.
func (l *lowering) convProduct(n fused, op graph.Conv2D) {
	a, b := l.channels(n.a), l.channels(n.b)
	matrix, _ := l.matrix(op.Weight)
	l.matmulDual(matrices{Matmul: shaders.Matmul{
		Batch: 1, Rows: uint32(l.shape(n.a).Elems() / a),
		InChannels: uint32(a + b), InChannelsB: uint32(b), OutChannels: uint32(op.Weight.Rows()),
		Bias: flag(op.Bias != nil), Residual: flag(n.residual != none),
	}}, l.convCost(n, op), l.value(n.a), l.value(n.b), matrix, l.vector(op.Bias), l.value(n.residual), l.value(n.Out))
}
