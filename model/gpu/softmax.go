//go:build js && wasm

package gpu

import (
	"fmt"

	"unnoise/model/graph"
	"unnoise/shaders"
)

// softmax launches softmax, log_softmax or the gradient of either, which take the
// innermost extent in groups, a row each.
func (l *lowering) softmax(n fused, stem string, groups int) {
	values := l.shape(n.Out).Elems()
	width := l.channels(n.Out) / max(1, groups)
	var bind []bufferID
	for _, id := range n.In {
		bind = append(bind, l.value(id))
	}
	p := shaders.Softmax{Rows: uint32(values / width), Width: uint32(width)}
	if stem == "softmax" && l.softmaxConfig(n, stem, values/width, width, true) == Subgroups {
		l.emitGroups("softmax_subgroups", nil, p, spread(values/width), 8*float64(values), append(bind, l.value(n.Out))...)
		return
	}
	l.emit(stem, nil, p, values/width, 8*float64(values), append(bind, l.value(n.Out))...)
}

// minSubgroupRow is the shortest row that a workgroup of 64 computes by default: two
// values a lane, so that joining the lanes takes no longer than reading.
const minSubgroupRow = 128

// softmaxConfig chooses how rows of a softmax are computed; measured says whether Tune can
// measure the node.
func (l *lowering) softmaxConfig(n fused, kind string, rows, width int, measured bool) Config {
	fitting := []Config{Rows}
	switch {
	case !l.choose.subgroups:
	case l.choose.software || width < minSubgroupRow: // barriers are dear there
		fitting = []Config{Rows, Subgroups}
	default:
		fitting = []Config{Subgroups, Rows}
	}
	if !measured {
		observe := l.choose.observe
		l.choose.observe = nil
		defer func() { l.choose.observe = observe }()
	}
	return l.choose.pick(n, fmt.Sprintf("%s %d×%d", kind, rows, width), fitting)
}

func (l *lowering) logProb(n fused) {
	l.logProbs(n, l.value(n.Out))
}

// logProbs writes the logarithm of each row's probability of its label into out.
func (l *lowering) logProbs(n fused, out bufferID) {
	s := l.shape(n.In[0])
	p := shaders.LogProb{Rows: uint32(s[0]), Classes: uint32(s[1])}
	l.emit("log_prob", nil, p, s[0], 8*float64(s.Elems()), l.value(n.In[0]), l.value(n.In[1]), out)
}

func (l *lowering) crossEntropy(n fused) {
	rows := l.shape(n.In[0])[0]
	each := l.scratch("log_prob", rows)
	l.logProbs(n, each)
	l.emitGroups("cross_entropy", nil, shaders.CrossEntropy{Rows: uint32(rows)}, [3]uint32{1, 1, 1}, float64(rows), each, l.value(n.Out))
}

func (l *lowering) logProbGrad(n fused) {
	s := l.shape(n.Out)
	p := shaders.LogProbGrad{Rows: uint32(s[0]), Classes: uint32(s[1]), Cotangents: uint32(l.shape(n.In[2]).Elems())}
	l.emit("log_prob_grad", nil, p, s[0], 12*float64(s.Elems()),
		l.value(n.In[0]), l.value(n.In[1]), l.value(n.In[2]), l.value(n.Out))
}

func (l *lowering) softmaxPositions(n fused) {
	p, invocations := l.columns(n.Out)
	stats := l.scratch("statistics", 2*invocations)
	cost := 8 * float64(l.shape(n.Out).Elems())
	l.emit("softmax_positions_stats", nil, p, invocations, cost, l.value(n.In[0]), stats)
	l.emit("softmax_positions", nil, p, invocations, cost, l.value(n.In[0]), stats, l.value(n.Out))
}

func (l *lowering) softmaxPositionsGrad(n fused) {
	p, invocations := l.columns(n.Out)
	sums := l.scratch("sums", invocations)
	cost := 2 * float64(l.shape(n.Out).Elems())
	y, g := l.value(n.In[0]), l.value(n.In[1])
	l.emit("softmax_positions_grad_sums", nil, p, invocations, cost, y, g, sums)
	l.emit("softmax_positions_grad", nil, p, invocations, cost, y, g, sums, l.value(n.Out))
}

// columns cuts the channels of [N, ..., C] into slabs of positions, as many as a norm
// has, and returns how many there are in all.
func (l *lowering) columns(id graph.ID) (p shaders.SoftmaxPositions, invocations int) {
	s := l.shape(id)
	batch, channels := s[0], s[len(s)-1]
	positions := s.Elems() / batch / channels
	slabs := min(maxSlabs, ceilDiv(l.norm.invocations, batch*channels), ceilDiv(positions, 8))
	perSlab := ceilDiv(positions, slabs)
	slabs = ceilDiv(positions, perSlab)
	return shaders.SoftmaxPositions{
		Batch: uint32(batch), Positions: uint32(positions), Channels: uint32(channels),
		Slabs: uint32(slabs), PerSlab: uint32(perSlab),
	}, batch * slabs * channels
}
