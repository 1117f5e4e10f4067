//go:build js && wasm

package gpu

import (
	"unnoise/model/graph"
	"unnoise/shaders"
)

// split copies one part of every head. Attention reads its parts where they are
// (fuse.go): this is for what else reads them.
func (l *lowering) split(n fused, op graph.Split) {
	l.splitting("split", n, shaders.Split{
		Width: uint32(l.channels(n.Out) / op.Heads), Parts: uint32(op.Parts), Part: uint32(op.Part),
	})
}

func (l *lowering) splitGrad(n fused, op graph.SplitGrad) {
	l.splitting("split_grad", n, shaders.Split{
		Width: uint32(l.channels(n.In[0]) / op.Heads), Parts: uint32(op.Parts), Part: uint32(op.Part),
	})
}

func (l *lowering) splitting(stem string, n fused, p shaders.Split) {
	count := l.shape(n.Out).Elems()
	p.Count = uint32(count)
	l.emit(stem, nil, p, count, float64(count), l.value(n.In[0]), l.value(n.Out))
}

// concatPositions joins each picture's values: as concat does, were all of a picture's
// positions one.
func (l *lowering) concatPositions(n fused) {
	batch := l.shape(n.Out)[0]
	size := func(id graph.ID) uint32 { return uint32(l.shape(id).Elems() / batch) }
	count := l.shape(n.Out).Elems()
	p := shaders.Concat{Count: uint32(count), ChannelsA: size(n.In[0]), ChannelsB: size(n.In[1])}
	l.emit("concat", nil, p, count, float64(count), l.value(n.In[0]), l.value(n.In[1]), l.value(n.Out))
}

// slicePositions takes a part of each picture's values, as slice does of a position's.
func (l *lowering) slicePositions(n fused, op graph.SlicePositions) {
	batch, channels := l.shape(n.Out)[0], l.channels(n.Out)
	count := l.shape(n.Out).Elems()
	p := shaders.Slice{
		Count: uint32(count), Channels: uint32(l.shape(n.In[0]).Elems() / batch),
		First: uint32(op.From * channels), Width: uint32(count / batch),
	}
	l.emit("slice", nil, p, count, float64(count), l.value(n.In[0]), l.value(n.Out))
}
