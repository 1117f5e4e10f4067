//go:build js && wasm

package gpu

import (
	"unnoise/model/graph"
	"unnoise/shaders"
)

// unary launches unary or unary_grad.
func (l *lowering) unary(n fused, stem string, op graph.Unary) {
	count := l.shape(n.Out).Elems()
	p := shaders.Unary{Count: uint32(count), Alpha: float32(op.Alpha), Low: float32(op.Low), High: float32(op.High)}
	var bind []bufferID
	for _, id := range n.In {
		bind = append(bind, l.value(id))
	}
	l.emit(stem, shaders.Overrides{"FUNC": uint32(op.Func)}, p, count, 8*float64(count), append(bind, l.value(n.Out))...)
}
