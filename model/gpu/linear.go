//go:build js && wasm

package gpu

import (
	"fmt"

	"unnoise/model/graph"
	"unnoise/model/weights"
	"unnoise/shaders"
)

func (l *lowering) linear(n fused, op graph.Linear) {
	l.project(n, n.a, n.residual, l.value(n.Out), n.silu, []*weights.Tensor{op.Weight}, []*weights.Tensor{op.Bias})
}

// project applies one linear layer, whose rows may come from several tensors, to
// the innermost extent of x.
func (l *lowering) project(n fused, x, residual graph.ID, out bufferID, silu bool, weight, bias []*weights.Tensor) {
	in := l.channels(x)
	rows := l.shape(x).Elems() / in
	outChannels := 0
	for _, w := range weight {
		outChannels += w.Rows()
	}
	cost := 2 * float64(rows) * float64(in) * float64(outChannels)
	matrix, stride := l.matrix(weight...)
	fitting := []Config{Tile, Plain}
	switch {
	case in%4 != 0 || outChannels%4 != 0:
		fitting = []Config{Plain}
	case rows < 4: // most of a tile of 8 rows would be empty
		fitting = []Config{Plain, Tile}
	}
	shape := fmt.Sprintf("linear [%d, %d] %d", rows, in, outChannels)
	if l.choose.pick(n, shape, fitting) == Tile {
		l.matmul(shaders.Matmul{
			Batch: 1, Rows: uint32(rows), InChannels: uint32(in), OutChannels: uint32(outChannels),
			Bias: flag(bias[0] != nil), Residual: flag(residual != none), SiLU: flag(silu),
		}, cost, l.value(x), matrix, l.vector(bias...), l.value(residual), out)
		return
	}
	l.emit("linear", nil, shaders.Linear{
		Rows: uint32(rows), InChannels: uint32(in), OutChannels: uint32(outChannels), Stride: uint32(stride),
		Bias: flag(bias[0] != nil), Residual: flag(residual != none), SiLU: flag(silu),
	}, rows*outChannels, cost, l.value(x), matrix, l.vector(bias...), l.value(residual), out)
}
