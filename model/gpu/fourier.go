//go:build js && wasm

package gpu

import (
	"unnoise/model/graph"
	"unnoise/shaders"
)

// fourier is sinusoidal with frequencies of its own.
func (l *lowering) fourier(n fused, op graph.Fourier) {
	var data []byte
	for _, w := range op.Weight.Float32() {
		data = appendTurns(data, float64(w))
	}
	count := l.shape(n.Out).Elems()
	turns := l.addBuffer(buffer{label: l.node + " turns", words: len(data) / 4, kind: constant, data: data})
	p := shaders.Sinusoidal{Count: uint32(count), Dim: uint32(l.channels(n.Out))}
	l.emit("sinusoidal", nil, p, count, 20*float64(count), l.value(n.In[0]), turns, l.value(n.Out))
}
