//go:build js && wasm

package gpu

import (
	"unnoise/model/graph"
	"unnoise/model/weights"
)

// A U-Net turns the same embedding of time into what it adds to each of its resnets, a
// linear layer each: many small products, of which one dispatch computes all. Their
// weights stand side by side, and who reads a result finds it as some columns of the
// joined one.

// part is where a value with a row for each picture stands.
type part struct {
	buffer     bufferID
	row, first uint32 // values between two pictures, and before the first; row is 0 for no value
}

// perPicture is where what is added to, or scales, each picture stands.
func (l *lowering) perPicture(id graph.ID) part {
	if id == none {
		return part{buffer: l.dummy}
	}
	if p, ok := l.parts[id]; ok {
		return p
	}
	return part{buffer: l.value(id), row: uint32(l.channels(id))}
}

// joinLinears puts the linear layers of one input together whose results are only what
// convolutions and norms add to a picture, or scale it by: those kernels read parts.
func joinLinears(f *fusion, groups []fused) []fused {
	parts := map[graph.ID]bool{}
	for _, g := range groups {
		for _, id := range []graph.ID{g.shift, g.scaleShift} {
			if id != none && len(f.readers[id]) == 1 && !f.isOutput[id] {
				parts[id] = true
			}
		}
	}
	type kind struct {
		input graph.ID
		bias  bool
	}
	first := map[kind]int{} // where in out
	var out []fused
	for _, g := range groups {
		op, ok := g.Op.(graph.Linear)
		if !ok || !parts[g.Out] || !joinable(g, op) {
			out = append(out, g)
			continue
		}
		k := kind{g.a, op.Bias != nil}
		if i, ok := first[k]; ok {
			out[i].beside = append(out[i].beside, g.Node)
			continue
		}
		first[k] = len(out)
		out = append(out, g)
	}
	return out
}

// joinable reports whether a layer is nothing but a product with a weight of its own,
// and its part of a joined result would begin where four values do.
func joinable(g fused, op graph.Linear) bool {
	return op.Weight != nil && !op.Transposed && len(g.In) == 1 && !g.silu && g.residual == none &&
		op.Weight.Rows()%4 == 0
}

// joinedLinears computes a layer and those beside it as one.
func (l *lowering) joinedLinears(n fused, op graph.Linear) {
	weight, bias := []*weights.Tensor{op.Weight}, []*weights.Tensor{op.Bias}
	for _, other := range n.beside {
		weight = append(weight, other.Op.(graph.Linear).Weight)
		bias = append(bias, other.Op.(graph.Linear).Bias)
	}
	matrix, row := l.matrix(weight...)
	rows := l.shape(n.a).Elems() / l.channels(n.a)
	joined := l.scratchAct("and others", rows*row)
	first := 0
	for i, id := range append([]graph.ID{n.Out}, outs(n.beside)...) {
		l.parts[id] = part{joined, uint32(row), uint32(first)}
		first += weight[i].Rows()
	}
	l.project(n, projection{
		x: n.a, residual: none, out: joined, outChannels: row,
		matrix: matrix, stride: row, bias: l.vector(bias...),
	})
}

func outs(nodes []graph.Node) []graph.ID {
	ids := make([]graph.ID, len(nodes))
	for i, n := range nodes {
		ids[i] = n.Out
	}
	return ids
}
