package graph

import (
	"fmt"

	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// Func is a function of one number.
type Func int

// The activations as torch.nn.functional defines them, and the functions that
// losses and noise levels are made of.
const (
	ReLU      Func = iota // max(x, 0)
	LeakyReLU             // x for x > 0, Alpha·x below
	ELU                   // x for x > 0, Alpha·(eˣ − 1) below (Clevert et al. 2016, arXiv:1511.07289)
	GELU                  // x·Φ(x), Φ(x) = ½(1 + erf(x/√2)) (Hendrycks & Gimpel 2016, arXiv:1606.08415)
	GELUTanh              // ½x(1 + tanh(√(2/π)(x + 0.044715x³))), torch's approximate="tanh"
	QuickGELU             // x·σ(1.702x), as in CLIP
	Sigmoid               // σ(x) = 1/(1 + e⁻ˣ)
	Softplus              // log(1 + eˣ); torch gives x above 20, 2e-9 less
	Tanh
	Exp
	Log
	Sqrt
	Square
	Reciprocal // 1/x
	Abs
	Clamp // min(max(x, Low), High)
)

var funcNames = [...]string{
	"relu", "leaky_relu", "elu", "gelu", "gelu_tanh", "quick_gelu", "sigmoid", "softplus", "tanh",
	"exp", "log", "sqrt", "square", "reciprocal", "abs", "clamp",
}

func (f Func) String() string {
	if f < 0 || int(f) >= len(funcNames) {
		return fmt.Sprintf("function %d", int(f))
	}
	return funcNames[f]
}

// Unary applies one function to every value. Any shape.
type Unary struct {
	Func      Func
	Alpha     float64 // LeakyReLU's slope, ELU's α
	Low, High float64 // of Clamp
}

func (Unary) Kind() string              { return "unary" }
func (Unary) Params() []*weights.Tensor { return nil }
func (op Unary) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 1); err != nil {
		return nil, err
	}
	return in[0], op.check()
}

func (op Unary) check() error {
	if op.Func < ReLU || op.Func > Clamp {
		return fmt.Errorf("there is no %v", op.Func)
	}
	if op.Func == Clamp && !(op.Low <= op.High) {
		return fmt.Errorf("nothing lies between %g and %g", op.Low, op.High)
	}
	return nil
}

// VJP implements Differentiable.
func (op Unary) VJP(b *Builder, n Node, grad ID, _ []bool) []ID {
	return []ID{b.Apply(n.Label+".grad", UnaryGrad(op), n.In[0], grad)}
}

// UnaryGrad is g·f′(x), the gradient with respect to x of f(x). Where f has a kink
// the derivative is torch 2.15's: that of the side below for ReLU, LeakyReLU and ELU,
// 0 for Abs and at both ends of Clamp. Inputs x and g of one shape.
type UnaryGrad struct {
	Func      Func
	Alpha     float64
	Low, High float64
}

// VJP implements Differentiable, as a penalty on a gradient needs it. With respect to x
// it knows functions whose second derivative is 0 between kinks, Square and Exp.
func (op UnaryGrad) VJP(b *Builder, n Node, grad ID, want []bool) []ID {
	out, label := make([]ID, 2), n.Label+".grad"
	if want[1] {
		out[1] = b.Apply(label, op, n.In[0], grad)
	}
	if !want[0] {
		return out
	}
	switch op.Func {
	case ReLU, LeakyReLU, Abs, Clamp:
		out[0] = b.Fill(label, 0, b.Shape(n.In[0])...)
	case Square:
		out[0] = b.Apply(label, Affine{Factor: 2}, b.Apply(label, Mul{}, grad, n.In[1]))
	case Exp:
		out[0] = b.Apply(label, Mul{}, grad, n.Out)
	default:
		b.Fail(fmt.Errorf("%s (unary_grad): %v has no second derivative here", n.Label, op.Func))
	}
	return out
}

func (UnaryGrad) Kind() string              { return "unary_grad" }
func (UnaryGrad) Params() []*weights.Tensor { return nil }
func (op UnaryGrad) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := Unary(op).check(); err != nil {
		return nil, err
	}
	return inferPair(in)
}
