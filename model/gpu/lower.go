//go:build js && wasm

package gpu

import (
	"fmt"

	"unnoise/model/graph"
	"unnoise/model/tensor"
	"unnoise/model/weights"
	"unnoise/shaders"
)

// bufferID names a buffer of a lowering: its index in lowering.buffers.
type bufferID int

// buffer is an array of 4-byte words that kernels read and write.
type buffer struct {
	label string
	words int
	half  bool // f16 values, two a word
	kind  bufferKind
	key   weightKey      // of a weight
	fill  func(bufferID) // of an unexpanded weight: appends the launches that expand it
	data  []byte         // of a constant, a state or an upload; nil is zeros
}

type bufferKind int

const (
	activation bufferKind = iota // lives from its first launch to its last
	input                        // written before each run, beside the other inputs
	constant                     // lives as long as the program
	state                        // lives as long as the program and keeps its values between runs
	weight                       // expanded weights, shared by the programs of a device
	upload                       // stored weights, gone once expanded
	unexpanded                   // stands for a weight, which each form expands; no memory
)

// launch is one dispatch of one kernel.
type launch struct {
	label      string // the graph node's
	stem       string
	overrides  shaders.Overrides
	half       bool // the kernel's f16 form
	params     []byte
	bind       []bufferID // bindings 1 and on; binding 0 is params
	workgroups [3]uint32
	cost       float64  // operations, roughly, to cut a long step into slices
	fills      bufferID // the weight that a launch of the load is for
}

// key names the kernel with its overrides and form.
func (s launch) key() string {
	if s.half {
		return shaders.KeyF16(s.stem, s.overrides)
	}
	return shaders.Key(s.stem, s.overrides)
}

// source is the text of the kernel.
func (s launch) source() (string, error) {
	if s.half {
		return shaders.SourceF16(s.stem, s.overrides)
	}
	return shaders.Source(s.stem, s.overrides)
}

// lowering turns a graph into launches.
type lowering struct {
	graph      *graph.Graph
	choose     *chooser
	norm       normSplit
	buffers    []buffer
	values     map[graph.ID]bufferID
	outputs    []bufferID        // of the graph's outputs, as float32
	carries    []carry           // of the graph's states
	parts      map[graph.ID]part // values that are parts of the result of joined layers
	exact      map[graph.ID]bool // values that are float32 in an f16 program too
	weights    map[weightKey]bufferID
	standIns   map[*weights.Tensor]standIn // what tensors without bytes stand for
	standing   map[standInKey]*weights.Tensor
	expansions map[expansion]bufferID
	twins      map[bufferID]bufferID // the same values in the other form
	written    map[bufferID]bool
	moments    map[graph.ID]moments               // that convolutions keep of their results
	waiting    map[graph.ID]*waitingNorm          // norms that are left to the convolutions that read them
	attentions map[attentionKey]*attentionWeights // whose gradients are computed
	load       []launch                           // once, when compiling: expands weights
	step       []launch                           // every step
	node       string                             // label of the node being lowered
	// transformed counts the bytes of weights that Winograd convolutions hold.
	transformed int64
	dummy       bufferID // bound where an optional input is absent
	sink        bufferID // bound where an optional result is not wanted; 0: none yet
}

// lower lists the launches of a graph.
func lower(g *graph.Graph, choose *chooser) (*lowering, error) {
	l := newLowering(g, choose)
	if choose.software {
		l.norm = softwareSplit
	}
	for _, p := range g.Inputs {
		id := l.value(p.Value)
		l.written[id], l.buffers[id].kind = true, input
	}
	l.declareStates()
	for _, n := range fuse(g) {
		l.node = n.Label
		if err := l.lowerNode(n); err != nil {
			return nil, fmt.Errorf("%s (%s): %w", n.Label, n.Op.Kind(), err)
		}
	}
	for _, p := range g.Outputs {
		l.node = p.Name
		l.outputs = append(l.outputs, l.form(l.value(p.Value), false))
	}
	l.carryStates()
	return l, nil
}

// inputs are the buffers of the graph's inputs.
func (l *lowering) inputs() []bufferID {
	var out []bufferID
	for _, p := range l.graph.Inputs {
		out = append(out, l.values[p.Value])
	}
	return out
}

