package graph

import "fmt"

// Differentiable is an operation with a vector–Jacobian product.
type Differentiable interface {
	Op
	// VJP appends to b what computes the gradients with respect to the inputs of n
	// for which want is true, from grad, the gradient with respect to n.Out. It may
	// read n.In and n.Out. The result has an entry for each input; those not wanted
	// are ignored. Labels of what it appends begin with n.Label.
	VJP(b *Builder, n Node, grad ID, want []bool) []ID
}

// Gradient appends the backward pass of y and returns vᵀ∂y/∂x for each x of wrt, in
// x's shape. cotangent is v, in y's shape: for a scalar loss, a Constant of 1. wrt
// are inputs, states or any other values. Where y does not depend on an x its
// gradient is a Constant of 0.
//
// This is reverse accumulation (Griewank & Walther 2008, Evaluating Derivatives,
// §3.2): nodes are visited from y back, each when the contributions of all its
// readers are summed, and only those that lead from a wrt to y. Such a node whose
// operation is not Differentiable is an error that names it.
//
// What VJPs append may itself be differentiated where its operations are
// Differentiable.
func (b *Builder) Gradient(y, cotangent ID, wrt ...ID) []ID {
	if b.err != nil {
		return make([]ID, len(wrt))
	}
	if s, v := b.Shape(y), b.Shape(cotangent); !s.Equal(v) {
		b.fail(fmt.Errorf("gradient of %q: its shape is %v, the cotangent's %v", b.graph.Values[y].Label, s, v))
		return make([]ID, len(wrt))
	}
	nodes := b.graph.Nodes // without those that are appended from here on
	active := b.dependents(wrt)
	grads := map[ID]ID{}
	if active[y] {
		grads[y] = cotangent
	}
	for i := len(nodes) - 1; i >= 0 && b.err == nil; i-- {
		n := nodes[i]
		if grad, reached := grads[n.Out]; reached {
			b.pullBack(n, grad, active, grads)
		}
	}
	out := make([]ID, len(wrt))
	for i, x := range wrt {
		grad, reached := grads[x]
		if !reached {
			grad = b.Fill(b.label(x)+".grad", 0, b.Shape(x)...)
		}
		out[i] = grad
	}
	return out
}

// dependents reports for every value so far whether it is one of roots or computed
// from one.
func (b *Builder) dependents(roots []ID) []bool {
	active := make([]bool, len(b.graph.Values))
	for _, x := range roots {
		active[x] = true
	}
	for _, n := range b.graph.Nodes {
		for _, id := range n.In {
			active[n.Out] = active[n.Out] || active[id]
		}
	}
	return active
}

// pullBack adds n's contributions to the gradients of its active inputs.
func (b *Builder) pullBack(n Node, grad ID, active []bool, grads map[ID]ID) {
	want, leads := make([]bool, len(n.In)), false
	for i, id := range n.In {
		want[i] = active[id]
		leads = leads || want[i]
	}
	if !leads {
		return
	}
	op, ok := n.Op.(Differentiable)
	if !ok {
		b.fail(fmt.Errorf("%s (%s): the operation has no gradient", n.Label, n.Op.Kind()))
		return
	}
	parts := op.VJP(b, n, grad, want)
	if b.err != nil {
		return
	}
	if len(parts) != len(n.In) {
		b.fail(fmt.Errorf("%s (%s): its VJP returns %d gradients for %d inputs", n.Label, n.Op.Kind(), len(parts), len(n.In)))
		return
	}
	for i, id := range n.In {
		if want[i] {
			b.accumulate(n, id, parts[i], grads)
		}
	}
}

// accumulate adds part to the gradient of a value.
func (b *Builder) accumulate(n Node, id, part ID, grads map[ID]ID) {
	if x, g := b.Shape(id), b.Shape(part); b.err == nil && !x.Equal(g) {
		b.fail(fmt.Errorf("%s (%s): its VJP returns a gradient of shape %v for an input of shape %v", n.Label, n.Op.Kind(), g, x))
		return
	}
	sum, reached := grads[id]
	if !reached {
		grads[id] = part
		return
	}
	grads[id] = b.Apply(b.label(id)+".grad", Add{}, sum, part)
}

func (b *Builder) label(id ID) string {
	if b.err != nil {
		return ""
	}
	return b.graph.Values[id].Label
}

// channels is the innermost extent of a value, 0 after an error.
func (b *Builder) channels(id ID) int {
	s := b.Shape(id)
	if len(s) == 0 {
		return 0
	}
	return s[len(s)-1]
}
