package graph

import (
	"slices"

	"unnoise/model/weights"
)

// Extend returns a builder that goes on from g, which stays as it is: the values of g
// keep their IDs.
func Extend(g *Graph) *Builder {
	return &Builder{graph: Graph{
		Values:  slices.Clone(g.Values),
		Nodes:   slices.Clone(g.Nodes),
		Inputs:  slices.Clone(g.Inputs),
		Outputs: slices.Clone(g.Outputs),
		States:  slices.Clone(g.States),
	}}
}

// Trainable is Extend with the weights whose names are wanted made states, of the same
// names, with the tensors as their first values. It returns the states in the order in
// which the graph first reads them. Other weights of an operation that has such a
// weight become states too, which nothing changes.
//
// Operations take weights as values in float32: a quantized tensor is expanded.
func Trainable(g *Graph, want func(name string) bool) (b *Builder, params []ID) {
	b = Extend(g)
	states := map[*weights.Tensor]ID{}
	for i, n := range b.graph.Nodes {
		op, tensors := unbound(n.Op)
		if !slices.ContainsFunc(tensors, func(t *weights.Tensor) bool { return want(t.Name) }) {
			continue
		}
		in := slices.Clone(n.In)
		for _, t := range tensors {
			id, known := states[t]
			if !known {
				id = b.State(t.Name, t)
				states[t] = id
				if want(t.Name) {
					params = append(params, id)
				}
			}
			in = append(in, id)
		}
		b.graph.Nodes[i].Op, b.graph.Nodes[i].In = op, in
	}
	return b, params
}

// unbound returns an operation that takes its weights from its inputs, and the tensors
// to give there, none where it has no weights or takes them so already.
func unbound(op Op) (Op, []*weights.Tensor) {
	var first, second *weights.Tensor
	given := op
	switch o := op.(type) {
	case Linear:
		first, second = o.Weight, o.Bias
		o.Weight, o.Bias = nil, nil
		op = o
	case Embedding:
		first = o.Weight
		op = Embedding{}
	case Conv2D:
		first, second = o.Weight, o.Bias
		o.Weight, o.Bias = nil, nil
		op = o
	case ConvTranspose2D:
		first, second = o.Weight, o.Bias
		o.Weight, o.Bias = nil, nil
		op = o
	case GroupNorm:
		first, second = o.Weight, o.Bias
		o.Weight, o.Bias = nil, nil
		op = o
	case LayerNorm:
		first, second = o.Weight, o.Bias
		o.Weight, o.Bias = nil, nil
		op = o
	}
	if first == nil {
		return given, nil
	}
	return op, present(first, second)
}
