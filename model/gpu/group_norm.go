//go:build js && wasm

package gpu

import (
	"unnoise/model/graph"
	"unnoise/shaders"
)

// normSplit says how a norm is cut into invocations.
type normSplit struct {
	invocations int // about as many slabs of groups as the adapter keeps busy
	run         int // pixels that one invocation of group_norm writes
}

// A slab's statistics are joined by every invocation that reads them, so an
// adapter with few lanes gets few slabs and long runs.
var (
	softwareSplit = normSplit{invocations: 128, run: 64}
	hardwareSplit = normSplit{invocations: 4096, run: 8}
)

// maxSlabs bounds the statistics that an invocation joins.
const maxSlabs = 32

func (l *lowering) groupNorm(n fused, op graph.GroupNorm) {
	s := l.shape(n.Out)
	batch, pixels, channels := s[0], s[1]*s[2], s[3]
	slabs := min(maxSlabs, ceilDiv(l.norm.invocations, batch*op.Groups), ceilDiv(pixels, 8))
	perSlab := ceilDiv(pixels, slabs)
	slabs = ceilDiv(pixels, perSlab)
	a, b := l.value(n.a), l.value(n.b)
	stats := l.scratch("statistics", batch*op.Groups*slabs*4)

	suffix, perInvocation := "", 1
	var statsOverrides shaders.Overrides
	overrides := shaders.Overrides{"RUN": uint32(l.norm.run)}
	vec4 := l.channels(n.a)%4 == 0 && l.channels(n.b)%4 == 0 && channels/op.Groups%4 == 0
	if vec4 && !l.choose.refuses("group_norm_vec4") && !l.choose.refuses("group_norm_stats_vec4") {
		suffix, perInvocation = "_vec4", 4
		statsOverrides = shaders.Overrides{"DUAL": flag(n.b != none)}
		overrides["DUAL"] = flag(n.b != none)
	}
	l.emit("group_norm_stats"+suffix, statsOverrides, shaders.GroupNormStats{
		Batch: uint32(batch), Pixels: uint32(pixels),
		ChannelsA: uint32(l.channels(n.a)), ChannelsB: uint32(l.channels(n.b)),
		Groups: uint32(op.Groups), Slabs: uint32(slabs), PerSlab: uint32(perSlab),
	}, batch*op.Groups*slabs, 4*float64(s.Elems()), a, b, stats)

	runs := ceilDiv(pixels, l.norm.run)
	l.emit("group_norm"+suffix, overrides, shaders.GroupNorm{
		Batch: uint32(batch), Pixels: uint32(pixels),
		ChannelsA: uint32(l.channels(n.a)), ChannelsB: uint32(l.channels(n.b)),
		Groups: uint32(op.Groups), Slabs: uint32(slabs),
		NormEps: float32(op.Eps), Weight: flag(op.Weight != nil), Bias: flag(op.Bias != nil),
		ScaleShift: flag(n.scaleShift != none), SiLU: flag(n.silu),
	}, batch*runs*channels/perInvocation, 8*float64(s.Elems()),
		a, b, stats, l.vector(op.Weight), l.vector(op.Bias), l.value(n.scaleShift), l.value(n.Out))
}
