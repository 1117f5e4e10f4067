//go:build js && wasm

package gpu

import (
	"fmt"

	"unnoise/model/graph"
	"unnoise/shaders"
)

// A norm goes over its input twice: once for the moments of each group, once to
// normalise. The kernel that ends a Winograd convolution has each value in a register
// and can keep the moments itself, of one tile and four channels an invocation.

// moments are what a convolution has kept of a value for a norm of so many groups.
type moments struct {
	groups int
	statistics
}

// normGroups is the number of groups of a norm that reads the value, 0 where none does.
func (f *fusion) normGroups(id graph.ID) int {
	for _, j := range f.readers[id] {
		if op, ok := f.graph.Nodes[j].Op.(graph.GroupNorm); ok && f.graph.Nodes[j].In[0] == id {
			return op.Groups
		}
	}
	return 0
}

// keepsMoments reports whether a convolution keeps the moments of its result.
func (l *lowering) keepsMoments(n fused) bool {
	s := l.shape(n.Out)
	if n.normGroups == 0 || s[3]/n.normGroups%4 != 0 || l.choose.refuses("group_norm_vec4") {
		return false
	}
	fitting := []Config{Epilogue, Separate}
	if l.choose.software {
		fitting = []Config{Separate, Epilogue}
	}
	return l.choose.pick(n, fmt.Sprintf("moments %v %d", s, n.normGroups), fitting) == Epilogue
}

// momentsBuffer is where a convolution that keeps them puts the moments of its tiles.
func (l *lowering) momentsBuffer(n fused, tiles int) bufferID {
	return l.scratch("moments", l.momentParts(n, tiles)*n.normGroups*4)
}

// momentParts is how many moments there are of a group, of all pictures.
func (l *lowering) momentParts(n fused, tiles int) int {
	return tiles * l.channels(n.Out) / n.normGroups / 4
}

// keepMoments joins the moments of tiles to few enough for the norm to join the rest.
func (l *lowering) keepMoments(n fused, tiles int, kept bufferID) {
	batch := l.shape(n.Out)[0]
	parts := l.momentParts(n, tiles) / batch
	st := statistics{buffer: kept, slabs: parts, vec4: true}
	if parts > maxSlabs {
		per := ceilDiv(parts, maxSlabs)
		st.slabs = ceilDiv(parts, per)
		st.buffer = l.scratch("statistics", batch*n.normGroups*st.slabs*4)
		l.emit("group_norm_join", nil, shaders.GroupNormJoin{
			Groups: uint32(batch * n.normGroups), Parts: uint32(parts), Slabs: uint32(st.slabs), PerSlab: uint32(per),
		}, batch*n.normGroups*st.slabs, 12*float64(batch*n.normGroups*parts), kept, st.buffer)
	}
	l.moments[n.Out] = moments{n.normGroups, st}
}

// kept are the moments that a convolution has kept of the input of a norm.
func (l *lowering) kept(n fused, x normed) (statistics, bool) {
	_, isNorm := n.Op.(graph.GroupNorm)
	m, ok := l.moments[n.a]
	return m.statistics, ok && isNorm && n.b == none && m.groups == x.groups
}
