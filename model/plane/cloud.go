package plane

import (
	"fmt"
	"math"

	"unnoise/model/rng"
)

// Cloud is a distribution given by points drawn from it, all as likely. It may be
// any shape, one drawn by hand too.
type Cloud struct{ points []float32 }

// NewCloud returns the cloud of these points, pairs x, y. The error says what is
// wrong with them.
func NewCloud(points []float32) (*Cloud, error) {
	if len(points) == 0 || len(points)%2 != 0 {
		return nil, fmt.Errorf("%d values are not one or more points x, y", len(points))
	}
	for i, v := range points {
		if !finite(float64(v)) {
			return nil, fmt.Errorf("point %d has a coordinate that is not finite", i/2)
		}
	}
	return &Cloud{append([]float32(nil), points...)}, nil
}

// Points are the points themselves.
func (c *Cloud) Points() []float32 { return append([]float32(nil), c.points...) }

// Sample draws n of the points, with replacement.
func (c *Cloud) Sample(g *rng.Generator, n int) []float32 {
	out := make([]float32, 2*n)
	count := len(c.points) / 2
	for i := range n {
		k := min(int(g.Float64()*float64(count)), count-1)
		copy(out[2*i:2*i+2], c.points[2*k:])
	}
	return out
}

// At is the cloud seen through x_t = √ᾱ·x_0 + √(1−ᾱ)·ε, for ᾱ < 1.
func (c *Cloud) At(alphaBar float64) Noised { return c.scaled(math.Sqrt(alphaBar), 1-alphaBar) }

// Spread is the cloud seen through x = x_0 + σ·ε, for σ > 0.
func (c *Cloud) Spread(sigma float64) Noised { return c.scaled(1, sigma*sigma) }

func (c *Cloud) scaled(signal, noise float64) Noised {
	n := Noised{signal: signal, noise: noise, kernels: make([]kernel, len(c.points)/2)}
	log := -math.Log(float64(len(n.kernels))) - math.Log(2*math.Pi*noise)
	for k := range n.kernels {
		x, y := float64(c.points[2*k]), float64(c.points[2*k+1])
		n.kernels[k] = kernel{x: signal * x, y: signal * y, meanX: x, meanY: y, inverse: 1 / noise, log: log}
	}
	return n
}
