//go:build js && wasm

package gpu

import (
	"unnoise/model/graph"
	"unnoise/shaders"
)

// attentionKey names the attention whose gradients are computed.
type attentionKey struct {
	q, k, v, g graph.ID
	heads      int
	scale      float64
}

// attentionWeights are the probabilities of an attention, as exponentials and the
// inverse of their sums, and the gradient with respect to the scores.
type attentionWeights struct {
	scores, norms, ds bufferID
	haveDS            bool
}

// attentionGrad computes the probabilities again. Where they keep within one pass, the
// gradients with respect to the other inputs, which follow, read them too.
func (l *lowering) attentionGrad(n fused, op graph.AttentionGrad) {
	s := l.attentionShape(n.In[0], n.In[1], n.In[0], op.Heads)
	channels := uint32(s.heads * s.dim)
	plain := func(id graph.ID) operand { return operand{l.value(id), channels, 0, uint32(s.dim)} }
	q, k, v, g := plain(n.In[0]), plain(n.In[1]), plain(n.In[2]), plain(n.In[3])
	config := Plain
	if s.dim%4 == 0 && !l.choose.refuses("attention_scores_tile") && !l.choose.refuses("attention_values_tile") {
		config = Tile
	}

	passes := s.passes()
	key := attentionKey{n.In[0], n.In[1], n.In[2], n.In[3], op.Heads, op.Scale}
	w, known := l.attentions[key]
	if !known || len(passes) > 1 {
		words := int(passes[0].HeadCount * passes[0].QueryCount * passes[0].Row)
		w = &attentionWeights{
			scores: l.scratch("scores", words),
			norms:  l.scratch("norms", int(passes[0].HeadCount*passes[0].QueryCount)),
			ds:     l.scratch("gradient of scores", words),
		}
		l.attentions[key] = w
	}
	softmax := l.softmaxConfig(n, "attention_softmax", int(passes[0].HeadCount*passes[0].QueryCount), s.keys, false)
	for _, pass := range passes {
		if !known || len(passes) > 1 {
			l.attentionScores(pass, config, op.Scale, q, k, w.scores)
			l.attentionSoftmax(pass, softmax, w.scores, w.norms)
			w.haveDS = false
		}
		if op.Of == graph.Values {
			l.attentionKeysGrad(pass, true, w.scores, w.norms, g.buffer, l.value(n.Out))
			continue
		}
		if !w.haveDS {
			l.attentionScores(pass, config, 1, g, v, w.ds)
			l.attentionScoresGrad(pass, op.Scale, w)
			w.haveDS = true
		}
		if op.Of == graph.Queries {
			l.attentionValues(pass, config, false, w.ds, w.norms, k, l.value(n.Out))
		} else {
			l.attentionKeysGrad(pass, false, w.ds, w.norms, q.buffer, l.value(n.Out))
		}
	}
}

// attentionScoresGrad turns ds from g·vᵀ into the gradient with respect to q·kᵀ.
func (l *lowering) attentionScoresGrad(pass shaders.AttentionPass, scale float64, w *attentionWeights) {
	rows := pass.HeadCount * pass.QueryCount
	p := shaders.AttentionScoresGrad{Rows: rows, Keys: pass.Keys, Row: pass.Row, Scale: float32(scale)}
	l.emit("attention_scores_grad", nil, p, int(rows), 8*float64(rows)*float64(pass.Keys), w.scores, w.norms, w.ds)
}

// attentionKeysGrad sums x over the queries, each times its scores: into out, or in
// a pass that continues a head, to it.
func (l *lowering) attentionKeysGrad(pass shaders.AttentionPass, normalise bool, scores, norms, x, out bufferID) {
	p := shaders.AttentionKeysGrad{AttentionPass: pass, Normalise: flag(normalise)}
	invocations := int(pass.HeadCount * pass.Keys * pass.HeadDim)
	l.emit("attention_keys_grad", nil, p, invocations, 2*float64(invocations)*float64(pass.QueryCount), scores, norms, x, out)
}
