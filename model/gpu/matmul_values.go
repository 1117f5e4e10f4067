//go:build js && wasm

package gpu

import (
	"fmt"

	"unnoise/model/graph"
	"unnoise/model/tensor"
	"unnoise/shaders"
)

// matMul is a product of two values. The tiled kernels read rows of the first; a single
// matrix that is to be read transposed is turned for them.
func (l *lowering) matMul(n fused, op graph.MatMul) {
	a, y := l.shape(n.In[0]), l.shape(n.Out)
	lead := len(y) - 2
	m, columns := y[lead], y[lead+1]
	batch := tensor.Shape(y[:lead]).Elems()
	inner := a.Elems() / batch / m
	cost := 2 * float64(y.Elems()) * float64(inner)

	fitting := []Config{Tile, Plain}
	switch {
	case inner%4 != 0 || columns%4 != 0 || batch > 1 && op.TransposeA:
		fitting = []Config{Plain}
	case m < 4:
		fitting = []Config{Plain, Tile}
	}
	shape := fmt.Sprintf("matmul %d [%d, %d] %d", batch, m, inner, columns)
	if l.choose.pick(n, shape, fitting) == Tile {
		x, w := l.value(n.In[0]), l.value(n.In[1])
		if op.TransposeA {
			x = l.arrange(x, inner, m, 1, inner, m*inner)
		}
		p := matrices{
			Matmul: shaders.Matmul{Batch: uint32(batch), Rows: uint32(m), InChannels: uint32(inner), OutChannels: uint32(columns)},
			turned: op.TransposeB,
		}
		l.matmul(p, cost, x, w, l.dummy, l.dummy, l.value(n.Out))
		return
	}
	p := shaders.MatmulValues{
		Count: uint32(y.Elems()), Rows: uint32(m), Columns: uint32(columns), Inner: uint32(inner),
		ARow: uint32(inner), ACol: 1, BRow: uint32(columns), BCol: 1,
	}
	if op.TransposeA {
		p.ARow, p.ACol = 1, uint32(m)
	}
	if op.TransposeB {
		p.BRow, p.BCol = 1, uint32(inner)
	}
	l.emit("matmul", nil, p, y.Elems(), cost, l.value(n.In[0]), l.value(n.In[1]), l.value(n.Out))
}
