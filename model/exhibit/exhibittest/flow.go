package exhibittest

import (
	"context"
	"testing"

	"unnoise/model/diffusion"
	"unnoise/model/sde"
)

// constant is a score that is the same everywhere.
type constant float32

func (c constant) Score(_ context.Context, _ []float32, _ []float64, _ diffusion.Cond, dst []float32) error {
	for i := range dst {
		dst[i] = float32(c)
	}
	return nil
}

// FlowRate is dx/dt of the probability-flow ODE at time t for a value x with that score: with
// 1 and 0 the factor of x, with 0 and 1 that of the score, as equations show them.
func FlowRate(tb testing.TB, s sde.SDE, t, x float64, score float32) float64 {
	tb.Helper()
	flow := sde.Flow{SDE: s, Score: constant(score), Cond: diffusion.Cond{Class: []int{diffusion.NoClass}}}
	dst := make([]float64, 1)
	if err := flow.Field(tb.Context(), t, []float64{x}, dst); err != nil {
		tb.Fatal(err)
	}
	return dst[0]
}
