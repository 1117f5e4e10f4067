package graph

import (
	"fmt"

	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// GroupNorm normalises groups of neighbouring channels of each picture to mean 0
// and variance 1, then scales and shifts each channel (Wu & He 2018,
// arXiv:1803.08494). Input and result [N, H, W, C]. Without a Weight the inputs
// after the first, where there are some, are the weight and the bias, [C] each.
type GroupNorm struct {
	Weight, Bias *weights.Tensor // [C] each, or nil
	Groups       int             // divides C
	Eps          float64         // added to the variance
}

func (GroupNorm) Kind() string { return "group_norm" }

func (op GroupNorm) Params() []*weights.Tensor { return present(op.Weight, op.Bias) }

func (op GroupNorm) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := normalised(in, op.Weight, op.Bias); err != nil {
		return nil, err
	}
	if err := rank(in[0], 4); err != nil {
		return nil, err
	}
	return in[0], grouped(op.Groups, in[0])
}

// VJP implements Differentiable.
func (op GroupNorm) VJP(b *Builder, n Node, grad ID, want []bool) []ID {
	out := make([]ID, len(n.In))
	if want[0] {
		inputs := []ID{n.In[0], grad}
		if len(n.In) > 1 {
			inputs = append(inputs, n.In[1])
		}
		of := GroupNormGrad{Weight: op.Weight, Groups: op.Groups, Eps: op.Eps}
		out[0] = b.Apply(n.Label+".grad", of, inputs...)
	}
	vectorGradients(b, n, GroupNorm{Groups: op.Groups, Eps: op.Eps}, grad, want, out)
	return out
}

// GroupNormGrad is the gradient of GroupNorm with respect to x, where g is that with
// respect to its result. With x̂ the normalised x, d the deviation √(variance + Eps)
// and h = g·weight, it is (h − mean(h) − x̂·mean(h·x̂))/d, the means over a group.
// Inputs x and g, [N, H, W, C], and the weight where it is a value; result [N, H, W, C].
type GroupNormGrad struct {
	Weight *weights.Tensor // [C], or nil
	Groups int
	Eps    float64
}

func (GroupNormGrad) Kind() string { return "group_norm_grad" }

func (op GroupNormGrad) Params() []*weights.Tensor { return present(op.Weight) }

func (op GroupNormGrad) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if len(in) != 2 && (len(in) != 3 || op.Weight != nil) {
		return nil, fmt.Errorf("has %d inputs, expected x, the gradient and perhaps a weight", len(in))
	}
	if !in[1].Equal(in[0]) {
		return nil, fmt.Errorf("gradient %v and input %v differ", in[1], in[0])
	}
	if err := rank(in[0], 4); err != nil {
		return nil, err
	}
	if err := vector("weight", op.Weight, in[0][3]); err != nil {
		return nil, err
	}
	if len(in) == 3 && !in[2].Equal(tensor.Shape{in[0][3]}) {
		return nil, fmt.Errorf("weight has shape %v, expected [%d]", in[2], in[0][3])
	}
	return in[0], grouped(op.Groups, in[0])
}

// grouped checks that groups divide the channels.
func grouped(groups int, x tensor.Shape) error {
	if channels := x[len(x)-1]; groups < 1 || channels%groups != 0 {
		return fmt.Errorf("%d groups do not divide %d channels", groups, channels)
	}
	return nil
}

// normalised checks what a norm of the channels reads: x, and a weight and a bias
// that are parameters or further inputs.
func normalised(in []tensor.Shape, weight, bias *weights.Tensor) error {
	if len(in) < 1 || len(in) > 3 {
		return fmt.Errorf("has %d inputs, expected x and perhaps a weight and a bias", len(in))
	}
	if len(in[0]) < 2 {
		return fmt.Errorf("input has shape %v, expected at least 2 extents", in[0])
	}
	if len(in) > 1 && (weight != nil || bias != nil) {
		return fmt.Errorf("weight or bias is given twice, as a parameter and as an input")
	}
	channels := in[0][len(in[0])-1]
	for i, v := range in[1:] {
		if !v.Equal(tensor.Shape{channels}) {
			return fmt.Errorf("%s has shape %v, expected [%d]", [2]string{"weight", "bias"}[i], v, channels)
		}
	}
	if err := vector("weight", weight, channels); err != nil {
		return err
	}
	return vector("bias", bias, channels)
}

// vectorGradients fills in the gradients of a norm's weight and bias where they are
// values; plain is the norm without them.
func vectorGradients(b *Builder, n Node, plain Op, grad ID, want []bool, out []ID) {
	label := n.Label + ".grad"
	if len(want) > 1 && want[1] {
		products := b.Apply(label, Mul{}, grad, b.Apply(label, plain, n.In[0]))
		out[1] = b.Apply(label, ChannelSum{}, products)
	}
	if len(want) > 2 && want[2] {
		out[2] = b.Apply(label, ChannelSum{}, grad)
	}
}
