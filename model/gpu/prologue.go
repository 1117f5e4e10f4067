//go:build js && wasm

package gpu

import (
	"fmt"

	"unnoise/model/graph"
	"unnoise/shaders"
)

// What lies between a norm and a convolution that alone reads it need not be stored: the
// kernel that transforms the input of a Winograd convolution can normalise what it loads.
// It does so for every value 2.25 times, or 4 times with F(2×2, 3×3), where the norm's
// kernel does it once, but spares a dispatch, and the value is neither written nor read.

// waitingNorm is a norm that the convolution which reads it computes, if it can.
type waitingNorm struct {
	fused
	op graph.GroupNorm
	normed
}

// waits reports whether a norm is left to the convolution that reads it.
func (l *lowering) waits(n fused, x normed) bool {
	return n.intoConv && x.channelsA%4 == 0 && x.channelsB%4 == 0 && x.channels()/x.groups%4 == 0 &&
		!l.choose.refuses("group_norm_vec4") && !l.choose.refuses("group_norm_stats_vec4")
}

// prologue takes the norm that waits for a convolution which is computed in that
// configuration. It is none where there is none or the convolution does not compute it: it
// has been launched then.
func (l *lowering) prologue(n fused, config Config) *waitingNorm {
	norm, ok := l.waiting[n.a]
	if !ok {
		return nil
	}
	delete(l.waiting, n.a)
	if config == Winograd || config == Winograd4 {
		n.norm = norm
		shape := fmt.Sprintf("prologue %v %d+%d %d %s", l.shape(n.Out), norm.channelsA, norm.channelsB, norm.groups, config)
		if l.choose.pick(n, shape, l.choose.prologues()) == Prologue {
			return norm
		}
	}
	node := l.node
	l.node = norm.Label
	l.normalise(norm.fused, norm.normed, norm.op.Weight, norm.op.Bias, norm.op.Eps)
	l.node = node
	return nil
}

// winogradNormInput launches the transform of what a norm makes of its input.
func (l *lowering) winogradNormInput(w winograd, norm *waitingNorm, p shaders.WinogradInput, tiles int, transformed bufferID) {
	x := norm.normed
	node := l.node
	l.node = norm.Label
	st := l.statisticsOf(norm.fused, x)
	l.node = node
	scaleShift := l.perPicture(norm.scaleShift)
	overrides := shaders.Overrides{"DUAL": flag(x.channelsB > 0), "SILU": flag(norm.silu)}
	l.emit(w.stem+"_norm_input", overrides, shaders.WinogradNormInput{
		Batch: p.Batch, Height: p.Height, Width: p.Width,
		ChannelsA: uint32(x.channelsA), ChannelsB: uint32(x.channelsB), TilesH: p.TilesH, TilesW: p.TilesW,
		Groups: uint32(x.groups), Slabs: uint32(st.slabs), NormEps: float32(norm.op.Eps),
		Weight: flag(norm.op.Weight != nil || len(norm.In) > 1), Bias: flag(norm.op.Bias != nil || len(norm.In) > 2),
		ScaleShift: scaleShift.row, ScaleShiftFirst: scaleShift.first,
	}, tiles*x.channels()/4, float64(8*w.planes()*tiles*x.channels()),
		x.a, x.b, st.buffer, l.vectorOf(norm.op.Weight, norm.fused, 1), l.vectorOf(norm.op.Bias, norm.fused, 2), scaleShift.buffer, transformed)
}
