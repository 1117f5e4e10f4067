//go:build js && wasm

package gpu

import (
	"unnoise/model/graph"
	"unnoise/model/weights"
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

// normed is what a norm goes over: pictures [batch, pixels, channels] in groups of
// channels, whose values may stand in two buffers side by side.
type normed struct {
	batch, pixels, groups int
	a, b                  bufferID
	channelsA, channelsB  int // channelsB is 0 where there is no b
}

func (x normed) channels() int { return x.channelsA + x.channelsB }

// cost is the operations of going over every value once, one each.
func (x normed) cost() float64 { return float64(x.batch) * float64(x.pixels) * float64(x.channels()) }

// statistics are the moments of every slab of every group.
type statistics struct {
	buffer         bufferID
	slabs, perSlab int  // number of slabs, and pixels in each but the last
	vec4           bool // taken four channels at a time
}

// statistics launches what takes the moments of x.
func (l *lowering) statistics(x normed) statistics {
	slabs := min(maxSlabs, ceilDiv(l.norm.invocations, x.batch*x.groups), ceilDiv(x.pixels, 8))
	st := statistics{perSlab: ceilDiv(x.pixels, slabs)}
	st.slabs = ceilDiv(x.pixels, st.perSlab)
	st.buffer = l.scratch("statistics", x.batch*x.groups*st.slabs*4)

	suffix := ""
	var overrides shaders.Overrides
	whole := x.channelsA%4 == 0 && x.channelsB%4 == 0 && x.channels()/x.groups%4 == 0
	if whole && !l.choose.refuses("group_norm_vec4") && !l.choose.refuses("group_norm_stats_vec4") {
		suffix, st.vec4 = "_vec4", true
		overrides = shaders.Overrides{"DUAL": flag(x.channelsB > 0)}
	}
	l.emit("group_norm_stats"+suffix, overrides, shaders.GroupNormStats{
		Batch: uint32(x.batch), Pixels: uint32(x.pixels),
		ChannelsA: uint32(x.channelsA), ChannelsB: uint32(x.channelsB),
		Groups: uint32(x.groups), Slabs: uint32(st.slabs), PerSlab: uint32(st.perSlab),
	}, x.batch*x.groups*st.slabs, 4*x.cost(), x.a, x.b, st.buffer)
	return st
}

func (l *lowering) groupNorm(n fused, op graph.GroupNorm) {
	s := l.shape(n.Out)
	x := normed{
		batch: s[0], pixels: s[1] * s[2], groups: op.Groups,
		a: l.value(n.a), b: l.value(n.b), channelsA: l.channels(n.a), channelsB: l.channels(n.b),
	}
	if l.waits(n, x) {
		l.waiting[n.Out] = &waitingNorm{n, op, x}
		return
	}
	l.normalise(n, x, op.Weight, op.Bias, op.Eps)
}

// layerNorm normalises each position as a picture of one pixel and one group.
func (l *lowering) layerNorm(n fused, op graph.LayerNorm) {
	c := l.channels(n.Out)
	l.normalise(n, normed{
		batch: l.shape(n.Out).Elems() / c, pixels: 1, groups: 1,
		a: l.value(n.In[0]), b: l.dummy, channelsA: c,
	}, op.Weight, op.Bias, op.Eps)
}

// normalise launches a norm of x and what is fused to it.
func (l *lowering) normalise(n fused, x normed, weight, bias *weights.Tensor, eps float64) {
	st := l.statisticsOf(n, x)
	suffix, perInvocation := "", 1
	overrides := shaders.Overrides{"RUN": uint32(l.norm.run)}
	// Where a group has 2 or 6 channels, say, four of them are of several groups.
	mixed := x.channelsA%4 == 0 && x.channelsB%4 == 0 && x.channels()/x.groups%4 != 0 && !l.choose.refuses("group_norm_vec4")
	if st.vec4 || mixed {
		suffix, perInvocation = "_vec4", 4
		overrides["DUAL"], overrides["MIXED"] = flag(x.channelsB > 0), flag(mixed)
	}
	runs := ceilDiv(x.pixels, l.norm.run)
	scaleShift := l.perPicture(n.scaleShift)
	l.emit("group_norm"+suffix, overrides, shaders.GroupNorm{
		Batch: uint32(x.batch), Pixels: uint32(x.pixels),
		ChannelsA: uint32(x.channelsA), ChannelsB: uint32(x.channelsB),
		Groups: uint32(x.groups), Slabs: uint32(st.slabs),
		NormEps: float32(eps), Weight: flag(weight != nil || len(n.In) > 1), Bias: flag(bias != nil || len(n.In) > 2),
		ScaleShift: scaleShift.row, ScaleShiftFirst: scaleShift.first, SiLU: flag(n.silu),
	}, x.batch*runs*x.channels()/perInvocation, 8*x.cost(),
		x.a, x.b, st.buffer, l.vectorOf(weight, n, 1), l.vectorOf(bias, n, 2), scaleShift.buffer, l.value(n.Out))
}

func (l *lowering) groupNormGrad(n fused, op graph.GroupNormGrad) {
	s := l.shape(n.Out)
	x := normed{
		batch: s[0], pixels: s[1] * s[2], groups: op.Groups,
		a: l.value(n.In[0]), b: l.dummy, channelsA: s[3],
	}
	grad, weight := l.value(n.In[1]), l.vectorOf(op.Weight, n, 2)
	st := l.statistics(x)
	p := shaders.GroupNormGrad{
		Batch: uint32(x.batch), Pixels: uint32(x.pixels), Channels: uint32(s[3]),
		Groups: uint32(x.groups), Slabs: uint32(st.slabs), PerSlab: uint32(st.perSlab),
		NormEps: float32(op.Eps), Weight: flag(op.Weight != nil || len(n.In) > 2),
	}
	sums := l.scratch("sums", x.batch*x.groups*st.slabs*2)
	l.emit("group_norm_grad_sums", nil, p, x.batch*x.groups*st.slabs, 6*x.cost(), x.a, grad, st.buffer, weight, sums)
	l.emit("group_norm_grad", shaders.Overrides{"RUN": uint32(l.norm.run)}, p,
		x.batch*ceilDiv(x.pixels, l.norm.run)*s[3], 8*x.cost(), x.a, grad, st.buffer, weight, sums, l.value(n.Out))
}
