//go:build js && wasm

package gpu

import (
	"fmt"
	"slices"

	"unnoise/model/weights"
	"unnoise/shaders"
)

// vector is the tensors' values one after another in float32, l.dummy where the
// first is absent.
func (l *lowering) vector(tensors ...*weights.Tensor) bufferID {
	if tensors[0] == nil {
		return l.dummy
	}
	if s, ok := l.standIns[tensors[0]]; ok {
		return l.value(s.value)
	}
	total := 0
	for _, t := range tensors {
		total += t.Shape.Elems()
	}
	return l.weight("vector", tensors, total, func(out bufferID) {
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
	id = l.weight("matrix", tensors, tensors[0].Cols()*stride, func(out bufferID) {
		offset := 0
		for _, t := range tensors {
			l.expand(t, out, shaders.Expand{Offset: uint32(offset), RowStep: 1, ColStep: uint32(stride)})
			offset += t.Rows()
		}
	})
	return id, stride
}

// weightKey says what a buffer of weights holds: which tensors in which layout, as
// float32 or f16. It is the same for all programs of a weights.Set, whose tensors never
// change.
type weightKey struct {
	layout  string
	half    bool
	tensors tensorList
}

// tensorList is any number of tensors as a value that a map can have for its key.
type tensorList struct {
	first *weights.Tensor
	rest  any // a tensorList, or nil
}

func keyOf(layout string, tensors ...*weights.Tensor) weightKey {
	key := weightKey{layout: layout}
	for i, t := range slices.Backward(tensors) {
		list := tensorList{first: t}
		if i < len(tensors)-1 {
			list.rest = key.tensors
		}
		key.tensors = list
	}
	return key
}

// weight stands for the same tensors in the same layout, words values. The kernel
// that binds it says whether they are expanded as float32 or f16; fill appends the
// launches to the load that do.
func (l *lowering) weight(layout string, tensors []*weights.Tensor, words int, fill func(bufferID)) bufferID {
	key := keyOf(layout, tensors...)
	s, standsIn := l.standIns[tensors[0]]
	if standsIn && s.tensor != nil {
		key = keyOf(fmt.Sprintf("%s %d/%d", layout, s.turn, s.groups), s.tensor)
	}
	if id, ok := l.weights[key]; ok {
		return id
	}
	if standsIn && s.tensor == nil {
		id := l.scratchAct(layout, words)
		l.weights[key] = id
		l.inStep(func() { fill(id) })
		return id
	}
	id := l.addBuffer(buffer{label: tensors[0].Name + " " + layout, words: words, kind: unexpanded, key: key, fill: fill})
	l.weights[key] = id
	return id
}

// expanded is a weight in that form, expanded once.
func (l *lowering) expanded(id bufferID, half bool) bufferID {
	if known, ok := l.expansions[expansion{id, half}]; ok {
		return known
	}
	b := l.buffers[id]
	fill := b.fill
	b.kind, b.half, b.key.half, b.fill = weight, half, half, nil
	if half {
		b.label, b.words = b.label+" as f16", ceilDiv(b.words, 2)
	}
	out := l.addBuffer(b)
	l.expansions[expansion{id, half}] = out
	first := len(l.load)
	fill(out)
	launches := slices.Clone(l.load[first:])
	l.load = l.load[:first]
	for i := range launches {
		l.adaptLoad(&launches[i]) // may append what it reads
		launches[i].fills = out
	}
	l.load = append(l.load, launches...)
	return out
}

// expansion is a weight in one form.
type expansion struct {
	id   bufferID
	half bool
}

// adaptLoad chooses the form of a launch of the load. Its buffers are made for it,
// so that nothing needs converting; weights that it reads are expanded.
func (l *lowering) adaptLoad(step *launch) {
	uses := demands(step.stem, len(step.bind))
	for i, use := range uses {
		step.half = step.half || use.Act && l.buffers[step.bind[i]].half
	}
	step.bind = slices.Clone(step.bind)
	for i, use := range uses {
		if l.buffers[step.bind[i]].kind == unexpanded {
			step.bind[i] = l.expanded(step.bind[i], step.half && use.Act)
		}
		if b := l.buffers[step.bind[i]]; b.half != (step.half && use.Act) && step.bind[i] != l.dummy {
			panic(fmt.Sprintf("gpu: kernel %s binds %s as %s, which is in the other form", step.key(), b.label, use.Name))
		}
	}
}

// expand adds a launch to the load that expands t into out.
func (l *lowering) expand(t *weights.Tensor, out bufferID, p shaders.Expand) {
	p.Count, p.Cols, p.Kind = uint32(t.Shape.Elems()), uint32(t.Cols()), uint32(t.Type)
	if s, ok := l.standIns[t]; ok {
		p = s.arranged(t, p)
		if s.tensor == nil {
			l.expansionOf(t, l.value(s.value), out, p)
			return
		}
		t = s.tensor
		p.Kind = uint32(t.Type)
	} else {
		p = p.Whole()
	}
	key := keyOf("stored", t)
	stored, ok := l.weights[key]
	if !ok {
		stored = l.addBuffer(buffer{label: t.Name, words: ceilDiv(len(t.Data), 4), kind: upload, data: t.Data})
		l.weights[key] = stored
	}
	l.expansionOf(t, stored, out, p)
}

// expansionOf appends the launch that writes stored values of t to out.
func (l *lowering) expansionOf(t *weights.Tensor, stored, out bufferID, p shaders.Expand) {
	l.load = append(l.load, launch{
		label:      t.Name,
		stem:       "expand",
		params:     shaders.Encode(p),
		bind:       []bufferID{stored, out},
		workgroups: spread(ceilDiv(int(p.Count), workgroup)),
	})
}
