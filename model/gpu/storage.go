//go:build js && wasm

package gpu

import (
	"encoding/binary"
	"fmt"
	"math"

	"unnoise/model/weights"
	"unnoise/shaders"
)

// In an f16 program a kernel runs in its f16 form where one of the activations that
// it binds is stored so. What it binds must then agree with its declarations
// (shaders.Bindings): weights are expanded in the form that is asked for, and an
// activation of the other form is converted by a launch before or after.

// conversion copies a buffer into its twin of the other form.
type conversion struct{ from, to bufferID }

// adapt says in which form a kernel runs, what it binds then, and what must be
// converted when it has run.
func (l *lowering) adapt(stem string, bind []bufferID) (half bool, bound []bufferID, after []conversion) {
	uses := demands(stem, len(bind))
	for i, use := range uses {
		half = half || use.Act && l.buffers[bind[i]].half
	}
	bound = make([]bufferID, len(bind))
	for i, use := range uses {
		id, want := bind[i], half && use.Act
		switch {
		case !use.Writes:
			bound[i] = l.form(id, want)
		case l.buffers[id].half == want:
			bound[i] = id
			delete(l.twins, id)
		default:
			bound[i] = l.outputTwin(id)
			after = append(after, conversion{bound[i], id})
		}
		l.written[id] = l.written[id] || use.Writes
	}
	return half, bound, after
}

// demands is shaders.Bindings of a kernel that is given n buffers.
func demands(stem string, n int) []shaders.Storage {
	uses := shaders.Bindings(stem)
	if len(uses) != n {
		panic(fmt.Sprintf("gpu: kernel %s has %d storage buffers, %d are bound", stem, len(uses), n))
	}
	return uses
}

// form is a buffer to read, or its twin where it is not in that form.
func (l *lowering) form(id bufferID, half bool) bufferID {
	b := l.buffers[id]
	switch {
	case b.kind == unexpanded:
		return l.expanded(id, half)
	case b.half == half || id == l.dummy:
		return id
	}
	if twin, ok := l.twins[id]; ok {
		return twin
	}
	if b.kind == constant {
		l.twins[id] = l.addBuffer(buffer{label: b.label, words: ceilDiv(b.words, 2), kind: constant, half: true, data: narrowed(b.data)})
		return l.twins[id]
	}
	twin := l.newTwin(id)
	l.convert(conversion{id, twin})
	l.twins[id] = twin
	return twin
}

// outputTwin is what a kernel writes to instead of a buffer in the other form. It
// has what the buffer has, if anything: the kernel may write only a part.
func (l *lowering) outputTwin(id bufferID) bufferID {
	if l.written[id] {
		return l.form(id, !l.buffers[id].half)
	}
	l.twins[id] = l.newTwin(id)
	return l.twins[id]
}

func (l *lowering) newTwin(id bufferID) bufferID {
	b := l.buffers[id]
	twin := buffer{label: b.label + " as f16", words: ceilDiv(b.words, 2), half: true}
	if b.half {
		twin = buffer{label: b.label + " as f32", words: 2 * b.words}
	}
	return l.addBuffer(twin)
}

// convert appends the launch of a conversion.
func (l *lowering) convert(c conversion) {
	half := l.buffers[c.to].half
	plain, stem := c.to, "widen"
	if half {
		plain, stem = c.from, "narrow"
	}
	count := ceilDiv(l.buffers[plain].words, 4)
	l.step = append(l.step, launch{
		label:      l.node,
		stem:       stem,
		half:       true,
		params:     shaders.Encode(shaders.Narrow{Count: uint32(count)}),
		bind:       []bufferID{c.from, c.to},
		workgroups: spread(ceilDiv(count, workgroup)),
		cost:       4 * float64(count),
	})
	l.written[c.to] = true
}

// narrowed is float32 values, little-endian, as f16.
func narrowed(data []byte) []byte {
	out := make([]byte, 0, len(data)/2)
	for ; len(data) >= 4; data = data[4:] {
		v := math.Float32frombits(binary.LittleEndian.Uint32(data))
		v = min(max(v, -65504), 65504) // as the kernels' stores saturate
		out = binary.LittleEndian.AppendUint16(out, weights.Float32ToFloat16(v))
	}
	return out
}
