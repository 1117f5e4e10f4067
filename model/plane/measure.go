package plane

import "math"

// EnergyDistance is 2E|X−Y| − E|X−X′| − E|Y−Y′| of the distributions that two sets of
// points x, y are drawn from, 0 only where they are the same (Székely & Rizzo 2013,
// Energy statistics, eq. 2). It is estimated without the pairs of a point with itself,
// so that it has no bias; of equal distributions it may come out a little below 0. The
// sets need two points each; the cost is the product of their sizes.
func EnergyDistance(a, b []float32) float64 {
	return 2*between(a, b) - within(a) - within(b)
}

// between is the mean distance from a point of one set to one of the other.
func between(a, b []float32) float64 {
	var sum float64
	for i := 0; i+1 < len(a); i += 2 {
		sum += total(a[i], a[i+1], b)
	}
	return sum / float64(len(a)/2) / float64(len(b)/2)
}

// within is the mean distance between two points of a set.
func within(a []float32) float64 {
	var sum float64
	for i := 0; i+1 < len(a); i += 2 {
		sum += total(a[i], a[i+1], a[i+2:])
	}
	n := float64(len(a) / 2)
	return 2 * sum / n / (n - 1)
}

// total is the sum of the distances from a point to others.
func total(x, y float32, others []float32) float64 {
	var sum float64
	for j := 0; j+1 < len(others); j += 2 {
		dx, dy := x-others[j], y-others[j+1]
		sum += math.Sqrt(float64(dx*dx + dy*dy))
	}
	return sum
}

// Coverage says how points x, y are spread over the components of a mixture.
type Coverage struct {
	// Modes is the effective number of components with points: e to the entropy of
	// their shares, each point counting for the component that most likely made it.
	Modes float64
	// Distance is the mean distance of a point to the nearest mean.
	Distance float64
}

// Cover measures points against the mixture.
func (m *Mixture) Cover(points []float32) Coverage {
	counts := make([]float64, len(m.components))
	kernels := m.At(1 - 1e-6).kernels // a component without width counts too
	var distance float64
	for i := 0; i+1 < len(points); i += 2 {
		x, y := float64(points[i]), float64(points[i+1])
		best, top, nearest := 0, math.Inf(-1), math.Inf(1)
		for k := range kernels {
			if e := kernels[k].exponent(x, y); e > top {
				best, top = k, e
			}
			dx, dy := x-kernels[k].meanX, y-kernels[k].meanY
			nearest = min(nearest, dx*dx+dy*dy)
		}
		counts[best]++
		distance += math.Sqrt(nearest)
	}
	n := float64(len(points) / 2)
	var entropy float64
	for _, c := range counts {
		if c > 0 {
			entropy -= c / n * math.Log(c/n)
		}
	}
	return Coverage{Modes: math.Exp(entropy), Distance: distance / n}
}

// Statistics are the mean and the covariance of points.
type Statistics struct{ MeanX, MeanY, VarX, VarY, Cov float64 }

// Statistics are those of what the mixture draws.
func (m *Mixture) Statistics() Statistics {
	var out Statistics
	for _, c := range m.components {
		out.MeanX += c.Weight * c.X
		out.MeanY += c.Weight * c.Y
	}
	for _, c := range m.components {
		dx, dy := c.X-out.MeanX, c.Y-out.MeanY
		out.VarX += c.Weight * (dx*dx + c.Std*c.Std)
		out.VarY += c.Weight * (dy*dy + c.Std*c.Std)
		out.Cov += c.Weight * dx * dy
	}
	return out
}

// Measure returns the statistics of points x, y.
func Measure(points []float32) Statistics {
	var out Statistics
	n := float64(len(points) / 2)
	for i := 0; i+1 < len(points); i += 2 {
		out.MeanX += float64(points[i]) / n
		out.MeanY += float64(points[i+1]) / n
	}
	for i := 0; i+1 < len(points); i += 2 {
		dx, dy := float64(points[i])-out.MeanX, float64(points[i+1])-out.MeanY
		out.VarX += dx * dx / n
		out.VarY += dy * dy / n
		out.Cov += dx * dy / n
	}
	return out
}
