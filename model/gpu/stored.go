//go:build js && wasm

package gpu

import (
	"unnoise/model/graph"
	"unnoise/model/weights"
	"unnoise/shaders"
)

// bitsOf is the bits of a stored number of the types whose blocks kernels expand as
// they read them, 0 for other types.
func bitsOf(t weights.Type) uint32 {
	switch t {
	case weights.Q8_0:
		return 8
	case weights.Q4_0:
		return 4
	}
	return 0
}

// isStored reports whether a kernel can read the tensor as stored: in rows of blocks of 32.
// One without bytes stands for something else.
func (l *lowering) isStored(t *weights.Tensor) bool {
	return t != nil && bitsOf(t.Type) != 0 && len(t.Data) > 0 && !t.Joined()
}

// stored is a tensor's bytes as they are, which stay on the GPU.
func (l *lowering) stored(t *weights.Tensor) bufferID {
	key := keyOf("as stored", t)
	if id, ok := l.weights[key]; ok {
		return id
	}
	id := l.addBuffer(buffer{label: t.Name + " as stored", words: ceilDiv(len(t.Data), 4), kind: weight, key: key, data: t.Data})
	l.weights[key] = id
	return id
}

// convStored launches a convolution that reads its weight as stored.
func (l *lowering) convStored(n fused, op graph.Conv2D) {
	bits := bitsOf(op.Weight.Type)
	if l.isProduct(n, op) && n.b == none {
		l.matmulStored(shaders.MatmulStored{
			Rows:       uint32(l.shape(n.a).Elems() / l.channels(n.a)),
			InChannels: uint32(l.channels(n.a)), OutChannels: uint32(op.Weight.Rows()),
			Bias: flag(op.Bias != nil), Residual: flag(n.residual != none),
		}, op.Weight, l.convCost(n, op), l.value(n.a), l.vector(op.Bias), l.value(n.residual), l.value(n.Out))
		return
	}
	overrides := shaders.Overrides{"BITS": bits, "DUAL": flag(n.b != none), "DILATION": uint32(op.Dilation)}
	l.convDirect("conv2d_stored", overrides, 8, 4, n, op)
}

// matmulStored launches a product with a matrix that is read as stored.
func (l *lowering) matmulStored(p shaders.MatmulStored, w *weights.Tensor, cost float64, x, bias, residual, out bufferID) {
	invocations := ceilDiv(int(p.Rows), 8) * ceilDiv(int(p.OutChannels), 4)
	l.emit("matmul_stored", shaders.Overrides{"BITS": bitsOf(w.Type)}, p, invocations, cost, x, l.stored(w), bias, residual, out)
}
