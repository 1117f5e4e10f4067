//go:build js && wasm

package gpu

import (
	"unnoise/model/graph"
	"unnoise/shaders"
)

func (l *lowering) headContext(n fused) {
	out, in := l.shape(n.Out), l.shape(n.In[0])
	batch, channels, dim := out[0], out[1], out[2]
	p := shaders.HeadContext{
		Batch: uint32(batch), Positions: uint32(in.Elems() / batch / channels),
		Channels: uint32(channels), HeadDim: uint32(dim),
	}
	l.emit("head_context", nil, p, out.Elems(), 2*float64(in.Elems())*float64(dim),
		l.value(n.In[0]), l.value(n.In[1]), l.value(n.Out))
}

func (l *lowering) headApply(n fused, op graph.HeadApply) {
	out, dim := l.shape(n.Out), l.channels(n.In[1])
	batch, channels := out[0], l.channels(n.Out)
	p := shaders.HeadApply{
		Batch: uint32(batch), Positions: uint32(out.Elems() / batch / channels),
		Channels: uint32(channels), HeadDim: uint32(dim), Transposed: flag(op.Transposed),
	}
	l.emit("head_apply", nil, p, out.Elems(), 2*float64(out.Elems())*float64(dim),
		l.value(n.In[0]), l.value(n.In[1]), l.value(n.Out))
}
