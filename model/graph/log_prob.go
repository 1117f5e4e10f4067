package graph

import (
	"fmt"

	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// LogProb is log p(label|x) of each row, LogSoftmax(logits)[label]: what classifier
// guidance climbs (Dhariwal & Nichol 2021, arXiv:2105.05233, §4). Its negative is
// the cross-entropy of the row, torch's cross_entropy with reduction="none".
// Inputs logits [N, K] and labels [N], whole numbers in 0 … K−1; result [N].
// Executors clamp a label outside, as with Embedding.
type LogProb struct{}

func (LogProb) Kind() string              { return "log_prob" }
func (LogProb) Params() []*weights.Tensor { return nil }
func (LogProb) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 2); err != nil {
		return nil, err
	}
	return in[1], classified(in[0], in[1])
}

// VJP implements Differentiable. Labels have no gradient.
func (LogProb) VJP(b *Builder, n Node, grad ID, want []bool) []ID {
	if want[1] {
		b.Fail(fmt.Errorf("%s (%s): class labels have no gradient", n.Label, n.Op.Kind()))
		return make([]ID, 2)
	}
	return []ID{b.Apply(n.Label+".grad", LogProbGrad{}, n.In[0], n.In[1], grad), 0}
}

// CrossEntropy is the mean of −LogProb over the rows, torch's cross_entropy.
// Inputs logits [N, K] and labels [N] as LogProb has them; result [1].
type CrossEntropy struct{}

func (CrossEntropy) Kind() string              { return "cross_entropy" }
func (CrossEntropy) Params() []*weights.Tensor { return nil }
func (CrossEntropy) Infer(in []tensor.Shape) (tensor.Shape, error) {
	_, err := LogProb{}.Infer(in)
	return tensor.Shape{1}, err
}

// VJP implements Differentiable. Labels have no gradient.
func (CrossEntropy) VJP(b *Builder, n Node, grad ID, want []bool) []ID {
	rows := b.Shape(n.In[1])
	if rows == nil { // after an error
		return make([]ID, 2)
	}
	each := b.Apply(n.Label+".grad", Affine{Factor: -1 / float64(rows[0])}, grad)
	return LogProb{}.VJP(b, n, each, want)
}

// LogProbGrad is g[n]·(1[k = label] − softmax(logits[n])[k]), the gradient of LogProb
// with respect to the logits. Inputs logits [N, K], labels [N], and g [N], or [1] for
// all rows; result [N, K].
type LogProbGrad struct{}

func (LogProbGrad) Kind() string              { return "log_prob_grad" }
func (LogProbGrad) Params() []*weights.Tensor { return nil }
func (LogProbGrad) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 3); err != nil {
		return nil, err
	}
	if !in[2].Equal(in[1]) && !in[2].Equal(tensor.Shape{1}) {
		return nil, fmt.Errorf("gradient %v is neither of the labels' shape %v nor [1]", in[2], in[1])
	}
	return in[0], classified(in[0], in[1])
}

// classified checks logits [N, K] and labels [N].
func classified(logits, labels tensor.Shape) error {
	if err := rank(logits, 2); err != nil {
		return err
	}
	if !labels.Equal(logits[:1]) {
		return fmt.Errorf("labels have shape %v, the logits %v", labels, logits)
	}
	return nil
}
