//go:build js && wasm

package gpu

import (
	"fmt"
	"slices"

	"unnoise/model/graph"
	"unnoise/model/tensor"
	"unnoise/model/weights"
	"unnoise/shaders"
)

// standIn says what a tensor without bytes stands for, so that convolutions can be
// lowered alike whatever their weights are made of: a value of the graph, which is
// arranged in the step, or the weight of a transposed convolution.
type standIn struct {
	tensor *weights.Tensor // what is stored, or nil
	value  graph.ID        // without a tensor: the value, laid out as a tensor is stored
	turn   turn
	groups int
}

// turn says how a bank of kernels differs from what is stored.
type turn int

const (
	asStored turn = iota
	swapped       // the channels of the result stand second within a group
	mirrored      // swapped, and the taps are in the opposite order
)

// standInKey tells stand-ins apart: what they stand for, and how it is turned.
type standInKey struct {
	tensor *weights.Tensor
	value  graph.ID
	turn   turn
}

// stand makes the tensor that stands for something, once; shape is PyTorch's.
func (l *lowering) stand(s standIn, name string, shape tensor.Shape) *weights.Tensor {
	key := standInKey{s.tensor, s.value, s.turn}
	if t, ok := l.standing[key]; ok {
		return t
	}
	t := &weights.Tensor{Name: name, Type: weights.F32, Shape: shape}
	l.standing[key], l.standIns[t] = t, s
	return t
}

// inputOr is t, or a stand-in of that shape for input k of the node, or nil.
func (l *lowering) inputOr(t *weights.Tensor, n fused, k int, shape tensor.Shape) *weights.Tensor {
	if t != nil || k >= len(n.In) {
		return t
	}
	return l.stand(standIn{value: n.In[k]}, l.graph.Values[n.In[k]].Label, shape)
}

// kernelsOf is op with its weight and bias as tensors.
func (l *lowering) kernelsOf(n fused, op graph.Conv2D) graph.Conv2D {
	w := op.KernelShape(l.shapes(n.In))
	op.Weight = l.inputOr(op.Weight, n, 1, w)
	op.Bias = l.inputOr(op.Bias, n, 2, tensor.Shape{w[0]})
	return op
}

// turnedKernels are the weight of a transposed convolution as that of a convolution,
// [O, I/Groups, KH, KW].
func (l *lowering) turnedKernels(n fused, op graph.ConvTranspose2D, turn turn) *weights.Tensor {
	w := op.KernelShape(l.shapes(n.In))
	shape := tensor.Shape{w[1] * op.Groups, w[0] / op.Groups, w[2], w[3]}
	s := standIn{tensor: op.Weight, value: none, turn: turn, groups: op.Groups}
	name := fmt.Sprintf("%s turned", n.Label)
	if op.Weight == nil {
		s.value = n.In[1]
	}
	return l.stand(s, name, shape)
}

// arranged are the parameters that write what s stands for to where p would write the
// values of t, whose shape is [O, I/groups, KH, KW].
func (s standIn) arranged(t *weights.Tensor, p shaders.Expand) shaders.Expand {
	if s.turn == asStored {
		return p.Whole()
	}
	out, in := uint32(t.Shape[0]/s.groups), uint32(t.Shape[1])
	taps := uint32(t.Shape[2] * t.Shape[3])
	turned := shaders.Expand{
		Count: p.Count, Cols: taps * out, Kind: p.Kind, Offset: p.Offset,
		RowInner: in, RowOuterStep: out * p.RowStep, RowStep: p.ColStep,
		ColInner: out, ColOuterStep: in * p.ColStep, ColStep: p.RowStep,
	}
	if s.turn == mirrored {
		turned.Offset += (taps - 1) * in * p.ColStep
		turned.ColOuterStep = -turned.ColOuterStep
	}
	return turned
}

// inStep moves the launches that fill appends to the load into the step.
func (l *lowering) inStep(fill func()) {
	first := len(l.load)
	fill()
	launches := slices.Clone(l.load[first:])
	l.load = l.load[:first]
	for _, step := range launches {
		for _, id := range step.bind {
			if l.buffers[id].kind == upload { // scratch of the load is scratch of the step
				l.buffers[id].kind = activation
			}
		}
		half, bound, after := l.adapt(step.stem, step.bind)
		step.label, step.half, step.bind = l.node, half, bound
		l.step = append(l.step, step)
		for _, c := range after {
			l.convert(c)
		}
	}
}

func (l *lowering) shapes(ids []graph.ID) []tensor.Shape {
	out := make([]tensor.Shape, len(ids))
	for i, id := range ids {
		out[i] = l.shape(id)
	}
	return out
}

// withBytes is op with zeros in the place of weights that only stand for others, to
// measure it alone.
func withBytes(op graph.Conv2D) graph.Conv2D {
	for _, t := range []**weights.Tensor{&op.Weight, &op.Bias} {
		if *t != nil && (*t).Data == nil {
			filled := **t
			filled.Data = make([]byte, 4*filled.Shape.Elems())
			*t = &filled
		}
	}
	return op
}
