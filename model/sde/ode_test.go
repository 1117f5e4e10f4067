package sde

import "context"

// momentEquations are those of a linear SDE.
func momentEquations(s SDE) func(context.Context, float64, []float64, []float64) error {
	return func(_ context.Context, t float64, y, dst []float64) error {
		a, g := s.Drift(t), s.Diffusion(t)
		dst[0], dst[1] = a*y[0], 2*a*y[1]+g*g
		return nil
	}
}
