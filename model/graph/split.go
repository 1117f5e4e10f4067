package graph

import (
	"fmt"
	"slices"

	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// Split picks one of Parts equal parts of the channels: queries, keys or values
// out of one fused projection. The channels count [Heads][Parts][c], and part Part
// of each head gives [Heads][c].
// Input [..., Heads·Parts·c], result [..., Heads·c].
//
// With Heads 1 the parts lie one after another. So OpenAI's two orders are
//
//   - "legacy" (guided-diffusion QKVAttentionLegacy, GLIDE): heads first,
//     Split{Heads: heads, Parts: 3};
//   - "new" (QKVAttention): parts first, Split{Heads: 1, Parts: 3};
//
// and GLIDE's keys and values of the text are Split{Heads: heads, Parts: 2}. That
// code multiplies q and k by ch^−¼ each; in exact arithmetic that is Attention's
// Scale of ch^−½ on their product.
type Split struct{ Heads, Parts, Part int }

func (Split) Kind() string              { return "split" }
func (Split) Params() []*weights.Tensor { return nil }
func (op Split) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 1); err != nil {
		return nil, err
	}
	if err := op.check(); err != nil {
		return nil, err
	}
	if err := divides(op.Heads*op.Parts, in[0]); err != nil {
		return nil, err
	}
	return lastExtent(in[0], func(c int) int { return c / op.Parts }), nil
}

// VJP implements Differentiable.
func (op Split) VJP(b *Builder, n Node, grad ID, _ []bool) []ID {
	return []ID{b.Apply(n.Label+".grad", SplitGrad(op), grad)}
}

// SplitGrad puts its input where Split would have taken it from, among zeros: the
// gradient of Split. Input [..., Heads·c], result [..., Heads·Parts·c].
type SplitGrad struct{ Heads, Parts, Part int }

func (SplitGrad) Kind() string              { return "split_grad" }
func (SplitGrad) Params() []*weights.Tensor { return nil }
func (op SplitGrad) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 1); err != nil {
		return nil, err
	}
	if err := Split(op).check(); err != nil {
		return nil, err
	}
	if err := divides(op.Heads, in[0]); err != nil {
		return nil, err
	}
	return lastExtent(in[0], func(c int) int { return c * op.Parts }), nil
}

func (op Split) check() error {
	if op.Heads < 1 || op.Parts < 1 || op.Part < 0 || op.Part >= op.Parts {
		return fmt.Errorf("part %d of %d in %d heads does not exist", op.Part, op.Parts, op.Heads)
	}
	return nil
}

// lastExtent is the shape with its innermost extent changed.
func lastExtent(x tensor.Shape, f func(int) int) tensor.Shape {
	out := slices.Clone(x)
	out[len(out)-1] = f(out[len(out)-1])
	return out
}
