package cpu

import (
	"context"
	"errors"
	"fmt"

	"unnoise/model/graph"
)

var _ graph.Stateful = (*program)(nil)

// ReadState implements graph.Stateful.
func (p *program) ReadState(ctx context.Context, name string, dst []float32) error {
	values, err := p.stateOf(ctx, name, len(dst))
	copy(dst, values)
	return err
}

// WriteState implements graph.Stateful.
func (p *program) WriteState(ctx context.Context, name string, src []float32) error {
	values, err := p.stateOf(ctx, name, len(src))
	copy(values, src)
	return err
}

// stateOf is where a state is. It returns an error where there is none of that name
// or it has not that many values.
func (p *program) stateOf(ctx context.Context, name string, count int) ([]float32, error) {
	if p.closed {
		return nil, errors.New("the program was closed")
	}
	for _, s := range p.graph.States {
		if s.Name != name {
			continue
		}
		if shape := p.graph.Shape(s.Value); count != shape.Elems() {
			return nil, fmt.Errorf("state %q: %d values given, shape %v has %d", name, count, shape, shape.Elems())
		}
		return p.values[s.Value], ctx.Err()
	}
	return nil, fmt.Errorf("the graph has no state %q", name)
}
