//go:build js && wasm

package gpu

import (
	"fmt"

	"unnoise/model/graph"
	"unnoise/model/weights"
	"unnoise/shaders"
)

// maxScoreWords bounds the scores in memory at once (32 MiB); longer attention goes
// over its heads, and then over its queries, in several passes.
var maxScoreWords = 8 << 20

// operand is where an attention finds its queries, keys or values.
type operand struct {
	buffer               bufferID
	stride, offset, head uint32 // values between positions, before the first head's, between heads
}

// inFours reports whether every head begins at a multiple of four values.
func (o operand) inFours() bool { return o.stride%4 == 0 && o.offset%4 == 0 && o.head%4 == 0 }

// attentionShape is the extents of an attention.
type attentionShape struct{ batch, heads, dim, queries, keys int }

func (l *lowering) attentionShape(q, k graph.ID, out graph.ID, heads int) attentionShape {
	channels := l.channels(out)
	batch := l.shape(out)[0]
	positions := func(id graph.ID) int { return l.shape(id).Elems() / batch / l.channels(id) }
	return attentionShape{batch, heads, channels / heads, positions(q), positions(k)}
}

func (l *lowering) attention(n fused, op graph.Attention) {
	s := l.attentionShape(n.In[0], n.In[1], n.Out, op.Heads)
	q, k, v := l.operands(n, op)
	fitting := l.attentionConfigs(s, q.inFours() && k.inFours() && v.inFours())
	shape := fmt.Sprintf("attention %d×%d×%d %d×%d", s.batch, s.heads, s.dim, s.queries, s.keys)
	config := l.choose.pick(n, shape, fitting)
	if config == Fused {
		l.attentionFused(s, op.Scale, q, k, v, l.value(n.Out))
		return
	}
	first := s.passes()[0] // the largest
	_, measured := n.Op.(graph.Attention)
	softmax := l.softmaxConfig(n, "attention_softmax", int(first.HeadCount*first.QueryCount), s.keys, measured)
	scores := l.scratch("scores", int(first.HeadCount*first.QueryCount*first.Row))
	norms := l.scratch("norms", int(first.HeadCount*first.QueryCount))
	for _, pass := range s.passes() {
		l.attentionScores(pass, config, op.Scale, q, k, scores)
		l.attentionSoftmax(pass, softmax, scores, norms)
		l.attentionValues(pass, config, true, scores, norms, v, l.value(n.Out))
	}
}

// maxFusedDim is the widest head whose query and sum, 2·dim registers, one invocation
// holds: 128 leave room on a desktop GPU's 255.
const maxFusedDim = 64

// minFusedQueries is how many queries, of all heads and pictures, keep a GPU busy where
// one invocation has one.
const minFusedQueries = 2048

// attentionConfigs lists the configurations that fit, best first. An adapter that
// computes on the CPU is held up by loads: for four keys, four channels and sixteen
// queries Broadcast has 6, Tile 20 and Fused 64.
func (l *lowering) attentionConfigs(s attentionShape, inFours bool) []Config {
	if !inFours || s.dim%4 != 0 {
		return []Config{Plain}
	}
	out := []Config{Tile}
	if l.choose.broadcasts() && s.queries <= broadcastRows*maxWorkgroups && s.passes()[0].HeadCount <= maxWorkgroups {
		out = append(out, Broadcast)
		if l.choose.software {
			out = []Config{Broadcast, Tile}
		}
	}
	switch {
	case s.dim > maxFusedDim:
	case l.choose.software || s.batch*s.heads*s.queries < minFusedQueries:
		out = append(out, Fused)
	default:
		out = append([]Config{Fused}, out...)
	}
	return append(out, Plain)
}

func (l *lowering) attentionFused(s attentionShape, scale float64, q, k, v operand, out bufferID) {
	overrides := shaders.Overrides{"DIM4": uint32(s.dim / 4)}
	p := shaders.AttentionFused{
		Batch: uint32(s.batch), Heads: uint32(s.heads), Queries: uint32(s.queries), Keys: uint32(s.keys),
		QStride: q.stride, QOffset: q.offset, QHead: q.head,
		KStride: k.stride, KOffset: k.offset, KHead: k.head,
		VStride: v.stride, VOffset: v.offset, VHead: v.head,
		Scale: float32(scale),
	}
	groups := spread(s.batch * s.heads * ceilDiv(s.queries, workgroup))
	l.emitGroups("attention_fused", overrides, p, groups, 4*s.products(s.batch*s.heads, s.queries),
		q.buffer, k.buffer, v.buffer, out)
}

// products counts the multiplications of q·kᵀ for that many heads and queries.
func (s attentionShape) products(heads, queries int) float64 {
	return float64(heads) * float64(queries) * float64(s.keys) * float64(s.dim)
}

// passes cuts an attention so that the scores of each pass keep within maxScoreWords:
// several heads, or some queries of one.
func (s attentionShape) passes() []shaders.AttentionPass {
	row := ceilDiv(s.keys, 4) * 4
	heads := min(s.batch*s.heads, maxScoreWords/row/s.queries)
	queries := s.queries
	if heads < 1 {
		heads, queries = 1, max(1, maxScoreWords/row)
	}
	var out []shaders.AttentionPass
	for head := 0; head < s.batch*s.heads; head += heads {
		for query := 0; query < s.queries; query += queries {
			out = append(out, shaders.AttentionPass{
				FirstHead: uint32(head), HeadCount: uint32(min(heads, s.batch*s.heads-head)),
				FirstQuery: uint32(query), QueryCount: uint32(min(queries, s.queries-query)),
				Heads: uint32(s.heads), HeadDim: uint32(s.dim),
				Queries: uint32(s.queries), Keys: uint32(s.keys), Row: uint32(row),
			})
		}
	}
	return out
}

