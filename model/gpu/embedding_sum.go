//go:build js && wasm

package gpu

import (
	"encoding/binary"

	"unnoise/model/graph"
	"unnoise/shaders"
)

func (l *lowering) embeddingSum(n fused, op graph.EmbeddingSum) {
	count, k := l.shape(n.Out).Elems(), len(op.Counts)
	var data []byte
	for i, start := range op.Starts() {
		data = binary.LittleEndian.AppendUint32(data, uint32(start))
		data = binary.LittleEndian.AppendUint32(data, uint32(op.Counts[i]))
	}
	tables := l.addBuffer(buffer{label: l.node + " tables", words: 2 * k, kind: constant, data: data})
	p := shaders.EmbeddingSum{Count: uint32(count), Tables: uint32(k), Dim: uint32(l.channels(n.Out))}
	l.emit("embedding_sum", nil, p, count, float64(count*k), l.value(n.In[0]), tables, l.vectorOf(op.Weight, n, 1), l.value(n.Out))
}
