//go:build js && wasm

package gpu

import (
	"slices"

	"unnoise/model/graph"
	"unnoise/shaders"
)

// adamUpdate is what one kernel does beside a step of Adam: it moves the averages of the
// gradient and of its squares, and where there is one that of the parameter itself. All
// are states, which it changes where they are.
type adamUpdate struct {
	grad                  graph.ID
	first, second, ofSelf moved // ofSelf.state is none where there is no such average
}

// moved is a state that becomes a moving average.
type moved struct {
	state, next graph.ID
	op          graph.MovingAverage
}

// absorbAverages takes the moving averages that an AdamStep reads, and one of its
// parameter, into one group with it, where nothing else reads what they write.
func (f *fusion) absorbAverages(i int, at []*fused) {
	n := f.graph.Nodes[i]
	param := n.In[0]
	if !f.carried(param, n.Out) || len(f.readers[n.Out]) > 0 {
		return
	}
	group := f.group(n)
	update := adamUpdate{ofSelf: moved{state: none}}
	var nodes []int
	for k, average := range []*moved{&update.first, &update.second} {
		j := f.maker[n.In[1+k]]
		if j < 0 || len(f.readers[n.In[1+k]]) != 1 || !f.moves(j, average) || average.op.Square != (k == 1) {
			return
		}
		grad := f.graph.Nodes[j].In[1]
		if k == 1 && grad != update.grad {
			return
		}
		update.grad = grad
		nodes = append(nodes, j)
	}
	for _, j := range f.readers[param] {
		var average moved
		if f.graph.Nodes[j].In[0] != param && f.moves(j, &average) && !average.op.Square && len(f.readers[average.next]) == 0 {
			update.ofSelf = average
			nodes = append(nodes, j)
			break
		}
	}
	for _, j := range append(nodes, i) {
		f.absorbed[j] = true
	}
	group.update = &update
	group.In = slices.Concat(n.In[:1], []graph.ID{update.grad}, n.In[3:])
	at[i] = &group
}

// moves reports whether node j makes a state the moving average of something, and says
// which; nothing else may read that state.
func (f *fusion) moves(j int, average *moved) bool {
	n := f.graph.Nodes[j]
	op, ok := n.Op.(graph.MovingAverage)
	if !ok || f.absorbed[j] || !f.carried(n.In[0], n.Out) || len(f.readers[n.In[0]]) != 1 {
		return false
	}
	*average = moved{n.In[0], n.Out, op}
	return true
}

// carried reports whether a value is a state that becomes next, and neither is an output.
func (f *fusion) carried(state, next graph.ID) bool {
	isOutput := func(p graph.Port) bool { return p.Value == state || p.Value == next }
	carries := 0
	for _, s := range f.graph.States {
		switch {
		case s.Value == state && s.Next == next:
			carries++
		case s.Next == state || s.Next == next:
			return false
		}
	}
	return carries == 1 && !slices.ContainsFunc(f.graph.Outputs, isOutput)
}

// updatesLast reports whether no group reads a parameter after the one that changes it.
func updatesLast(groups []fused) bool {
	changed := map[graph.ID]bool{}
	for _, group := range groups {
		read := slices.Concat(group.In, []graph.ID{group.a, group.b, group.shift, group.residual, group.scaleShift})
		for _, other := range group.beside {
			read = append(read, other.In...)
		}
		if slices.ContainsFunc(read, func(id graph.ID) bool { return changed[id] }) {
			return false
		}
		if group.update != nil {
			changed[group.In[0]] = true
		}
	}
	return true
}

// adamUpdate launches the kernel that changes a parameter and its averages.
func (l *lowering) adamUpdate(n fused, op graph.AdamStep) {
	u, count := n.update, l.shape(n.Out).Elems()
	p := shaders.AdamUpdate{
		Count: uint32(count), Eps: float32(op.Eps), Decay: float32(op.Decay),
		Rate1: float32(1 - u.first.op.Decay), Rate2: float32(1 - u.second.op.Decay),
		Average: float32(1 - u.ofSelf.op.Decay),
	}
	average := l.unused()
	if u.ofSelf.state != none {
		average = l.value(u.ofSelf.state)
	}
	param, grad := n.In[0], n.In[1]
	l.emit("adam_update", shaders.Overrides{"AVERAGE": flag(u.ofSelf.state != none)}, p, count, 18*float64(count),
		l.value(grad), l.value(n.In[2]), l.value(n.In[3]), l.value(n.In[4]),
		l.value(u.first.state), l.value(u.second.state), average, l.value(param))
	l.values[n.Out] = l.value(param)
	for _, m := range []moved{u.first, u.second, u.ofSelf} {
		if m.state != none {
			l.values[m.next] = l.value(m.state)
		}
	}
}

// unused is a buffer bound where a kernel would write an optional result.
func (l *lowering) unused() bufferID {
	if l.sink == 0 {
		l.sink = l.addBuffer(buffer{label: "unused", words: 4, kind: constant})
	}
	return l.sink
}
