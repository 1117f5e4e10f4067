package scoreblog

import (
	"math"

	"unnoise/model/rng"
)

// far is where walks are held that a step too large sends away.
const far = 9

// langevin takes a step of Langevin dynamics, x + ε·s + factor·√(2ε)·z: Song 2021 (the
// article), “Langevin dynamics”, where factor is 1. x, score: 2n values.
func langevin(x, score []float32, step, factor float64, g *rng.Generator) {
	z := make([]float32, len(x))
	g.Normal(z)
	std := factor * math.Sqrt(2*step)
	for i := range x {
		next := float64(x[i]) + step*float64(score[i]) + std*float64(z[i])
		x[i] = float32(max(-far, min(far, next)))
	}
}

// scattered are n points anywhere in the view.
func scattered(g *rng.Generator, n int) []float32 {
	x := make([]float32, 2*n)
	g.Uniform(x)
	for i, u := range x {
		x[i] = half * (2*u - 1)
	}
	return x
}

// scores are a field's vectors at points.
func scores(field vector, x []float32) []float32 {
	out := make([]float32, len(x))
	for i := 0; i < len(x); i += 2 {
		u, v := field(float64(x[i]), float64(x[i+1]))
		out[i], out[i+1] = float32(u), float32(v)
	}
	return out
}
