//go:build js && wasm

package gpu

import (
	"fmt"

	"unnoise/model/graph"
	"unnoise/shaders"
)

// valuesPerLane is about how many values an invocation of
// group_norm_stats_subgroups reads: enough that joining the lanes costs little.
const valuesPerLane = 32

// statisticsOf is the moments of the input of node n: those that a convolution has kept,
// or what it launches takes, in the configuration that suits the adapter.
func (l *lowering) statisticsOf(n fused, x normed) statistics {
	if st, ok := l.kept(n, x); ok {
		return st
	}
	if l.normConfig(n, x) == Subgroups {
		return l.subgroupStatistics(x)
	}
	return l.statistics(x)
}

func (l *lowering) normConfig(n fused, x normed) Config {
	if x.channelsA%4 != 0 || x.channelsB%4 != 0 || x.channels()/x.groups%4 != 0 {
		return Plain
	}
	fitting := []Config{Slabs, Plain}
	switch {
	case l.choose.subgroups && l.choose.software: // barriers are dear there
		fitting = []Config{Slabs, Plain, Subgroups}
	case l.choose.subgroups:
		fitting = []Config{Subgroups, Slabs, Plain}
	}
	if _, ok := n.Op.(graph.GroupNorm); !ok || len(n.In) > 1 { // Tune does not measure it
		observe := l.choose.observe
		l.choose.observe = nil
		defer func() { l.choose.observe = observe }()
	}
	shape := fmt.Sprintf("group_norm [%d, %d, %d+%d] %d", x.batch, x.pixels, x.channelsA, x.channelsB, x.groups)
	return l.choose.pick(n, shape, fitting)
}

// subgroupStatistics gives every slab of every group a workgroup.
func (l *lowering) subgroupStatistics(x normed) statistics {
	values := x.pixels * x.channels() / x.groups
	slabs := min(maxSlabs, x.pixels, ceilDiv(values, valuesPerLane*workgroup))
	st := statistics{perSlab: ceilDiv(x.pixels, slabs), vec4: true}
	st.slabs = ceilDiv(x.pixels, st.perSlab)
	st.buffer = l.scratch("statistics", x.batch*x.groups*st.slabs*4)
	l.emitGroups("group_norm_stats_subgroups", shaders.Overrides{"DUAL": flag(x.channelsB > 0)}, shaders.GroupNormStats{
		Batch: uint32(x.batch), Pixels: uint32(x.pixels),
		ChannelsA: uint32(x.channelsA), ChannelsB: uint32(x.channelsB),
		Groups: uint32(x.groups), Slabs: uint32(st.slabs), PerSlab: uint32(st.perSlab),
	}, spread(x.batch*x.groups*st.slabs), 4*x.cost(), x.a, x.b, st.buffer)
	return st
}
