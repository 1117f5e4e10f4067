package graph

import (
	"fmt"
	"slices"

	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// ChannelSum adds up the values of each channel, over everything else: [..., C]
// gives [C]. With PerPicture it keeps the first extent: [N, ..., C] gives [N, C].
type ChannelSum struct{ PerPicture bool }

func (ChannelSum) Kind() string              { return "channel_sum" }
func (ChannelSum) Params() []*weights.Tensor { return nil }
func (op ChannelSum) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 1); err != nil {
		return nil, err
	}
	if len(in[0]) < 2 {
		return nil, fmt.Errorf("input has shape %v, expected at least 2 extents", in[0])
	}
	n, c := in[0][0], in[0][len(in[0])-1]
	if op.PerPicture {
		return tensor.Shape{n, c}, nil
	}
	return tensor.Shape{c}, nil
}

// VJP implements Differentiable: each sum's gradient goes to all it added up.
func (op ChannelSum) VJP(b *Builder, n Node, grad ID, _ []bool) []ID {
	label, x := n.Label+".grad", b.Shape(n.In[0])
	if x == nil {
		return []ID{0}
	}
	ones := slices.Repeat(tensor.Shape{1}, len(x))
	ones[len(x)-1] = x[len(x)-1]
	if op.PerPicture {
		ones[0] = x[0]
	}
	return []ID{b.Apply(label, Broadcast{x}, b.Apply(label, Reshape{ones}, grad))}
}
