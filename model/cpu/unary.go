package cpu

import (
	"fmt"
	"math"

	"unnoise/model/graph"
)

// unary applies one function to every value.
func unary(op graph.Unary, workers *crew) (kernel, error) {
	f, err := function(op)
	if err != nil {
		return kernel{}, err
	}
	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		workers.share(len(dst), func(from, to int) {
			for i, v := range in[0][from:to] {
				dst[from+i] = float32(f(float64(v)))
			}
		})
	}}, nil
}

// function returns the function of an operation.
func function(op graph.Unary) (func(x float64) float64, error) {
	switch op.Func {
	case graph.ReLU:
		return func(x float64) float64 { return max(x, 0) }, nil
	case graph.LeakyReLU:
		return func(x float64) float64 {
			if x > 0 {
				return x
			}
			return op.Alpha * x
		}, nil
	case graph.ELU:
		return func(x float64) float64 {
			if x > 0 {
				return x
			}
			return op.Alpha * math.Expm1(x)
		}, nil
	case graph.GELU:
		return func(x float64) float64 { return x * normalCDF(x) }, nil
	case graph.GELUTanh:
		return func(x float64) float64 { return x * sigmoid(2*geluAngle(x)) }, nil // ½(1 + tanh(a)) = σ(2a)
	case graph.QuickGELU:
		return func(x float64) float64 { return x * sigmoid(1.702*x) }, nil
	case graph.Sigmoid:
		return sigmoid, nil
	case graph.Softplus:
		return func(x float64) float64 { return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }, nil
	case graph.Tanh:
		return math.Tanh, nil
	case graph.Exp:
		return math.Exp, nil
	case graph.Log:
		return math.Log, nil
	case graph.Sqrt:
		return math.Sqrt, nil
	case graph.Square:
		return func(x float64) float64 { return x * x }, nil
	case graph.Reciprocal:
		return func(x float64) float64 { return 1 / x }, nil
	case graph.Abs:
		return math.Abs, nil
	case graph.Clamp:
		return func(x float64) float64 { return min(max(x, op.Low), op.High) }, nil
	}
	return nil, fmt.Errorf("the CPU executor has no function %v", op.Func)
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// normalCDF is Φ, the distribution function of the standard normal.
func normalCDF(x float64) float64 { return math.Erfc(-x/math.Sqrt2) / 2 }

// geluAngle is √(2/π)(x + 0.044715x³).
func geluAngle(x float64) float64 { return math.Sqrt(2/math.Pi) * (x + 0.044715*x*x*x) }