func newLowering(g *graph.Graph, choose *chooser) *lowering {
	l := &lowering{
		graph:      g,
		choose:     choose,
		norm:       hardwareSplit,
		values:     map[graph.ID]bufferID{},
		parts:      map[graph.ID]part{},
		exact:      exactValues(g),
		weights:    map[weightKey]bufferID{},
		standIns:   map[*weights.Tensor]standIn{},
		standing:   map[standInKey]*weights.Tensor{},
		expansions: map[expansion]bufferID{},
		twins:      map[bufferID]bufferID{},
		written:    map[bufferID]bool{},
		moments:    map[graph.ID]moments{},
		waiting:    map[graph.ID]*waitingNorm{},
		attentions: map[attentionKey]*attentionWeights{},
	}
	l.dummy = l.addBuffer(buffer{label: "absent", words: 4, kind: constant})
	return l
}

func (l *lowering) lowerNode(n fused) error {
	switch op := n.Op.(type) {
	case graph.Conv2D:
		l.conv2D(n, l.kernelsOf(n, op.Normal()))
	case graph.ConvTranspose2D:
		l.convTranspose2D(n, op.Normal())
	case graph.Conv2DWeightGrad:
		l.conv2DWeightGrad(n, op.Normal())
	case graph.AvgPool2D:
		l.pool(n, op.Window, n.In[0], n.Out)
	case graph.MaxPool2D:
		l.pool(n, op.Window, n.In[0], n.Out)
	case graph.AvgPool2DGrad:
		l.pool(n, op.Window, n.Out, n.In[0])
	case graph.MaxPool2DGrad:
		l.pool(n, op.Window, n.In[0], n.In[1])
	case graph.Resize:
		l.resize(n, op.Axis)
	case graph.ResizeGrad:
		l.resize(n, op.AxisGrad)
	case graph.Linear:
		if len(n.beside) > 0 {
			l.joinedLinears(n, op)
			return nil
		}
		l.linear(n, op)
	case graph.GroupNorm:
		l.groupNorm(n, op)
	case graph.GroupNormGrad:
		l.groupNormGrad(n, op)
	case graph.LayerNorm:
		l.layerNorm(n, op)
	case graph.InstanceNormPlus:
		l.instanceNormPlus(n, op)
	case graph.Unary:
		l.unary(n, "unary", op)
	case graph.UnaryGrad:
		l.unary(n, "unary_grad", graph.Unary(op))
	case graph.Sub:
		l.sub(n)
	case graph.Div:
		l.div(n)
	case graph.MulChannel:
		l.mulChannel(n)
	case graph.MulPicture:
		l.mulPicture(n)
	case graph.Sum:
		l.sum(n, op)
	case graph.Broadcast:
		return l.broadcast(n)
	case graph.Reshape:
		l.reshape(n)
	case graph.Parameter:
		l.parameter(n, op)
	case graph.RBF:
		l.rbf(n, op)
	case graph.Fourier:
		l.fourier(n, op)
	case graph.Attention:
		l.attention(n, op)
	case graph.AttentionGrad:
		l.attentionGrad(n, op)
	case graph.Split:
		l.split(n, op)
	case graph.SplitGrad:
		l.splitGrad(n, op)
	case graph.ConcatPositions:
		l.concatPositions(n)
	case graph.SlicePositions:
		l.slicePositions(n, op)
	case graph.HeadContext:
		l.headContext(n)
	case graph.HeadApply:
		l.headApply(n, op)
	case graph.Softmax:
		l.softmax(n, "softmax", op.Groups)
	case graph.SoftmaxGrad:
		l.softmax(n, "softmax_grad", op.Groups)
	case graph.LogSoftmax:
		l.softmax(n, "log_softmax", 1)
	case graph.LogSoftmaxGrad:
		l.softmax(n, "log_softmax_grad", 1)
	case graph.SoftmaxPositions:
		l.softmaxPositions(n)
	case graph.SoftmaxPositionsGrad:
		l.softmaxPositionsGrad(n)
	case graph.LogProb:
		l.logProb(n)
	case graph.LogProbGrad:
		l.logProbGrad(n)
	case graph.CrossEntropy:
		l.crossEntropy(n)
	case graph.SiLU:
		l.silu(n)
	case graph.Add:
		l.add(n)
	case graph.AddChannel:
		l.addChannel(n)
	case graph.ScaleShift:
		l.scaleShift(n, op)
	case graph.MovingAverage:
		l.movingAverage(n, op)
	case graph.AdamStep:
		if n.update != nil {
			l.adamUpdate(n, op)
			return nil
		}
		l.adamStep(n, op)
	case graph.SGDStep:
		l.sgdStep(n)
	case graph.EmbeddingGrad:
		l.embeddingGrad(n, op)
	case graph.MatMul:
		l.matMul(n, op)
	case graph.Constant:
		l.constant(n, op)
	case graph.SiLUGrad:
		l.siluGrad(n)
	case graph.Mul:
		l.mul(n)
	case graph.Slice:
		l.slice(n, op)
	case graph.SumPool:
		l.sumPool(n)
	case graph.ChannelSum:
		l.channelSum(n)
	case graph.Affine:
		l.affine(n, op)
	case graph.Upsample:
		l.upsample(n)
	case graph.Concat:
		l.concat(n)
	case graph.Sinusoidal:
		l.sinusoidal(n, op)
	case graph.EmbeddingSum:
		l.embeddingSum(n, op)
	case graph.Embedding:
		l.embedding(n, op)
	default:
		return fmt.Errorf("the WebGPU executor has no kernel for this operation")
	}
	return nil
}

