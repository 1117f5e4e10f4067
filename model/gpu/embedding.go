//go:build js && wasm

package gpu

import (
	"encoding/binary"
	"math"

	"unnoise/model/graph"
	"unnoise/shaders"
)

func (l *lowering) embedding(n fused, op graph.Embedding) {
	count := l.shape(n.Out).Elems()
	table := l.vectorOf(op.Weight, n, 1)
	dim := l.channels(n.Out)
	var rows int
	if op.Weight != nil {
		rows = op.Weight.Shape[0]
	} else {
		rows = l.shape(n.In[1])[0]
	}
	p := shaders.Embedding{Count: uint32(count), Rows: uint32(rows), Dim: uint32(dim)}
	l.emit("embedding", nil, p, count, float64(count), l.value(n.In[0]), table, l.value(n.Out))
}

func (l *lowering) embeddingGrad(n fused, op graph.EmbeddingGrad) {
	count, items := l.shape(n.Out).Elems(), l.shape(n.In[0]).Elems()
	p := shaders.EmbeddingGrad{Count: uint32(count), Rows: uint32(op.Rows), Dim: uint32(l.channels(n.Out)), Items: uint32(items)}
	l.emit("embedding_grad", nil, p, count, float64(count)*float64(items), l.value(n.In[0]), l.value(n.In[1]), l.value(n.Out))
}

func (l *lowering) sinusoidal(n fused, op graph.Sinusoidal) {
	count := l.shape(n.Out).Elems()
	p := shaders.Sinusoidal{Count: uint32(count), Dim: uint32(op.Dim), CosineFirst: flag(op.FlipSinToCos)}
	turns := l.addBuffer(buffer{label: l.node + " turns", words: op.Dim / 2 * 2, kind: constant, data: sinusoidalTurns(op)})
	l.emit("sinusoidal", nil, p, count, 20*float64(count), l.value(n.In[0]), turns, l.value(n.Out))
}

// sinusoidalTurns is the frequencies in turns per unit of t, each as two float32
// of at most 12 significant bits.
func sinusoidalTurns(op graph.Sinusoidal) []byte {
	half := op.Dim / 2
	var out []byte
	for i := range half {
		exponent := -float64(i) / (float64(half) - op.FreqShift)
		out = appendTurns(out, math.Pow(op.MaxPeriod, exponent)/(2*math.Pi))
	}
	return out
}

// appendTurns appends a frequency in turns per unit of t as two float32 of at most 12
// significant bits.
func appendTurns(out []byte, turns float64) []byte {
	high := leading12(turns)
	for _, v := range []float64{high, leading12(turns - high)} {
		out = binary.LittleEndian.AppendUint32(out, math.Float32bits(float32(v)))
	}
	return out
}

// leading12 rounds v to 12 significant bits.
func leading12(v float64) float64 {
	fraction, exponent := math.Frexp(v)
	return math.Ldexp(math.RoundToEven(fraction*(1<<12)), exponent-12)
}
