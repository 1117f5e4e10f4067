//go:build js && wasm

package gpu

import (
	"slices"

	"unnoise/model/graph"
)

// none stands for a value that a fused operation does not have.
const none graph.ID = -1

// fused is a graph node together with the neighbours that its kernel computes
// as well.
type fused struct {
	graph.Node          // of the first operation; Out is that of the last
	a, b       graph.ID // the input, or the two that a Concat would join
	upsample   bool     // an Upsample of the input
	shift      graph.ID // added per picture and channel, or none
	residual   graph.ID // added per value, or none
	scaleShift graph.ID // per picture and channel, after the norm, or none
	silu       bool     // a SiLU of the result
	activated  bool     // activation of the result
	activation graph.Unary
	qkv        bool // an Attention whose three projections are of one value, a
	projection [3]graph.Linear
	split      [3]graph.Split // of an Attention, where Parts > 0: In is what it would split
	beside     []graph.Node   // Linear layers of the same input, computed in one product with this one
	intoConv   bool           // of a GroupNorm: a convolution alone reads the result
	norm       *waitingNorm   // of a convolution: the norm of its input, where it may compute it
	normGroups int            // of a convolution: groups of a norm of the result, 0 where there is none
	update     *adamUpdate    // of an AdamStep: the averages that its kernel moves as well
}

// fusion finds the groups of one graph.
type fusion struct {
	graph    *graph.Graph
	readers  [][]int // for each value, the nodes that read it, once per use
	isOutput []bool
	maker    []int // for each value, the node that writes it, or -1
	absorbed []bool
}

// fuse groups the graph's nodes, in an order in which they can be executed.
func fuse(g *graph.Graph) []fused {
	groups := newFusion(g).groups(true)
	if !updatesLast(groups) {
		groups = newFusion(g).groups(false)
	}
	return groups
}

// groups finds the groups; updates says whether a step of Adam may be one kernel.
func (f *fusion) groups(updates bool) []fused {
	g := f.graph
	at := make([]*fused, len(g.Nodes)) // each group where its last input is ready
	f.absorbViews()
	for i, n := range g.Nodes {
		if _, ok := n.Op.(graph.Attention); ok {
			f.absorbProjections(i, at)
		}
		if _, ok := n.Op.(graph.AdamStep); ok && updates {
			f.absorbAverages(i, at)
		}
	}
	for i, n := range g.Nodes {
		if f.absorbed[i] {
			continue
		}
		group := f.group(n)
		last := i
		switch n.Op.(type) {
		case graph.Attention:
			f.lookThroughSplits(&group)
		case graph.Conv2D, graph.ConvTranspose2D:
			last = f.absorbShift(&group, last)
			last = f.absorbResidual(&group, last)
			group.normGroups = f.normGroups(group.Out)
		case graph.Linear:
			if next := f.absorbSiLU(&group, last); next != last {
				last = next
			} else {
				last = f.absorbResidual(&group, last)
			}
		case graph.SiLU:
			last = f.absorbResidual(&group, last)
		case graph.GroupNorm:
			last = f.absorbScaleShift(&group, last)
			last = f.absorbSiLU(&group, last)
			group.intoConv = f.onlyConv(group.Out)
		case graph.InstanceNormPlus:
			last = f.absorbActivation(&group, last)
		}
		at[last] = &group
	}
	var out []fused
	for _, group := range at {
		if group != nil {
			out = append(out, *group)
		}
	}
	return joinLinears(f, out)
}

func newFusion(g *graph.Graph) *fusion {
	f := &fusion{
		graph:    g,
		readers:  make([][]int, len(g.Values)),
		isOutput: make([]bool, len(g.Values)),
		maker:    make([]int, len(g.Values)),
		absorbed: make([]bool, len(g.Nodes)),
	}
	for i := range f.maker {
		f.maker[i] = -1
	}
	for i, n := range g.Nodes {
		f.maker[n.Out] = i
		for _, id := range n.In {
			f.readers[id] = append(f.readers[id], i)
		}
	}
	for _, p := range g.Outputs {
		f.isOutput[p.Value] = true
	}
	for _, s := range g.States {
		f.isOutput[s.Next] = true
	}
	return f
}

// group is a node with its input followed through absorbed Upsample and Concat.
func (f *fusion) group(n graph.Node) fused {
	group := fused{Node: n, a: none, b: none, shift: none, residual: none, scaleShift: none}
	if len(n.In) == 0 {
		return group
	}
	group.a = n.In[0]
	if m := f.view(group.a); m != nil {
		if _, ok := m.Op.(graph.Upsample); ok {
			group.upsample = true
			group.a = m.In[0]
			m = f.view(group.a)
		}
		if m != nil {
			group.a, group.b = m.In[0], m.In[1]
		}
	}
	return group
}

// view returns the absorbed Upsample or Concat that would write the value, or nil.
func (f *fusion) view(id graph.ID) *graph.Node {
	if m := f.maker[id]; m >= 0 && f.absorbed[m] {
		switch f.graph.Nodes[m].Op.(type) {
		case graph.Upsample, graph.Concat:
			return &f.graph.Nodes[m]
		}
	}
	return nil
}

// absorbViews marks each Upsample that only convolutions read, and each Concat
// that only convolutions, norms and such an Upsample read: their readers look
// through them.
func (f *fusion) absorbViews() {
	for i := len(f.graph.Nodes) - 1; i >= 0; i-- {
		n := f.graph.Nodes[i]
		if f.isOutput[n.Out] {
			continue
		}
		switch op := n.Op.(type) {
		case graph.Split:
			f.absorbed[i] = f.onlyAttention(n.Out, op.Heads)
		case graph.Upsample:
			f.absorbed[i] = f.allReaders(n.Out, func(j int) bool {
				return looksThrough(f.graph.Nodes[j].Op)
			})
		case graph.Concat:
			f.absorbed[i] = f.allReaders(n.Out, func(j int) bool {
				switch op := f.graph.Nodes[j].Op.(type) {
				case graph.Conv2D:
					return looksThrough(op)
				case graph.GroupNorm:
					return true
				case graph.Upsample:
					return f.absorbed[j]
				}
				return false
			})
		}
	}
}

