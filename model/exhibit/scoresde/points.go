package scoresde

import (
	"math"
	"slices"

	"unnoise/model/figure"
	"unnoise/model/plane"
	"unnoise/model/rng"
	"unnoise/model/sde"
)

const (
	cells    = 64  // of a density, on each side
	measured = 600 // points that the energy distance compares
)

// half is the extent of the view at a time: all of the noise but its tails.
func (u *subject) half(t float64) float64 {
	scale, std := u.sde.Marginal(t)
	return 1.35*scale + 2.5*std
}

// view is the plane at a time, with the exact density behind whatever is added.
func (u *subject) view(t float64) *figure.Plane {
	half := u.half(t)
	axis := figure.Axis{Min: -half, Max: half}
	return &figure.Plane{X: axis, Y: axis, Square: true, Density: u.density(t, half)}
}

// density is p_t over the square, as its cells can show it.
func (u *subject) density(t, half float64) *figure.Density {
	const third = 1. / 3
	width := 2 * half / cells
	scale, std := u.sde.Marginal(t)
	at := u.exact.Data.At(scale, math.Hypot(std, third*width))
	values := make([]float32, cells*cells)
	point, shares := make([]float64, 2), make([]float64, len(at.Components()))
	for k := range values {
		point[0], point[1] = -half+(float64(k%cells)+.5)*width, half-(float64(k/cells)+.5)*width
		values[k] = float32(math.Exp(at.Shares(point, shares)))
	}
	return &figure.Density{W: cells, H: cells, Values: values, High: max(1e-9, float64(slices.Max(values))), Colour: figure.C}
}

// judge knows what is right for points.
type judge struct {
	subject *subject
	seed    uint64
}

// truth draws points of p_t.
func (j judge) truth(t float64, n int) []float32 {
	return j.subject.exact.At(t).Sample(rng.ForName(j.seed, "scoresde.truth"), n)
}

// distance is how far points are from p_t.
func (j judge) distance(xs []float32, t float64) float64 {
	return plane.EnergyDistance(xs[:min(len(xs), 2*measured)], j.truth(t, measured))
}

// excess is by how much points lie in less probable places of p_t than its own do, in
// nats: the difference of the mean log densities. It is above 0 where noise is left over
// and below 0 where points crowd.
func (j judge) excess(xs []float32, t float64) float64 {
	at := j.subject.exact.At(t)
	return logDensity(at, j.truth(t, 4*measured)) - logDensity(at, xs)
}

// logDensity is the mean over points.
func logDensity(m *sde.Mixture, xs []float32) float64 {
	shares, point := make([]float64, len(m.Components())), make([]float64, 2)
	var sum float64
	for i := 0; i+1 < len(xs); i += 2 {
		point[0], point[1] = float64(xs[i]), float64(xs[i+1])
		sum += m.Shares(point, shares)
	}
	return sum / float64(len(xs)/2)
}

// modes are the share of points that are nearest to each component of p_t, and how wide
// they lie round its mean, as a part of its deviation.
func (j judge) modes(xs []float32, t float64) (shares []float64, width float64) {
	components := j.subject.exact.At(t).Components()
	shares = make([]float64, len(components))
	var square float64
	n := float64(len(xs) / 2)
	for i := 0; i+1 < len(xs); i += 2 {
		best, nearest := 0, math.Inf(1)
		for k, c := range components {
			dx, dy := float64(xs[i])-c.Mean[0], float64(xs[i+1])-c.Mean[1]
			if d := (dx*dx + dy*dy) / (c.Std * c.Std); d < nearest {
				best, nearest = k, d
			}
		}
		shares[best] += 1 / n
		square += nearest / n
	}
	return shares, math.Sqrt(square / 2)
}

// apart is the mean distance between two lists of points, pair by pair.
func apart(a, b []float32) float64 {
	var sum float64
	for i := 0; i+1 < len(a); i += 2 {
		sum += math.Hypot(float64(a[i]-b[i]), float64(a[i+1]-b[i+1]))
	}
	return sum / float64(len(a)/2)
}
