package plane

import (
	"fmt"
	"math"

	"unnoise/model/rng"
)

// Gaussian is a component of a mixture, round: its covariance is Std²·I.
type Gaussian struct {
	Weight float64
	X, Y   float64 // mean
	Std    float64
}

// Mixture is a mixture of Gaussians in the plane.
type Mixture struct{ components []Gaussian }

// NewMixture returns the mixture of these components, whose weights need not add up
// to 1. The error says which component is wrong.
func NewMixture(components ...Gaussian) (*Mixture, error) {
	var total float64
	for k, c := range components {
		if !(c.Weight > 0) || !(c.Std >= 0) || math.IsInf(c.Weight, 0) || !finite(c.X, c.Y, c.Std) {
			return nil, fmt.Errorf("component %d (weight %g, mean %g, %g, deviation %g): weights must be positive, deviations not negative, and all finite", k, c.Weight, c.X, c.Y, c.Std)
		}
		total += c.Weight
	}
	if len(components) == 0 {
		return nil, fmt.Errorf("a mixture needs at least one component")
	}
	m := &Mixture{components: append([]Gaussian(nil), components...)}
	for k := range m.components {
		m.components[k].Weight /= total
	}
	return m, nil
}

func finite(values ...float64) bool {
	for _, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	return true
}

// Components are the Gaussians, their weights adding up to 1.
func (m *Mixture) Components() []Gaussian { return append([]Gaussian(nil), m.components...) }

// Sample draws n points.
func (m *Mixture) Sample(g *rng.Generator, n int) []float32 {
	z := make([]float32, 2*n)
	g.Normal(z)
	for i := range n {
		c := m.components[m.pick(g.Float64())]
		z[2*i] = float32(c.X + c.Std*float64(z[2*i]))
		z[2*i+1] = float32(c.Y + c.Std*float64(z[2*i+1]))
	}
	return z
}

func (m *Mixture) pick(u float64) int {
	for k, c := range m.components {
		if u -= c.Weight; u < 0 {
			return k
		}
	}
	return len(m.components) - 1
}

// At is the mixture seen through x_t = √ᾱ·x_0 + √(1−ᾱ)·ε. It holds for one noise
// level.
func (m *Mixture) At(alphaBar float64) Noised {
	return m.scaled(math.Sqrt(alphaBar), 1-alphaBar)
}

// Spread is the mixture seen through x = x_0 + σ·ε, the variance-exploding form of
// NCSN.
func (m *Mixture) Spread(sigma float64) Noised { return m.scaled(1, sigma*sigma) }

func (m *Mixture) scaled(signal, noise float64) Noised {
	n := Noised{signal: signal, noise: noise, kernels: make([]kernel, len(m.components))}
	for k, c := range m.components {
		variance := signal*signal*c.Std*c.Std + noise
		n.kernels[k] = kernel{
			x: signal * c.X, y: signal * c.Y,
			meanX: c.X, meanY: c.Y,
			inverse: 1 / variance,
			log:     math.Log(c.Weight) - math.Log(2*math.Pi*variance),
			keep:    signal * c.Std * c.Std / variance,
		}
	}
	return n
}
