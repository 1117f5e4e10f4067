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
	p := shaders.Embedding{Count: uint32(count), Rows: uint32(op.Weight.Shape[0]), Dim: uint32(op.Weight.Shape[1])}
	l.emit("embedding", nil, p, count, float64(count), l.value(n.In[0]), l.vector(op.Weight), l.value(n.Out))
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
		turns := math.Pow(op.MaxPeriod, exponent) / (2 * math.Pi)
		high := leading12(turns)
		low := leading12(turns - high)
		for _, v := range []float64{high, low} {
			out = binary.LittleEndian.AppendUint32(out, math.Float32bits(float32(v)))
		}
	}
	return out
}

// leading12 rounds v to 12 significant bits.
func leading12(v float64) float64 {
	fraction, exponent := math.Frexp(v)
	return math.Ldexp(math.RoundToEven(fraction*(1<<12)), exponent-12)
}
