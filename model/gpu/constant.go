//go:build js && wasm

package gpu

import (
	"encoding/binary"
	"math"

	"unnoise/model/graph"
)

// constant is a buffer that is filled when the program is made: a step spends
// nothing on it.
func (l *lowering) constant(n fused, op graph.Constant) {
	words := l.shape(n.Out).Elems()
	b := buffer{label: n.Label, words: words, kind: constant}
	if op.Value != 0 {
		bits := math.Float32bits(float32(op.Value))
		for range words {
			b.data = binary.LittleEndian.AppendUint32(b.data, bits)
		}
	}
	l.values[n.Out] = l.addBuffer(b)
}
