package dpm2015

import (
	"math"

	"unnoise/model/dpm"
)

// The swiss roll of package plane: angle θ = 1.5π(1 + 2u), radius θ/4.5π, u uniform in
// [0, 1), and normal noise of this deviation.
const (
	rollAngle  = 1.5 * math.Pi
	rollRadius = 1 / (4.5 * math.Pi)
	rollNoise  = 0.02
)

// curve is the roll without noise, as the chain sees it: n points.
func curve(c dpm.Config, n int) []float32 {
	out := make([]float32, 2*n)
	for i := range n {
		angle := rollAngle * (1 + 2*float64(i)/float64(n-1))
		out[2*i] = float32(rollRadius * angle * math.Cos(angle))
		out[2*i+1] = float32(rollRadius * angle * math.Sin(angle))
	}
	c.Standardise(out)
	return out
}

// mostBits is the highest K that a model of the roll can have, −H(q) in bits: the roll is
// thin beside its bends, so that its entropy is that of the place along the curve and that
// of the noise across it.
func mostBits(c dpm.Config) float64 {
	const n = 1000
	var along float64
	for i := range n {
		radius := rollRadius * rollAngle * (1 + 2*(float64(i)+0.5)/n)
		along += math.Log2(2*rollAngle*math.Hypot(radius, rollRadius)) / n
	}
	across := 0.5 * math.Log2(2*math.Pi*math.E*rollNoise*rollNoise)
	return -(along + across) + math.Log2(c.Std[0]*c.Std[1])
}

// distance is the mean distance of points to the curve, which has many points.
func distance(points, curve []float32) float64 {
	var sum float64
	for i := 0; i < len(points); i += 2 {
		least := math.Inf(1)
		for j := 0; j < len(curve); j += 2 {
			dx, dy := float64(points[i]-curve[j]), float64(points[i+1]-curve[j+1])
			least = min(least, dx*dx+dy*dy)
		}
		sum += math.Sqrt(least)
	}
	return sum / float64(len(points)/2)
}
