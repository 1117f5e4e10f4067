//go:build js && wasm

package gpu

import (
	"fmt"

	"unnoise/model/weights"
	"unnoise/shaders"
)

// vector is the tensors' values one after another in float32, l.dummy where the
// first is absent.
func (l *lowering) vector(tensors ...*weights.Tensor) bufferID {
	if tensors[0] == nil {
		return l.dummy
	}
	total := 0
	for _, t := range tensors {
		total += t.Shape.Elems()
	}
	return l.constant("vector", tensors, total, func(out bufferID) {
		offset := 0
		for _, t := range tensors {
			l.expand(t, out, shaders.Expand{Offset: uint32(offset), RowStep: uint32(t.Cols()), ColStep: 1})
			offset += t.Shape.Elems()
		}
	})
}

// matrix is the tensors' rows as columns side by side, [cols, stride] in float32.
// The stride is the number of rows rounded up to a multiple of 4; the columns
// beyond are zero. A convolution's matrix is [KH, KW, I, stride].
func (l *lowering) matrix(tensors ...*weights.Tensor) (id bufferID, stride int) {
	rows := 0
	for _, t := range tensors {
		rows += t.Rows()
	}
	stride = ceilDiv(rows, 4) * 4
	id = l.constant("matrix", tensors, tensors[0].Cols()*stride, func(out bufferID) {
		offset := 0
		for _, t := range tensors {
			l.expand(t, out, shaders.Expand{Offset: uint32(offset), RowStep: 1, ColStep: uint32(stride)})
			offset += t.Rows()
		}
	})
	return id, stride
}

// constant makes a buffer once for the same tensors in the same layout.
func (l *lowering) constant(layout string, tensors []*weights.Tensor, words int, fill func(bufferID)) bufferID {
	key := layout
	for _, t := range tensors {
		key += fmt.Sprintf(" %p", t)
	}
	if id, ok := l.constants[key]; ok {
		return id
	}
	id := l.addBuffer(buffer{label: tensors[0].Name + " " + layout, words: words, kind: constant})
	l.constants[key] = id
	fill(id)
	return id
}

// expand adds a launch to the load that expands t into out.
func (l *lowering) expand(t *weights.Tensor, out bufferID, p shaders.Expand) {
	p.Count, p.Cols, p.Kind = uint32(t.Shape.Elems()), uint32(t.Cols()), uint32(t.Type)
	key := fmt.Sprintf("upload %p", t)
	stored, ok := l.constants[key]
	if !ok {
		stored = l.addBuffer(buffer{label: t.Name, words: ceilDiv(len(t.Data), 4), kind: upload, data: t.Data})
		l.constants[key] = stored
	}
	l.load = append(l.load, launch{
		label:      t.Name,
		stem:       "expand",
		params:     shaders.Encode(p),
		bind:       []bufferID{stored, out},
		workgroups: spread(ceilDiv(int(p.Count), workgroup)),
	})
}
