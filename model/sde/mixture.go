package sde

import (
	"fmt"
	"math"

	"unnoise/model/plane"
	"unnoise/model/rng"
)

// Gaussian is a component of a mixture, round: its covariance is Std²·I.
type Gaussian struct {
	Weight float64
	Mean   []float64
	Std    float64
}

// Mixture is a mixture of Gaussians in any dimension. Diffused by an SDE it is one again:
// see [Exact].
type Mixture struct {
	dim        int
	components []Gaussian
}

// NewMixture returns the mixture of these components, whose weights need not add up to 1.
// The error says which component is wrong.
func NewMixture(components ...Gaussian) (*Mixture, error) {
	if len(components) == 0 || len(components[0].Mean) == 0 {
		return nil, fmt.Errorf("a mixture needs at least one component of at least one dimension")
	}
	m := &Mixture{dim: len(components[0].Mean)}
	var total float64
	for k, c := range components {
		ok := c.Weight > 0 && c.Std >= 0 && !math.IsInf(c.Weight, 0) && !math.IsInf(c.Std, 0) && len(c.Mean) == m.dim
		for _, v := range c.Mean {
			ok = ok && !math.IsNaN(v) && !math.IsInf(v, 0)
		}
		if !ok {
			return nil, fmt.Errorf("component %d (weight %g, mean %v, deviation %g): weights must be positive, deviations not negative, means of %d values, and all finite", k, c.Weight, c.Mean, c.Std, m.dim)
		}
		total += c.Weight
		c.Mean = append([]float64(nil), c.Mean...)
		m.components = append(m.components, c)
	}
	for k := range m.components {
		m.components[k].Weight /= total
	}
	return m, nil
}

// OfPlane is a mixture in the plane.
func OfPlane(m *plane.Mixture) *Mixture {
	out := &Mixture{dim: 2}
	for _, c := range m.Components() {
		out.components = append(out.components, Gaussian{c.Weight, []float64{c.X, c.Y}, c.Std})
	}
	return out
}

// Dim is the number of values of a point.
func (m *Mixture) Dim() int { return m.dim }

// Components are the Gaussians, their weights adding up to 1.
func (m *Mixture) Components() []Gaussian { return append([]Gaussian(nil), m.components...) }

// Part is the mixture of some of the components, by number. The error says which is none.
func (m *Mixture) Part(components ...int) (*Mixture, error) {
	var part []Gaussian
	for _, k := range components {
		if k < 0 || k >= len(m.components) {
			return nil, fmt.Errorf("component %d of a mixture of %d", k, len(m.components))
		}
		part = append(part, m.components[k])
	}
	return NewMixture(part...)
}

// Sample draws n points, [n, Dim].
func (m *Mixture) Sample(g *rng.Generator, n int) []float32 {
	z := make([]float32, n*m.dim)
	g.Normal(z)
	for i := range n {
		c := m.components[m.pick(g.Float64())]
		for j := range m.dim {
			z[i*m.dim+j] = float32(c.Mean[j] + c.Std*float64(z[i*m.dim+j]))
		}
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

// At is the mixture of x_t = scale·x_0 + std·ε.
func (m *Mixture) At(scale, std float64) *Mixture {
	out := &Mixture{dim: m.dim, components: make([]Gaussian, len(m.components))}
	for k, c := range m.components {
		mean := make([]float64, m.dim)
		for j := range mean {
			mean[j] = scale * c.Mean[j]
		}
		out.components[k] = Gaussian{c.Weight, mean, math.Hypot(scale*c.Std, std)}
	}
	return out
}

// unseen is how far below the largest an exponent is lost in double precision.
const unseen = -46

// Shares writes to what part the mixture's density at x is each component's into dst,
// [components], and returns the density's logarithm. x: [Dim]. Where every density is 0
// in double precision, all is the nearest component's.
func (m *Mixture) Shares(x, dst []float64) (logDensity float64) {
	top := math.Inf(-1)
	for k, c := range m.components {
		var square float64
		for j, mean := range c.Mean {
			d := x[j] - mean
			square += d * d
		}
		variance := c.Std * c.Std
		dst[k] = math.Log(c.Weight) - .5*(float64(m.dim)*math.Log(2*math.Pi*variance)+square/variance)
		top = max(top, dst[k])
	}
	var total float64
	for k := range dst[:len(m.components)] {
		below := dst[k] - top
		dst[k] = 0
		if below > unseen {
			dst[k] = math.Exp(below)
		}
		total += dst[k]
	}
	for k := range dst[:len(m.components)] {
		dst[k] /= total
	}
	return top + math.Log(total)
}

// LogDensity is the logarithm of the density at x, [Dim].
func (m *Mixture) LogDensity(x []float64) float64 {
	return m.Shares(x, make([]float64, len(m.components)))
}
