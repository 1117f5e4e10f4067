package blogs

import (
	"math"
	"slices"

	"unnoise/model/rng"
)

// The VP-SDE dx = −½β(t)x dt + √β(t) dw with β from 0.1 to 20 (Song et al. 2021,
// arXiv:2011.13456), for one number instead of a picture.
const sdeStart, sdeEnd = 0.1, 20.0

// rate is β(t).
func rate(t float64) float64 { return sdeStart + t*(sdeEnd-sdeStart) }

// left is ᾱ(t) = exp(−∫₀ᵗβ).
func left(t float64) float64 { return math.Exp(-t*sdeStart - t*t/2*(sdeEnd-sdeStart)) }

// mode is a bump of the data: its share, place and width.
type mode struct{ weight, at, std float64 }

// line is a mixture of Gaussians on the line, seen through the SDE; everything about
// it is exact.
type line struct{ modes []mode }

// newLine returns the mixture of these modes, whose weights need not add up to 1.
func newLine(modes ...mode) *line {
	l := &line{slices.Clone(modes)}
	var total float64
	for _, m := range modes {
		total += m.weight
	}
	for i := range l.modes {
		l.modes[i].weight /= total
	}
	return l
}

// at is the mixture at a time, which is one of Gaussians too.
func (l *line) at(t float64) *line {
	bar := left(t)
	noised := &line{slices.Clone(l.modes)}
	for i, m := range l.modes {
		noised.modes[i].at = math.Sqrt(bar) * m.at
		noised.modes[i].std = math.Sqrt(bar*m.std*m.std + 1 - bar)
	}
	return noised
}

// score is d/dx log q(x). Logarithms keep it right where every density is 0 in
// double precision.
func (l *line) score(x float64) float64 {
	top := math.Inf(-1)
	exponent := func(m mode) float64 {
		z := (x - m.at) / m.std
		return math.Log(m.weight/m.std) - z*z/2
	}
	for _, m := range l.modes {
		top = max(top, exponent(m))
	}
	var score, total float64
	for _, m := range l.modes {
		share := math.Exp(exponent(m) - top)
		score -= share * (x - m.at) / (m.std * m.std)
		total += share
	}
	return score / total
}

// density is q(x), and below the probability below x.
func (l *line) density(x float64) (density, below float64) {
	for _, m := range l.modes {
		z := (x - m.at) / m.std
		density += m.weight * math.Exp(-z*z/2) / (m.std * math.Sqrt(2*math.Pi))
		below += m.weight * 0.5 * math.Erfc(-z/math.Sqrt2)
	}
	return density, below
}

// variance is that of q.
func (l *line) variance() float64 {
	var mean, square float64
	for _, m := range l.modes {
		mean += m.weight * m.at
		square += m.weight * (m.at*m.at + m.std*m.std)
	}
	return square - mean*mean
}

// draw is n numbers of the distribution.
func (l *line) draw(g *rng.Generator, n int) []float64 {
	out := normals(g, n)
	for i, z := range out {
		k, u := 0, g.Float64()
		for ; k < len(l.modes)-1 && u >= l.modes[k].weight; k++ {
			u -= l.modes[k].weight
		}
		out[i] = l.modes[k].at + l.modes[k].std*z
	}
	return out
}

// walk says how the way back is taken. The wrong ones are as an article prints them.
type walk struct {
	noise    float64 // standard deviation of the fresh noise over g√Δt; 0 for an ODE
	score    float64 // factor of g²·score
	unscaled bool    // noise of variance g² instead of g²Δt
}

var walks = map[string]walk{
	"sde":          {noise: 1, score: 1},
	"ode":          {score: 0.5},
	"ode-misprint": {score: 1},
	"sde-misprint": {noise: 1, score: 1, unscaled: true},
}

// forward moves all numbers from t by dt with one Euler–Maruyama step; z is noise.
func forward(x, z []float64, t, dt float64) {
	beta := rate(t)
	for i := range x {
		x[i] += -0.5*beta*x[i]*dt + math.Sqrt(beta*dt)*z[i]
	}
}

// backward moves all numbers from t by −dt: x −= (f − c·g²·score)dt, and noise.
func (w walk) backward(l *line, x, z []float64, t, dt float64) {
	beta, now := rate(t), l.at(t)
	std := w.noise * math.Sqrt(beta*dt)
	if w.unscaled {
		std = w.noise * math.Sqrt(beta)
	}
	for i := range x {
		x[i] += (0.5*beta*x[i] + w.score*beta*now.score(x[i])) * dt
		x[i] += std * z[i]
	}
}

// distance is the mean distance of sorted numbers to the quantiles of q, which is
// Wasserstein's first distance up to the numbers' spacing.
func (l *line) distance(x []float64) float64 {
	sorted := slices.Clone(x)
	slices.Sort(sorted)
	var sum float64
	low := -8.0
	for i, v := range sorted {
		want := (float64(i) + 0.5) / float64(len(sorted))
		a, b := low, 8.0
		for range 40 {
			mid := (a + b) / 2
			if _, below := l.density(mid); below < want {
				a = mid
			} else {
				b = mid
			}
		}
		low = a
		sum += math.Abs(v - a)
	}
	return sum / float64(len(sorted))
}

// moments2 is the mean and variance of numbers.
func moments2(x []float64) (mean, variance float64) {
	for _, v := range x {
		mean += v / float64(len(x))
	}
	for _, v := range x {
		variance += (v - mean) * (v - mean) / float64(len(x))
	}
	return mean, variance
}

// normals is n normal numbers.
func normals(g *rng.Generator, n int) []float64 {
	z := make([]float32, n)
	g.Normal(z)
	out := make([]float64, n)
	for i, v := range z {
		out[i] = float64(v)
	}
	return out
}
