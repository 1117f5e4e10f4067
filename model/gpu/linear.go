//go:build js && wasm

package gpu

import (
	"unnoise/model/graph"
	"unnoise/model/weights"
	"unnoise/shaders"
)

func (l *lowering) linear(n fused, op graph.Linear) {
	l.project(n.a, n.residual, l.value(n.Out), n.silu, []*weights.Tensor{op.Weight}, []*weights.Tensor{op.Bias})
}

// project applies one linear layer, whose rows may come from several tensors, to
// the innermost extent of x.
func (l *lowering) project(x, residual graph.ID, out bufferID, silu bool, weight, bias []*weights.Tensor) {
	in := l.channels(x)
	rows := l.shape(x).Elems() / in
	outChannels := 0
	for _, w := range weight {
		outChannels += w.Rows()
	}
	matrix, stride := l.matrix(weight...)
	p := shaders.Linear{
		Rows: uint32(rows), InChannels: uint32(in), OutChannels: uint32(outChannels), Stride: uint32(stride),
		Bias: flag(present(bias[0])), Residual: flag(residual != none), SiLU: flag(silu),
	}
	cost := 2 * float64(rows) * float64(in) * float64(outChannels)
	l.emit("linear", nil, p, rows*outChannels, cost,
		l.value(x), matrix, l.vector(bias...), l.value(residual), out)
}
