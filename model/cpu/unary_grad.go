package cpu

import (
	"fmt"
	"math"

	"unnoise/model/graph"
)

// unaryGrad is g·f′(x).
func unaryGrad(op graph.UnaryGrad, workers *crew) (kernel, error) {
	slope, err := derivative(op)
	if err != nil {
		return kernel{}, err
	}
	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		workers.share(len(dst), func(from, to int) {
			g := in[1][from:to]
			for i, v := range in[0][from:to] {
				dst[from+i] = float32(float64(g[i]) * slope(float64(v)))
			}
		})
	}}, nil
}

// derivative returns the derivative of an operation's function.
func derivative(op graph.UnaryGrad) (func(x float64) float64, error) {
	switch op.Func {
	case graph.ReLU:
		return aboveZero(func(float64) float64 { return 0 }), nil
	case graph.LeakyReLU:
		return aboveZero(func(float64) float64 { return op.Alpha }), nil
	case graph.ELU:
		return aboveZero(func(x float64) float64 { return op.Alpha * math.Exp(x) }), nil
	case graph.GELU:
		return func(x float64) float64 { return normalCDF(x) + x*math.Exp(-x*x/2)/math.Sqrt(2*math.Pi) }, nil
	case graph.GELUTanh:
		return func(x float64) float64 {
			x = math.Min(math.Max(x, -100), 100) // beyond it is 0 or 1, and below ∞·0
			angle := math.Sqrt(2/math.Pi) * (1 + 3*0.044715*x*x)
			return sigmoid(2*geluAngle(x)) + x*2*angle*bell(2*geluAngle(x))
		}, nil
	case graph.QuickGELU:
		return func(x float64) float64 { return sigmoid(1.702*x) + 1.702*x*bell(1.702*x) }, nil
	case graph.Sigmoid:
		return bell, nil
	case graph.Softplus:
		return sigmoid, nil
	case graph.Tanh:
		return func(x float64) float64 { return 4 * bell(2*x) }, nil
	case graph.Exp:
		return math.Exp, nil
	case graph.Log:
		return func(x float64) float64 { return 1 / x }, nil
	case graph.Sqrt:
		return func(x float64) float64 { return 0.5 / math.Sqrt(x) }, nil
	case graph.Square:
		return func(x float64) float64 { return 2 * x }, nil
	case graph.Reciprocal:
		return func(x float64) float64 { return -1 / (x * x) }, nil
	case graph.Abs:
		return func(x float64) float64 {
			if x == 0 {
				return 0
			}
			return math.Copysign(1, x)
		}, nil
	case graph.Clamp:
		return func(x float64) float64 {
			if x <= op.Low || x >= op.High {
				return 0
			}
			return 1
		}, nil
	}
	return nil, fmt.Errorf("the CPU executor has no derivative of %v", op.Func)
}

// aboveZero is 1 above 0, and the given function below.
func aboveZero(below func(x float64) float64) func(x float64) float64 {
	return func(x float64) float64 {
		if x > 0 {
			return 1
		}
		return below(x)
	}
}

// bell is σ′(x) = σ(x)·σ(−x), which keeps its digits where σ(x) rounds to 1.
func bell(x float64) float64 { return sigmoid(x) * sigmoid(-x) }
