//go:build js && wasm

package gpu

import (
	"unnoise/model/graph"
	"unnoise/model/weights"
	"unnoise/shaders"
)

// maxScoreWords bounds the scores in memory at once (32 MiB); longer attention
// goes over its rows in several passes.
const maxScoreWords = 8 << 20

// operand is where an attention finds its queries, keys or values.
type operand struct {
	buffer         bufferID
	stride, offset uint32 // values between positions, and before the first head
}

func (l *lowering) attention(n fused, op graph.Attention) {
	channels := l.channels(n.Out)
	batch := l.shape(n.Out)[0]
	queries := l.shape(n.In[0]).Elems() / batch / channels
	keys := l.shape(n.In[1]).Elems() / batch / channels
	q, k, v := l.operands(n, channels)
	headDim := channels / op.Heads
	rows := batch * op.Heads * queries
	perPass := max(1, min(rows, maxScoreWords/keys))
	scores := l.scratch("scores", perPass*keys)
	norms := l.scratch("norms", perPass)
	for first := 0; first < rows; first += perPass {
		count := min(perPass, rows-first)
		work := 2 * float64(count) * float64(keys) * float64(headDim)
		l.emit("attention_scores", nil, shaders.AttentionScores{
			First: uint32(first), Rows: uint32(count),
			Heads: uint32(op.Heads), HeadDim: uint32(headDim),
			Queries: uint32(queries), Keys: uint32(keys),
			QStride: q.stride, QOffset: q.offset, KStride: k.stride, KOffset: k.offset,
			Scale: float32(op.Scale),
		}, count*keys, work, q.buffer, k.buffer, scores)
		l.emit("attention_softmax", nil, shaders.AttentionSoftmax{Rows: uint32(count), Keys: uint32(keys)},
			count, 8*float64(count)*float64(keys), scores, norms)
		l.emit("attention_values", nil, shaders.AttentionValues{
			First: uint32(first), Rows: uint32(count),
			Heads: uint32(op.Heads), HeadDim: uint32(headDim),
			Queries: uint32(queries), Keys: uint32(keys),
			VStride: v.stride, VOffset: v.offset,
		}, count*headDim, work, scores, norms, v.buffer, l.value(n.Out))
	}
}

// operands gives the three inputs; where they are projections of one value, that
// projection is computed first, into one buffer with q, k and v side by side.
func (l *lowering) operands(n fused, channels int) (q, k, v operand) {
	if !n.qkv {
		plain := func(id graph.ID) operand { return operand{l.value(id), uint32(channels), 0} }
		return plain(n.In[0]), plain(n.In[1]), plain(n.In[2])
	}
	var weight, bias []*weights.Tensor
	for _, p := range n.projection {
		weight, bias = append(weight, p.Weight), append(bias, p.Bias)
	}
	rows := l.shape(n.a).Elems() / l.channels(n.a)
	joined := l.scratch("qkv", rows*3*channels)
	matrix, stride := l.matrix(weight...)
	l.project(n, projection{
		x: n.a, residual: none, out: joined, outChannels: 3 * channels,
		matrix: matrix, stride: stride, bias: l.vector(bias...),
	})
	part := func(i int) operand { return operand{joined, uint32(3 * channels), uint32(i * channels)} }
	return part(0), part(1), part(2)
}
