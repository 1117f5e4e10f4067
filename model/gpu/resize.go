//go:build js && wasm

package gpu

import (
	"encoding/binary"
	"math"

	"unnoise/model/graph"
	"unnoise/shaders"
)

// resize launches the kernel of resizing a picture, or of its gradient, which differ
// in their taps.
func (l *lowering) resize(n fused, axis func(in, out int) [][]graph.Tap) {
	x, y := l.shape(n.In[0]), l.shape(n.Out)
	p := shaders.Resize{
		Count:  uint32(y.Elems()),
		Height: uint32(x[1]), Width: uint32(x[2]),
		OutHeight: uint32(y[1]), OutWidth: uint32(y[2]), Channels: uint32(y[3]),
	}
	rows, columns := l.taps("rows", axis(x[1], y[1])), l.taps("columns", axis(x[2], y[2]))
	l.emit("resize", nil, p, y.Elems(), 8*float64(y.Elems()), l.value(n.In[0]), rows, columns, l.value(n.Out))
}

// taps is the table of an axis as resize.wgsl reads it.
func (l *lowering) taps(what string, axis [][]graph.Tap) bufferID {
	var starts, taps []uint32
	for _, row := range axis {
		starts = append(starts, uint32(len(taps)/2))
		for _, tap := range row {
			taps = append(taps, uint32(tap.From), math.Float32bits(float32(tap.Weight)))
		}
	}
	starts = append(starts, uint32(len(taps)/2))
	var data []byte
	for _, word := range append(starts, taps...) {
		data = binary.LittleEndian.AppendUint32(data, word)
	}
	return l.addBuffer(buffer{label: l.node + " " + what, words: len(data) / 4, kind: constant, data: data})
}