func (l *lowering) addBuffer(b buffer) bufferID {
	l.buffers = append(l.buffers, b)
	return bufferID(len(l.buffers) - 1)
}

// value is the buffer of a graph value, l.dummy for none.
func (l *lowering) value(id graph.ID) bufferID {
	if id == none {
		return l.dummy
	}
	b, ok := l.values[id]
	if !ok {
		v := l.graph.Values[id]
		b = l.store(v.Label, v.Shape.Elems(), l.choose.half && !l.exact[id])
		l.values[id] = b
	}
	return b
}

// store is a buffer of so many activations.
func (l *lowering) store(label string, elems int, half bool) bufferID {
	if half {
		return l.addBuffer(buffer{label: label, words: ceilDiv(elems, 2), half: true})
	}
	return l.addBuffer(buffer{label: label, words: elems})
}

// scratchAct is a buffer of activations, float32 or f16 as the program's values
// are, that only the launches of the current node use.
func (l *lowering) scratchAct(what string, elems int) bufferID {
	return l.store(l.node+" "+what, elems, l.choose.half)
}

// scratch is a buffer of float32, in an f16 program too, that only the launches of
// the current node use.
func (l *lowering) scratch(what string, words int) bufferID {
	return l.addBuffer(buffer{label: l.node + " " + what, words: words})
}

func (l *lowering) shape(id graph.ID) tensor.Shape {
	if id == none {
		return nil
	}
	return l.graph.Shape(id)
}

// channels is the innermost extent, 0 for none.
func (l *lowering) channels(id graph.ID) int {
	s := l.shape(id)
	if len(s) == 0 {
		return 0
	}
	return s[len(s)-1]
}

// workgroup is the number of invocations in a workgroup of the kernels that number
// them through.
const workgroup = 64

// emit appends a launch of one invocation per unit of work. It binds weights, and
// values in an f16 program, in the form that the kernel declares.
func (l *lowering) emit(stem string, overrides shaders.Overrides, params any, invocations int, cost float64, bind ...bufferID) {
	l.emitGroups(stem, overrides, params, spread(ceilDiv(invocations, workgroup)), cost, bind...)
}

// emitGroups appends a launch of a number of workgroups in each dimension.
func (l *lowering) emitGroups(stem string, overrides shaders.Overrides, params any, groups [3]uint32, cost float64, bind ...bufferID) {
	half, bound, after := l.adapt(stem, bind)
	l.step = append(l.step, launch{
		label:      l.node,
		stem:       stem,
		overrides:  overrides,
		half:       half,
		params:     shaders.Encode(params),
		bind:       bound,
		workgroups: groups,
		cost:       cost,
	})
	for _, c := range after {
		l.convert(c)
	}
}

// maxWorkgroups is WebGPU's default limit on workgroups in one dimension.
const maxWorkgroups = 65535

// spread arranges at least n workgroups in two dimensions within the limit;
// kernels number them row by row and return where there is nothing to do.
func spread(n int) [3]uint32 {
	rows := (n + maxWorkgroups - 1) / maxWorkgroups
	if rows <= 1 {
		return [3]uint32{uint32(n), 1, 1}
	}
	return [3]uint32{uint32((n + rows - 1) / rows), uint32(rows), 1}
}

func flag(b bool) uint32 {
	if b {
		return 1
	}
	return 0
}
