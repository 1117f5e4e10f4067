//go:build js && wasm

package gpu

import "unnoise/shaders"

// matmul launches matmul_tile: 8 rows by 8 columns an invocation.
func (l *lowering) matmul(p shaders.Matmul, cost float64, x, w, bias, residual, out bufferID) {
	invocations := int(p.Batch) * ceilDiv(int(p.Rows), 8) * ceilDiv(int(p.OutChannels), 8)
	l.emit("matmul_tile", nil, p, invocations, cost, x, w, bias, residual, out)
}

func ceilDiv(a, b int) int { return (a + b - 1) / b }
