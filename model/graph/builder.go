package graph

import (
	"fmt"
	"slices"

	"unnoise/model/tensor"
)

// Builder appends operations to a graph. The first error is kept, later calls do
// nothing, and Build returns it: the code that describes a network reads without
// a check on every line.
type Builder struct {
	graph Graph
	err   error
}

// NewBuilder returns a builder of an empty graph.
func NewBuilder() *Builder { return &Builder{} }

// Input declares a named input of the given shape.
func (b *Builder) Input(name string, shape ...int) ID {
	b.checkExtents("input", name, shape)
	id := b.value(name, slices.Clone(shape))
	b.graph.Inputs = append(b.graph.Inputs, Port{name, id})
	return id
}

// Output declares a named output.
func (b *Builder) Output(name string, id ID) {
	b.graph.Outputs = append(b.graph.Outputs, Port{name, id})
}

// Apply appends op under a label and returns its result.
func (b *Builder) Apply(label string, op Op, in ...ID) ID {
	if b.err != nil {
		return 0
	}
	shapes := make([]tensor.Shape, len(in))
	for i, id := range in {
		shapes[i] = b.graph.Shape(id)
	}
	shape, err := op.Infer(shapes)
	if err != nil {
		b.fail(fmt.Errorf("%s (%s): %w", label, op.Kind(), err))
		return 0
	}
	out := b.value(label, shape)
	b.graph.Nodes = append(b.graph.Nodes, Node{label, op, slices.Clone(in), out})
	return out
}

// Shape returns the shape of a value, nil after an error.
func (b *Builder) Shape(id ID) tensor.Shape {
	if b.err != nil {
		return nil
	}
	return b.graph.Shape(id)
}

// Label returns the label of a value, empty after an error.
func (b *Builder) Label(id ID) string { return b.label(id) }

// Fail keeps err if it is the first.
func (b *Builder) Fail(err error) { b.fail(err) }

// Build returns the graph, without nodes that no output and no state needs, or the
// first error.
func (b *Builder) Build() (*Graph, error) {
	if b.err != nil {
		return nil, b.err
	}
	g := b.graph
	g.Nodes = g.live()
	return &g, nil
}

func (b *Builder) checkExtents(what, name string, shape tensor.Shape) {
	if slices.ContainsFunc(shape, func(d int) bool { return d <= 0 }) {
		b.fail(fmt.Errorf("%s %q: shape %v has an extent that is not positive", what, name, shape))
	}
}

func (b *Builder) value(label string, shape tensor.Shape) ID {
	b.graph.Values = append(b.graph.Values, Value{label, shape})
	return ID(len(b.graph.Values) - 1)
}

func (b *Builder) fail(err error) {
	if b.err == nil {
		b.err = err
	}
}
