package graph

import (
	"math"

	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// AttentionPool is the pooling at the end of CLIP's and of guided-diffusion's
// classifier (AttentionPool2d; Radford et al. 2021, arXiv:2103.00020, §2.4).
type AttentionPool struct {
	Heads     int
	Embedding *weights.Tensor // [1+H·W, C], of the mean and of each pixel; guided-diffusion has [C, 1+H·W]
	QKV       Linear          // C to 3C: queries, keys, values one after another ("new" order)
	Out       Linear          // C to O
}

// AttentionPool appends the pooling of x [N, H, W, C] to [N, O]: the mean of the
// pixels is put before them as a token, all get the embedding, and what the mean
// attends to goes through Out. Only its query is computed further: the other tokens'
// results are not read.
func (b *Builder) AttentionPool(label string, op AttentionPool, x ID) ID {
	if b.err != nil {
		return 0
	}
	s := b.Shape(x)
	if err := rank(s, 4); err != nil {
		b.fail(err)
		return 0
	}
	n, c := s[0], s[3]
	mean := b.Apply(label, Reshape{tensor.Shape{n, 1, c}}, b.Mean(label, x, 1, 3))
	tokens := b.Apply(label, ConcatPositions{}, mean, x)
	length := 1 + s[1]*s[2]
	embedding := b.Apply(label+".positional_embedding", Parameter{op.Embedding, tensor.Shape{1, length, c}})
	tokens = b.Apply(label, Add{}, tokens, b.Apply(label, Broadcast{tensor.Shape{n, length, c}}, embedding))

	qkv := b.Apply(label+".qkv_proj", op.QKV, tokens)
	part := func(i int) ID { return b.Apply(label, Split{Heads: 1, Parts: 3, Part: i}, qkv) }
	query := b.Apply(label, SlicePositions{From: 0, To: 1}, part(0))
	y := b.Apply(label, scaledAttention(op.Heads, c), query, part(1), part(2))
	y = b.Apply(label+".c_proj", op.Out, y)
	if b.err != nil {
		return 0
	}
	return b.Apply(label, Reshape{tensor.Shape{n, b.channels(y)}}, y)
}

// scaledAttention is attention with the usual scale, the root of a head's width.
func scaledAttention(heads, channels int) Attention {
	return Attention{Heads: heads, Scale: 1 / math.Sqrt(float64(channels/max(1, heads)))}
}