// attentionScores computes scale·q·kᵀ.
func (l *lowering) attentionScores(pass shaders.AttentionPass, config Config, scale float64, q, k operand, scores bufferID) {
	p := shaders.AttentionScores{
		AttentionPass: pass,
		QStride:       q.stride, QOffset: q.offset, QHead: q.head,
		KStride: k.stride, KOffset: k.offset, KHead: k.head,
		Scale: float32(scale),
	}
	heads, queries, keys := int(pass.HeadCount), int(pass.QueryCount), int(pass.Keys)
	cost := 2 * float64(heads*queries) * float64(keys) * float64(pass.HeadDim)
	switch config {
	case Broadcast:
		overrides, groups := l.attentionBroadcast(pass, keys)
		l.emitGroups("attention_scores_broadcast", overrides, p, groups, cost, q.buffer, k.buffer, scores)
		return
	case Tile:
		l.emit("attention_scores_tile", nil, p, heads*ceilDiv(queries, 4)*ceilDiv(keys, 4), cost, q.buffer, k.buffer, scores)
		return
	}
	l.emit("attention_scores", nil, p, heads*queries*keys, cost, q.buffer, k.buffer, scores)
}

// attentionSoftmax makes scores exponentials, with the inverse of their sums in norms.
func (l *lowering) attentionSoftmax(pass shaders.AttentionPass, config Config, scores, norms bufferID) {
	rows := pass.HeadCount * pass.QueryCount
	p := shaders.AttentionSoftmax{Rows: rows, Keys: pass.Keys, Row: pass.Row}
	if config == Subgroups {
		cost := 8 * float64(rows) * float64(pass.Keys)
		l.emitGroups("attention_softmax_subgroups", nil, p, spread(int(rows)), cost, scores, norms)
		return
	}
	l.emit("attention_softmax", nil, p, int(rows), 8*float64(rows)*float64(pass.Keys), scores, norms)
}

// attentionValues computes scores·v, times norms where normalise is set.
func (l *lowering) attentionValues(pass shaders.AttentionPass, config Config, normalise bool, scores, norms bufferID, v operand, out bufferID) {
	p := shaders.AttentionValues{
		AttentionPass: pass,
		VStride:       v.stride, VOffset: v.offset, VHead: v.head,
		Normalise: flag(normalise),
	}
	heads, queries, dim := int(pass.HeadCount), int(pass.QueryCount), int(pass.HeadDim)
	cost := 2 * float64(heads*queries) * float64(pass.Keys) * float64(dim)
	switch config {
	case Broadcast:
		overrides, groups := l.attentionBroadcast(pass, dim)
		l.emitGroups("attention_values_broadcast", overrides, p, groups, cost, scores, norms, v.buffer, out)
		return
	case Tile:
		l.emit("attention_values_tile", nil, p, heads*ceilDiv(queries, 4)*dim/4, cost, scores, norms, v.buffer, out)
		return
	}
	l.emit("attention_values", nil, p, heads*queries*dim, cost, scores, norms, v.buffer, out)
}

// attentionBroadcast is the tunables and the workgroups of a product of a pass whose
// result has so many columns, in the configuration Broadcast.
func (l *lowering) attentionBroadcast(pass shaders.AttentionPass, columns int) (shaders.Overrides, [3]uint32) {
	lanes := l.choose.broadcastWorkgroup(columns)
	rows := ceilDiv(int(pass.QueryCount), broadcastRows)
	return shaders.Overrides{"WORKGROUP": uint32(lanes)}, [3]uint32{uint32(rows), uint32(ceilDiv(columns, 4*lanes)), pass.HeadCount}
}

// operands gives the three inputs. Where they are projections of one value, that
// projection is computed first, into one buffer with q, k and v side by side; where
// one is a part of a fused projection, it is read where it is.
func (l *lowering) operands(n fused, op graph.Attention) (q, k, v operand) {
	channels := uint32(l.channels(n.Out))
	dim := channels / uint32(op.Heads)
	if n.qkv {
		return l.projections(n, channels, dim)
	}
	part := func(i int) operand {
		view := n.split[i]
		if view.Parts == 0 {
			return operand{l.value(n.In[i]), channels, 0, dim}
		}
		// The channels count [view.Heads][view.Parts][width], and the heads of the
		// attention are those of the view, or all in its only one.
		width := channels / uint32(view.Heads)
		o := operand{l.value(n.In[i]), channels * uint32(view.Parts), width * uint32(view.Part), dim}
		if view.Heads > 1 {
			o.head = width * uint32(view.Parts)
		}
		return o
	}
	return part(0), part(1), part(2)
}

// projections computes q, k and v of one value side by side.
func (l *lowering) projections(n fused, channels, dim uint32) (q, k, v operand) {
	var weight, bias []*weights.Tensor
	for _, p := range n.projection {
		weight, bias = append(weight, p.Weight), append(bias, p.Bias)
	}
	rows := l.shape(n.a).Elems() / l.channels(n.a)
	joined := l.scratchAct("qkv", rows*3*int(channels))
	matrix, stride := l.matrix(weight...)
	l.project(n, projection{
		x: n.a, residual: none, out: joined, outChannels: 3 * int(channels),
		matrix: matrix, stride: stride, bias: l.vector(bias...),
	})
	part := func(i uint32) operand { return operand{joined, 3 * channels, i * channels, dim} }
	return part(0), part(1), part(2)
}
