//go:build js && wasm

package gpu

import (
	"unnoise/model/graph"
	"unnoise/shaders"
)

// pool launches the kernel of pooling a picture, or of its gradient.
func (l *lowering) pool(n fused, w graph.Window, picture, pooled graph.ID) {
	x, y := l.shape(picture), l.shape(pooled)
	count := l.shape(n.Out).Elems()
	p := shaders.Pool{
		Count:  uint32(count),
		Height: uint32(x[1]), Width: uint32(x[2]),
		PooledHeight: uint32(y[1]), PooledWidth: uint32(y[2]),
		Channels: uint32(x[3]), Size: uint32(w.Size), Stride: uint32(w.Stride), Pad: uint32(w.Pad),
	}
	var bind []bufferID
	for _, id := range n.In {
		bind = append(bind, l.value(id))
	}
	l.emit(n.Op.Kind(), nil, p, count, float64(w.Size*w.Size*count), append(bind, l.value(n.Out))...)
}
