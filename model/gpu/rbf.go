//go:build js && wasm

package gpu

import (
	"unnoise/model/graph"
	"unnoise/shaders"
)

func (l *lowering) rbf(n fused, op graph.RBF) {
	count, centres := l.shape(n.Out).Elems(), l.shape(n.In[1])
	p := shaders.RBF{
		Count: uint32(count), Dim: uint32(centres[1]), Centres: uint32(centres[0]), Normalised: flag(op.Normalised),
	}
	cost := float64(count) * float64(3*centres[1])
	if op.Normalised {
		cost *= 1 + 2*float64(centres[0])
	}
	l.emit("rbf", nil, p, count, cost, l.value(n.In[0]), l.value(n.In[1]), l.value(n.In[2]), l.value(n.Out))
}
