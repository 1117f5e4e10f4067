package optest

import (
	"fmt"
	"math"

	"unnoise/model/graph"
)

// unary: y = f(x), the formulas as PyTorch documents them.
func unary(op graph.Unary, x float64) float64 {
	switch op.Func {
	case graph.ReLU:
		return math.Max(0, x)
	case graph.LeakyReLU:
		return math.Max(0, x) + op.Alpha*math.Min(0, x)
	case graph.ELU:
		return math.Max(0, x) + op.Alpha*math.Expm1(math.Min(0, x))
	case graph.GELU:
		return 0.5 * x * (1 + math.Erf(x/math.Sqrt2))
	case graph.GELUTanh:
		return 0.5 * x * (1 + math.Tanh(math.Sqrt(2/math.Pi)*(x+0.044715*math.Pow(x, 3))))
	case graph.QuickGELU:
		return x / (1 + math.Exp(-1.702*x))
	case graph.Sigmoid:
		return 1 / (1 + math.Exp(-x))
	case graph.Softplus:
		if x > 30 {
			return x // log(1 + e^x) − x is e^−x, 1e-13
		}
		return math.Log1p(math.Exp(x))
	case graph.Tanh:
		return math.Tanh(x)
	case graph.Exp:
		return math.Exp(x)
	case graph.Log:
		return math.Log(x)
	case graph.Sqrt:
		return math.Sqrt(x)
	case graph.Square:
		return x * x
	case graph.Reciprocal:
		return 1 / x
	case graph.Abs:
		return math.Abs(x)
	case graph.Clamp:
		return math.Min(math.Max(x, op.Low), op.High)
	}
	panic(fmt.Sprintf("optest: no formula for %v", op.Func))
}

// unaryGrad: f′(x).
func unaryGrad(op graph.UnaryGrad, x float64) float64 {
	sigmoid := func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
	switch op.Func {
	case graph.ReLU:
		return heaviside(x)
	case graph.LeakyReLU:
		return heaviside(x) + op.Alpha*(1-heaviside(x))
	case graph.ELU:
		return heaviside(x) + op.Alpha*math.Exp(math.Min(0, x))*(1-heaviside(x))
	case graph.GELU:
		return 0.5*(1+math.Erf(x/math.Sqrt2)) + x*math.Exp(-x*x/2)/math.Sqrt(2*math.Pi)
	case graph.GELUTanh:
		t := math.Tanh(math.Sqrt(2/math.Pi) * (x + 0.044715*x*x*x))
		return 0.5*(1+t) + 0.5*x*(1-t*t)*math.Sqrt(2/math.Pi)*(1+3*0.044715*x*x)
	case graph.QuickGELU:
		s := sigmoid(1.702 * x)
		return s + 1.702*x*s*(1-s)
	case graph.Sigmoid:
		return sigmoid(x) * (1 - sigmoid(x))
	case graph.Softplus:
		return sigmoid(x)
	case graph.Tanh:
		return 1 - math.Pow(math.Tanh(x), 2)
	case graph.Exp:
		return math.Exp(x)
	case graph.Log:
		return 1 / x
	case graph.Sqrt:
		return 1 / (2 * math.Sqrt(x))
	case graph.Square:
		return 2 * x
	case graph.Reciprocal:
		return -1 / (x * x)
	case graph.Abs:
		return heaviside(x) - heaviside(-x)
	case graph.Clamp:
		return heaviside(x-op.Low) * heaviside(op.High-x)
	}
	panic(fmt.Sprintf("optest: no derivative of %v", op.Func))
}

// heaviside is 1 above 0 and 0 elsewhere.
func heaviside(x float64) float64 {
	if x > 0 {
		return 1
	}
	return 0
}
