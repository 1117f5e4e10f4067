package sde

import (
	"context"
	"fmt"
	"math"

	"unnoise/model/diffusion"
	"unnoise/model/rng"
)

// Likelihood computes densities of data by the instantaneous change of variables along the
// probability-flow ODE: arXiv:2011.13456, §4.3 and appendix D.2, eq. 39,
//
//	log p_0(x_0) = log p_T(x_T) + ∫ ∇·f̃ dt,   f̃ = f − ½g²·s
//
// with the divergence exact where Probes is nil, and estimated otherwise as the mean of
// εᵀ·∂f̃/∂x·ε (Skilling–Hutchinson) over the probes ε, which stay the same along the way.
type Likelihood struct {
	Flow
	Probes [][]float32 // each [N, elems]
	Eps    float64     // where the data lie; 0 is LikelihoodEps
	// Prior is the log density at T of a latent, [elems]; nil is PriorLogDensity, the
	// model's. That of the diffused data, where it is known, makes the result the data's own
	// density: at T the mean of the data is still e^−5 of it under VP, 0.7 %.
	Prior func(z []float64) float64
	div   []float64
}

// Rademacher draws n probes of signs for pictures seeded seed, seed+1, …: probe p of
// picture k is the sign, + for 0, of draw p of torch.randn by the generator seeded seed+k.
// Each is [pictures, elems].
func Rademacher(seed uint64, pictures, elems, n int) [][]float32 {
	probes := GaussianProbes(seed, pictures, elems, n)
	for _, probe := range probes {
		for i, v := range probe {
			probe[i] = 1
			if v < 0 {
				probe[i] = -1
			}
		}
	}
	return probes
}

// GaussianProbes draws n probes of normal numbers, as Rademacher does.
func GaussianProbes(seed uint64, pictures, elems, n int) [][]float32 {
	probes := make([][]float32, n)
	for p := range probes {
		probes[p] = make([]float32, pictures*elems)
	}
	for k := range pictures {
		g := rng.New(seed + uint64(k))
		for p := range probes {
			g.Normal(probes[p][k*elems : (k+1)*elems])
		}
	}
	return probes
}

// Densities are what Likelihood finds.
type Densities struct {
	// LogP is the natural logarithm of each picture's density, [N]; Prior and Change are
	// the parts of it: log p_T of the latent and ∫∇·f̃.
	LogP, Prior, Change []float64
	Latent              []float32 // [N, elems]
	NFE                 int
}

// Run computes the densities of pictures. xs: [N, elems]. yield, which may be nil, sees every
// step: of its state y, [N, elems] and behind them [N], the change so far.
func (l *Likelihood) Run(ctx context.Context, xs []float32, yield func(*ODEStep) error) (Densities, error) {
	n := len(l.Cond.Class)
	return l.Resume(ctx, ODEState{T: l.eps(), Y: append(wide(xs), make([]float64, n)...)}, yield)
}

// Resume goes on from a step's ODEState.
func (l *Likelihood) Resume(ctx context.Context, state ODEState, yield func(*ODEStep) error) (Densities, error) {
	n := len(l.Cond.Class)
	elems := 0
	if n > 0 {
		elems = len(state.Y)/n - 1
	}
	if elems < 1 || len(state.Y) != n*(elems+1) {
		return Densities{}, fmt.Errorf("%d values are not %d pictures of equal size with a change of each", len(state.Y), n)
	}
	if err := l.check(n * elems); err != nil {
		return Densities{}, err
	}
	if yield == nil {
		yield = ignore
	}
	end, err := l.solver(l.field).Solve(ctx, state, l.SDE.T(), yield)
	if err != nil {
		return Densities{}, err
	}
	logPrior := l.Prior
	if logPrior == nil {
		logPrior = func(z []float64) float64 { return PriorLogDensity(l.SDE, z) }
	}
	d := Densities{NFE: end.NFE, Latent: narrow(end.Y[:n*elems]), Change: end.Y[n*elems:]}
	for k, change := range d.Change {
		prior := logPrior(end.Y[k*elems : (k+1)*elems])
		d.Prior, d.LogP = append(d.Prior, prior), append(d.LogP, prior+change)
	}
	return d, nil
}

func (l *Likelihood) eps() float64 {
	if l.Eps == 0 {
		return LikelihoodEps
	}
	return l.Eps
}

func (l *Likelihood) check(values int) error {
	if eps := l.eps(); !(eps > 0 && eps < l.SDE.T()) {
		return fmt.Errorf("data at t = %g; it must be above 0 and below %g", eps, l.SDE.T())
	}
	if _, ok := l.Score.(Divergent); !ok && l.Probes == nil {
		return fmt.Errorf("the divergence of this score is not known: it needs probes")
	}
	if _, ok := l.Score.(Differentiable); !ok && l.Probes != nil {
		return ErrNoGradient
	}
	for p, probe := range l.Probes {
		if len(probe) != values {
			return fmt.Errorf("probe %d has %d values, the pictures %d", p, len(probe), values)
		}
	}
	return nil
}

// field is the flow with its divergence behind it.
func (l *Likelihood) field(ctx context.Context, t float64, y, dst []float64) error {
	n := len(l.Cond.Class)
	values := len(y) - n
	l.take(t, y[:values])
	if err := l.divergence(ctx, t, values/n); err != nil {
		return err
	}
	l.drift(t, y[:values], dst)
	copy(dst[values:], l.div)
	return nil
}

// divergence writes the score, and the flow's divergence into div.
func (l *Likelihood) divergence(ctx context.Context, t float64, elems int) error {
	n := len(l.times)
	l.div = append(l.div[:0], make([]float64, n)...)
	a, g := l.SDE.Drift(t), l.SDE.Diffusion(t)
	if l.Probes == nil {
		if err := l.Score.(Divergent).Divergence(ctx, l.xs, l.times, l.Cond, l.score, l.div); err != nil {
			return err
		}
		for k, div := range l.div {
			l.div[k] = a*float64(elems) - g*g/2*div
		}
		return nil
	}
	for _, probe := range l.Probes {
		of, err := Hutchinson(ctx, l.Score.(Differentiable), l.xs, l.times, l.Cond, probe, l.score)
		if err != nil {
			return err
		}
		for k := range l.div {
			var square float64
			for _, v := range probe[k*elems : (k+1)*elems] {
				square += float64(v) * float64(v)
			}
			l.div[k] += (a*square - g*g/2*of[k]) / float64(len(l.Probes))
		}
	}
	return nil
}

// Hutchinson estimates the divergence of a score, εᵀ·∂s/∂x·ε for each picture, [N], and
// writes the score into dst: Hutchinson 1990, Skilling 1989. xs, probe, dst: [N, elems].
func Hutchinson(ctx context.Context, score Differentiable, xs []float32, t []float64, cond diffusion.Cond, probe, dst []float32) ([]float64, error) {
	grad := make([]float32, len(xs))
	if err := score.VJP(ctx, xs, t, cond, probe, dst, grad); err != nil {
		return nil, err
	}
	out := make([]float64, len(t))
	elems := len(xs) / len(t)
	for i, v := range grad {
		out[i/elems] += float64(v) * float64(probe[i])
	}
	return out, nil
}

// BitsPerDim turns the log density of a picture of elems values into bits for each, as if
// it were one of 256 steps between lowest and highest: −log₂p/elems + log₂(256/(highest −
// lowest)). The code adds 7 for values in [−1, 1] and 8 for those in [0, 1].
func BitsPerDim(logP float64, elems int, lowest, highest float64) float64 {
	return -logP/math.Ln2/float64(elems) + math.Log2(256/(highest-lowest))
}
