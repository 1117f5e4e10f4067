package graph

import (
	"context"
	"fmt"
	"slices"

	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// State is a value that a program holds between runs: a parameter that is trained,
// or what an optimiser remembers of it.
type State struct {
	Name  string
	Value ID
	Init  *weights.Tensor // the value before the first run, in its stored layout; nil is zeros
	Next  ID              // the value after a run; Value itself where a run leaves it as it is
}

// Stateful is a Program of a graph with states.
type Stateful interface {
	Program
	// ReadState copies the state of that name into dst, which has all its values in
	// row-major order.
	ReadState(ctx context.Context, name string, dst []float32) error
	// WriteState sets the state of that name to src.
	WriteState(ctx context.Context, name string, src []float32) error
}

// State declares a state that begins as init. Its shape is that of the stored layout:
// a convolution's weight [O, I, KH, KW] is [O, KH, KW, I].
func (b *Builder) State(name string, init *weights.Tensor) ID {
	shape := slices.Clone(init.Shape)
	if len(shape) == 4 {
		shape = tensor.Shape{shape[0], shape[2], shape[3], shape[1]}
	}
	return b.state(name, init, shape)
}

// ZeroState declares a state that begins as zeros.
func (b *Builder) ZeroState(name string, shape ...int) ID {
	return b.state(name, nil, slices.Clone(shape))
}

func (b *Builder) state(name string, init *weights.Tensor, shape tensor.Shape) ID {
	if slices.ContainsFunc(b.graph.States, func(s State) bool { return s.Name == name }) {
		b.fail(fmt.Errorf("two states are named %q", name))
	}
	b.checkExtents("state", name, shape)
	id := b.value(name, shape)
	b.graph.States = append(b.graph.States, State{name, id, init, id})
	return id
}

// Carry says what a state becomes after each run: the value next of that run, of the
// same shape. All states change at once, when everything else is computed.
func (b *Builder) Carry(state, next ID) {
	if b.err != nil {
		return
	}
	at := slices.IndexFunc(b.graph.States, func(s State) bool { return s.Value == state })
	switch {
	case at < 0:
		b.fail(fmt.Errorf("%q is not a state: nothing can be carried over to it", b.label(state)))
		return
	case b.graph.States[at].Next != state:
		b.fail(fmt.Errorf("state %q is given two next values", b.label(state)))
		return
	case !b.Shape(next).Equal(b.Shape(state)):
		b.fail(fmt.Errorf("state %q has shape %v, its next value %v", b.label(state), b.Shape(state), b.Shape(next)))
		return
	}
	if slices.ContainsFunc(b.graph.States, func(s State) bool { return s.Value == next }) {
		// Executors copy the next values one after another: a copy keeps this one
		// from being overwritten before its turn.
		next = b.Apply(b.label(state)+".next", Affine{Factor: 1}, next)
	}
	b.graph.States[at].Next = next
}