// looksThrough reports whether an operation is a convolution whose kernels read an
// input that is not there yet: repeated twice, or joined from two.
func looksThrough(op graph.Op) bool {
	conv, ok := op.(graph.Conv2D)
	return ok && conv.Groups <= 1
}

func (f *fusion) allReaders(id graph.ID, ok func(node int) bool) bool {
	for _, j := range f.readers[id] {
		if !ok(j) || slices.Contains(f.graph.Nodes[j].In[1:], id) { // as a weight
			return false
		}
	}
	return len(f.readers[id]) > 0
}

// onlyAttention reports whether all readers of a part split from a number of heads are
// attentions that can find it where it is: of as many heads, or of any in one.
func (f *fusion) onlyAttention(id graph.ID, heads int) bool {
	for _, j := range f.readers[id] {
		op, ok := f.graph.Nodes[j].Op.(graph.Attention)
		if !ok || heads != 1 && heads != op.Heads {
			return false
		}
	}
	return len(f.readers[id]) > 0
}

// lookThroughSplits has an attention read what its absorbed Splits would.
func (f *fusion) lookThroughSplits(group *fused) {
	group.In = slices.Clone(group.In)
	for k, id := range group.In {
		if m := f.maker[id]; m >= 0 && f.absorbed[m] {
			if op, ok := f.graph.Nodes[m].Op.(graph.Split); ok {
				group.split[k], group.In[k] = op, f.graph.Nodes[m].In[0]
			}
		}
	}
}

// onlyReader returns the single node that reads a value which is not an output.
func (f *fusion) onlyReader(id graph.ID) (int, bool) {
	if f.isOutput[id] || len(f.readers[id]) != 1 || f.absorbed[f.readers[id][0]] {
		return 0, false
	}
	return f.readers[id][0], true
}

// onlyConv reports whether an ungrouped convolution is all that reads a value.
func (f *fusion) onlyConv(id graph.ID) bool {
	j, ok := f.onlyReader(id)
	return ok && looksThrough(f.graph.Nodes[j].Op) && f.graph.Nodes[j].In[0] == id
}

// absorb takes node j into the group.
func (f *fusion) absorb(group *fused, j int) int {
	f.absorbed[j] = true
	group.Out = f.graph.Nodes[j].Out
	return j
}

func (f *fusion) absorbShift(group *fused, last int) int {
	j, ok := f.onlyReader(group.Out)
	if !ok {
		return last
	}
	n := f.graph.Nodes[j]
	if _, ok := n.Op.(graph.AddChannel); !ok || n.In[0] != group.Out {
		return last
	}
	group.shift = n.In[1]
	return f.absorb(group, j)
}

func (f *fusion) absorbScaleShift(group *fused, last int) int {
	j, ok := f.onlyReader(group.Out)
	if !ok {
		return last
	}
	n := f.graph.Nodes[j]
	if op, ok := n.Op.(graph.ScaleShift); !ok || op.NoShift || n.In[0] != group.Out {
		return last
	}
	group.scaleShift = n.In[1]
	return f.absorb(group, j)
}

func (f *fusion) absorbResidual(group *fused, last int) int {
	j, ok := f.onlyReader(group.Out)
	if !ok {
		return last
	}
	n := f.graph.Nodes[j]
	if _, ok := n.Op.(graph.Add); !ok {
		return last
	}
	group.residual = n.In[0]
	if n.In[0] == group.Out {
		group.residual = n.In[1]
	}
	return f.absorb(group, j)
}

func (f *fusion) absorbSiLU(group *fused, last int) int {
	j, ok := f.onlyReader(group.Out)
	if !ok {
		return last
	}
	if _, ok := f.graph.Nodes[j].Op.(graph.SiLU); !ok {
		return last
	}
	group.silu = true
	return f.absorb(group, j)
}

// absorbActivation takes one of the activations that NCSN's networks may have.
func (f *fusion) absorbActivation(group *fused, last int) int {
	j, ok := f.onlyReader(group.Out)
	if !ok {
		return last
	}
	op, ok := f.graph.Nodes[j].Op.(graph.Unary)
	if !ok || op.Func > graph.ELU {
		return last
	}
	group.activated, group.activation = true, op
	return f.absorb(group, j)
}

// absorbProjections joins the linear layers of queries, keys and values of one
// value into one with three times the rows, where nothing else reads them.
func (f *fusion) absorbProjections(i int, at []*fused) {
	n := f.graph.Nodes[i]
	group := f.group(n)
	var makers [3]int
	for k, id := range n.In {
		m := f.maker[id]
		if j, only := f.onlyReader(id); m < 0 || !only || j != i {
			return
		}
		linear, ok := f.graph.Nodes[m].Op.(graph.Linear)
		if !ok || linear.Weight == nil || linear.Transposed {
			return
		}
		group.projection[k], makers[k] = linear, m
	}
	source := f.graph.Nodes[makers[0]].In[0]
	for k := range makers {
		sameBias := (group.projection[k].Bias == nil) == (group.projection[0].Bias == nil)
		if f.graph.Nodes[makers[k]].In[0] != source || !sameBias {
			return
		}
	}
	for _, m := range makers {
		f.absorbed[m] = true
	}
	f.absorbed[i] = true
	group.qkv, group.a = true, source
	at[i] = &group
}
