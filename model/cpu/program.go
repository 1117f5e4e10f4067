package cpu

import (
	"context"
	"errors"
	"fmt"

	"unnoise/model/graph"
	"unnoise/model/tensor"
)

// Compile makes g ready to run: every weight is expanded to float32 and all memory
// of a run is allocated. It returns an error where a node's operation is unknown.
func Compile(g *graph.Graph) (graph.Program, error) {
	workers := newCrew()
	p := &program{graph: g, workers: workers, values: make([][]float32, len(g.Values))}
	var scratch int
	for _, node := range g.Nodes {
		in := make([]tensor.Shape, len(node.In))
		for i, id := range node.In {
			in[i] = g.Shape(id)
		}
		k, err := compileNode(node.Op, in, g.Shape(node.Out), workers)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", node.Label, err)
		}
		scratch = max(scratch, k.scratch)
		p.steps = append(p.steps, step{node, k, make([][]float32, len(node.In))})
	}
	p.scratch = make([]float32, scratch)

	plan := planBuffers(g)
	buffers := make([][]float32, len(plan.sizes))
	for i, size := range plan.sizes {
		buffers[i] = make([]float32, size)
	}
	for id, b := range plan.buffer {
		if b >= 0 {
			size := g.Shape(graph.ID(id)).Elems()
			p.values[id] = buffers[b][:size:size]
		}
	}
	for _, s := range g.States {
		p.values[s.Value] = make([]float32, g.Shape(s.Value).Elems())
		if s.Init != nil {
			copy(p.values[s.Value], s.Init.Float32())
		}
	}
	return p, nil
}

// program is a compiled graph.
type program struct {
	graph   *graph.Graph
	workers *crew
	steps   []step
	values  [][]float32 // where each value is; inputs are set by Run
	scratch []float32
	closed  bool
}

// step is one node with its kernel.
type step struct {
	node   graph.Node
	kernel kernel
	in     [][]float32 // filled by Run
}

// Run implements graph.Program. Cancellation is noticed between nodes.
func (p *program) Run(ctx context.Context, in, out [][]float32) error {
	if p.closed {
		return errors.New("the program was closed")
	}
	if err := p.check("input", p.graph.Inputs, in, false); err != nil {
		return err
	}
	if err := p.check("output", p.graph.Outputs, out, true); err != nil {
		return err
	}
	for i, port := range p.graph.Inputs {
		p.values[port.Value] = in[i]
	}
	defer p.workers.start()()
	for i := range p.steps {
		if err := ctx.Err(); err != nil {
			return err
		}
		s := &p.steps[i]
		for j, id := range s.node.In {
			s.in[j] = p.values[id]
		}
		s.kernel.run(p.values[s.node.Out], s.in, p.scratch[:s.kernel.scratch])
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	for i, port := range p.graph.Outputs {
		copy(out[i], p.values[port.Value])
	}
	for _, s := range p.graph.States {
		copy(p.values[s.Value], p.values[s.Next])
	}
	return nil
}

// check compares what the caller passed with the graph's ports; some of it may be
// nil where it is optional.
func (p *program) check(what string, ports []graph.Port, data [][]float32, optional bool) error {
	if len(data) != len(ports) {
		return fmt.Errorf("%d %ss given, the graph has %d", len(data), what, len(ports))
	}
	for i, port := range ports {
		if optional && data[i] == nil {
			continue
		}
		if shape := p.graph.Shape(port.Value); len(data[i]) != shape.Elems() {
			return fmt.Errorf("%s %q has %d values, shape %v needs %d", what, port.Name, len(data[i]), shape, shape.Elems())
		}
	}
	return nil
}

// Close implements graph.Program: the memory goes back to the garbage collector.
func (p *program) Close() {
	p.closed = true
	p.steps, p.values, p.scratch = nil, nil, nil
}
