package plane

import "math"

// Noised is a distribution at one noise level, with everything about it that a
// network might be asked.
type Noised struct {
	signal, noise float64 // x_t = signal·x_0 + √noise·ε
	kernels       []kernel
}

// kernel is a Gaussian of the noised distribution.
type kernel struct {
	x, y         float64 // its mean
	meanX, meanY float64 // the mean of x_0 in its component
	inverse      float64 // of its variance
	log          float64 // of its weight and norm
	keep         float64 // Cov(x_0, x_t)/Var(x_t): how far E[x_0|x_t] follows x_t
}

// Moments are what the noised distribution knows about x_t at a point.
type Moments struct {
	LogDensity     float64 // log q(x_t)
	ScoreX, ScoreY float64 // ∇ log q(x_t)
	X0X, X0Y       float64 // E[x_0|x_t]
}

// Moments evaluates the distribution at a point. Far away from all data, where
// every density is 0 in double precision, they are those of the nearest Gaussian.
func (n Noised) Moments(x, y float64) Moments {
	top := math.Inf(-1)
	for i := range n.kernels {
		top = max(top, n.kernels[i].exponent(x, y))
	}
	var m Moments
	var total float64
	for i := range n.kernels {
		k := &n.kernels[i]
		below := k.exponent(x, y) - top
		if below < unseen {
			continue
		}
		share := math.Exp(below)
		dx, dy := x-k.x, y-k.y
		total += share
		m.ScoreX -= share * k.inverse * dx
		m.ScoreY -= share * k.inverse * dy
		m.X0X += share * (k.meanX + k.keep*dx)
		m.X0Y += share * (k.meanY + k.keep*dy)
	}
	m.LogDensity = top + math.Log(total)
	m.ScoreX /= total
	m.ScoreY /= total
	m.X0X /= total
	m.X0Y /= total
	return m
}

// unseen is how far below the largest an exponent is lost in double precision: of
// 10,000 Gaussians together, too.
const unseen = -46

func (k *kernel) exponent(x, y float64) float64 {
	dx, dy := x-k.x, y-k.y
	return k.log - 0.5*k.inverse*(dx*dx+dy*dy)
}

// Eps is E[ε|x_t] = −√(1−ᾱ)·∇ log q(x_t): Song et al. 2021 (arXiv:2011.13456).
func (n Noised) Eps(m Moments) (x, y float64) {
	std := math.Sqrt(n.noise)
	return -std * m.ScoreX, -std * m.ScoreY
}
