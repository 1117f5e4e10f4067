//go:build js && wasm

package gpu

import (
	"unnoise/model/graph"
	"unnoise/shaders"
)

func (l *lowering) silu(n fused) {
	count := l.shape(n.Out).Elems()
	p := shaders.SiLU{Count: uint32(count), Residual: flag(n.residual != none)}
	l.emit("silu", nil, p, count, 4*float64(count), l.value(n.In[0]), l.value(n.residual), l.value(n.Out))
}

func (l *lowering) add(n fused) {
	count := l.shape(n.Out).Elems()
	l.emit("add", nil, shaders.Add{Count: uint32(count)}, count, float64(count),
		l.value(n.In[0]), l.value(n.In[1]), l.value(n.Out))
}

func (l *lowering) mul(n fused) {
	count := l.shape(n.Out).Elems()
	l.emit("mul", nil, shaders.Mul{Count: uint32(count)}, count, float64(count),
		l.value(n.In[0]), l.value(n.In[1]), l.value(n.Out))
}

func (l *lowering) siluGrad(n fused) {
	count := l.shape(n.Out).Elems()
	l.emit("silu_grad", nil, shaders.SiLUGrad{Count: uint32(count)}, count, 8*float64(count),
		l.value(n.In[0]), l.value(n.In[1]), l.value(n.Out))
}

func (l *lowering) affine(n fused, op graph.Affine) {
	count := l.shape(n.Out).Elems()
	p := shaders.Affine{Count: uint32(count), Factor: float32(op.Factor), Offset: float32(op.Offset)}
	l.emit("affine", nil, p, count, float64(count), l.value(n.In[0]), l.value(n.Out))
}

func (l *lowering) addChannel(n fused) {
	s := l.shape(n.Out)
	count := s.Elems()
	p := shaders.AddChannel{Count: uint32(count), Picture: uint32(count / s[0]), Channels: uint32(s[3])}
	l.emit("add_channel", nil, p, count, float64(count), l.value(n.In[0]), l.value(n.In[1]), l.value(n.Out))
}

func (l *lowering) scaleShift(n fused, op graph.ScaleShift) {
	s := l.shape(n.Out)
	count := s.Elems()
	p := shaders.ScaleShift{Count: uint32(count), Picture: uint32(count / s[0]), Channels: uint32(s[3]), Shift: flag(!op.NoShift)}
	l.emit("scale_shift", nil, p, count, 2*float64(count), l.value(n.In[0]), l.value(n.In[1]), l.value(n.Out))
}

func (l *lowering) upsample(n fused) {
	s := l.shape(n.Out)
	count := s.Elems()
	p := shaders.Upsample{Count: uint32(count), Height: uint32(s[1]), Width: uint32(s[2]), Channels: uint32(s[3])}
	l.emit("upsample", nil, p, count, float64(count), l.value(n.In[0]), l.value(n.Out))
}

func (l *lowering) concat(n fused) {
	count := l.shape(n.Out).Elems()
	p := shaders.Concat{Count: uint32(count), ChannelsA: uint32(l.channels(n.In[0])), ChannelsB: uint32(l.channels(n.In[1]))}
	l.emit("concat", nil, p, count, float64(count), l.value(n.In[0]), l.value(n.In[1]), l.value(n.Out))
}

func (l *lowering) slice(n fused, op graph.Slice) {
	count := l.shape(n.Out).Elems()
	p := shaders.Slice{Count: uint32(count), Channels: uint32(l.channels(n.In[0])), First: uint32(op.From), Width: uint32(op.To - op.From)}
	l.emit("slice", nil, p, count, float64(count), l.value(n.In[0]), l.value(n.Out))
}

func (l *lowering) sumPool(n fused) {
	s := l.shape(n.Out)
	count := s.Elems()
	p := shaders.SumPool{Count: uint32(count), Height: uint32(s[1]), Width: uint32(s[2]), Channels: uint32(s[3])}
	l.emit("sum_pool", nil, p, count, 4*float64(count), l.value(n.In[0]), l.value(n.Out))
}
