//go:build js && wasm

package gpu

import (
	"unnoise/model/weights"
	"unnoise/shaders"
)

// A weight is a tensor, which is expanded when the program is made, or one of the
// node's inputs, in the layout that the tensor would be stored in, which is put in
// the order that kernels need in the step itself.

// vectorOf is t, or where that is nil input k of the node, l.dummy where there is
// none.
func (l *lowering) vectorOf(t *weights.Tensor, n fused, k int) bufferID {
	if t == nil && k < len(n.In) {
		return l.value(n.In[k])
	}
	return l.vector(t)
}

// rowMatrixOf is the rows of t, or of input k, as rows, [rows, stride]. The stride is
// the number of columns rounded up to a multiple of 4.
func (l *lowering) rowMatrixOf(t *weights.Tensor, n fused, k int) (id bufferID, stride int) {
	if t != nil {
		stride = ceilDiv(t.Cols(), 4) * 4
		return l.weight("rows", []*weights.Tensor{t}, t.Rows()*stride, func(out bufferID) {
			l.expand(t, out, shaders.Expand{RowStep: uint32(stride), ColStep: 1})
		}), stride
	}
	s := l.shape(n.In[k])
	rows, cols := s[0], s.Elems()/s[0]
	stride = ceilDiv(cols, 4) * 4
	if stride == cols {
		return l.value(n.In[k]), stride
	}
	return l.arrange(l.value(n.In[k]), rows, cols, stride, 1, rows*stride), stride
}

// arrange copies a matrix with other distances between its rows and columns.
func (l *lowering) arrange(x bufferID, rows, cols, rowStep, colStep, elems int) bufferID {
	out := l.scratchAct("arranged", elems)
	count := rows * cols
	l.emit("expand", nil, shaders.Expand{
		Count: uint32(count), Cols: uint32(cols), Kind: uint32(weights.F32),
		RowStep: uint32(rowStep), ColStep: uint32(colStep),
	}.Whole(), count, float64(count), x, out)
	return out
}
