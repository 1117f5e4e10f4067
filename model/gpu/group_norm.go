//go:build js && wasm

package gpu

import (
	"unnoise/model/graph"
	"unnoise/shaders"
)

// normRun is the pixels that one invocation of group_norm writes.
const normRun = 16

// maxSlabs bounds the statistics that every invocation of group_norm joins.
const maxSlabs = 16

func (l *lowering) groupNorm(n fused, op graph.GroupNorm) {
	s := l.shape(n.Out)
	batch, pixels, channels := s[0], s[1]*s[2], s[3]
	perSlab := max(8, ceilDiv(pixels, maxSlabs))
	slabs := ceilDiv(pixels, perSlab)
	a, b := l.value(n.a), l.value(n.b)
	stats := l.scratch("statistics", batch*op.Groups*slabs*4)
	l.emit("group_norm_stats", nil, shaders.GroupNormStats{
		Batch: uint32(batch), Pixels: uint32(pixels),
		ChannelsA: uint32(l.channels(n.a)), ChannelsB: uint32(l.channels(n.b)),
		Groups: uint32(op.Groups), Slabs: uint32(slabs), PerSlab: uint32(perSlab),
	}, batch*op.Groups*slabs, 4*float64(s.Elems()), a, b, stats)

	runs := ceilDiv(pixels, normRun)
	l.emit("group_norm", shaders.Overrides{"RUN": normRun}, shaders.GroupNorm{
		Batch: uint32(batch), Pixels: uint32(pixels),
		ChannelsA: uint32(l.channels(n.a)), ChannelsB: uint32(l.channels(n.b)),
		Groups: uint32(op.Groups), Slabs: uint32(slabs),
		NormEps: float32(op.Eps), Weight: flag(op.Weight != nil), Bias: flag(op.Bias != nil),
		ScaleShift: flag(n.scaleShift != none), SiLU: flag(n.silu),
	}, batch*runs*channels, 8*float64(s.Elems()),
		a, b, stats, l.vector(op.Weight), l.vector(op.Bias), l.value(n.scaleShift), l.value(n.Out))
}
