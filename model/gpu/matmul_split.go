//go:build js && wasm

package gpu

import "unnoise/shaders"

const (
	// leastSplit is the fewest fours of channels that a slab is worth: a sum of 32 takes
	// as long as storing it and adding it to the others.
	leastSplit = 8
	// mostSplitWords bounds what the slabs of a product take (16 MiB).
	mostSplitWords = 4 << 20
)

// slabs is how many slabs of its channels a product is cut into.
func (m matrices) slabs() int {
	invocations := int(m.Batch) * ceilDiv(int(m.Rows), 4) * int(m.OutChannels) / 4
	elems := int(m.Batch * m.Rows * m.OutChannels)
	return min(int(m.InChannels)/4/leastSplit, ceilDiv(2*fewInvocations, max(1, invocations)), mostSplitWords/max(1, elems))
}

// matmulSplit launches a product in slabs, and what joins them.
func (l *lowering) matmulSplit(p matrices, cost float64, x, b, w, bias, residual, out bufferID) {
	in4 := int(p.InChannels) / 4
	perSlab := ceilDiv(in4, p.slabs())
	slabs := ceilDiv(in4, perSlab)
	rows, columns := int(p.Batch*p.Rows), int(p.OutChannels)
	sums := l.scratch("slabs", slabs*rows*columns)
	l.emit("matmul_split", shaders.Overrides{"DUAL": flag(p.InChannelsB > 0)}, shaders.MatmulSplit{
		Batch: p.Batch, Rows: p.Rows, InChannels: p.InChannels, OutChannels: p.OutChannels, InChannelsB: p.InChannelsB,
		Slabs: uint32(slabs), PerSlab: uint32(perSlab),
	}, slabs*int(p.Batch)*ceilDiv(int(p.Rows), 4)*columns/4, cost, x, b, w, sums)
	l.emit("matmul_join", nil, shaders.MatmulJoin{
		Rows: uint32(rows), OutChannels: uint32(columns), Slabs: uint32(slabs),
		Bias: p.Bias, Residual: p.Residual, SiLU: p.SiLU,
	}, rows*columns/4, float64(slabs*rows*columns), sums, bias, residual, out)
}
