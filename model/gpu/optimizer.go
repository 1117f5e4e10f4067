//go:build js && wasm

package gpu

import (
	"unnoise/model/graph"
	"unnoise/shaders"
)

func (l *lowering) movingAverage(n fused, op graph.MovingAverage) {
	count := l.shape(n.Out).Elems()
	p := shaders.MovingAverage{Count: uint32(count), Rate: float32(1 - op.Decay), Square: flag(op.Square)}
	l.emit("moving_average", nil, p, count, 3*float64(count), l.value(n.In[0]), l.value(n.In[1]), l.value(n.Out))
}

func (l *lowering) adamStep(n fused, op graph.AdamStep) {
	count := l.shape(n.Out).Elems()
	p := shaders.AdamStep{Count: uint32(count), Eps: float32(op.Eps), Decay: float32(op.Decay)}
	bind := make([]bufferID, 0, 7)
	for _, id := range n.In {
		bind = append(bind, l.value(id))
	}
	l.emit("adam_step", nil, p, count, 10*float64(count), append(bind, l.value(n.Out))...)
}

func (l *lowering) sgdStep(n fused) {
	count := l.shape(n.Out).Elems()
	l.emit("sgd_step", nil, shaders.SGDStep{Count: uint32(count)}, count, 2*float64(count),
		l.value(n.In[0]), l.value(n.In[1]), l.value(n.In[2]), l.value(n.Out))
}
