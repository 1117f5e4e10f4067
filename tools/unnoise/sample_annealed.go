package main

import (
	"context"
	"io"

	"unnoise/model/diffusion"
	"unnoise/model/langevin"
	"unnoise/model/rng"
	"unnoise/model/run"
	"unnoise/model/sde"
	"unnoise/model/weights"
)

// annealed draws by NCSN's annealed Langevin dynamics.
func (s *sampling) annealed(ctx context.Context, set *weights.Set, info run.Info, network diffusion.Predictor, kept *scoreTrajectory, stderr io.Writer, renew func(error) error) ([]float32, int, error) {
	scheduler, err := langevin.ReadScheduler(set.Scheduler)
	if err != nil {
		return nil, 0, err
	}
	chain := scheduler.Chain()
	chain.Denoise = s.score.denoise
	if s.score.perLevel != 0 {
		chain.PerLevel = s.score.perLevel
	}
	if s.score.stepSize != 0 {
		chain.Step = s.score.stepSize
	}
	if err := chain.Check(); err != nil {
		return nil, 0, err
	}
	if err := kept.fits(chain.Len()); err != nil {
		return nil, 0, err
	}
	score := &langevin.Network{Predictor: network, Elems: info.Elems()}
	if !scheduler.Conditional {
		score.Sigmas = scheduler.Sigmas
	}
	start := sde.Start{X: make([]float32, s.spec.N*info.Elems())}
	for k := range s.spec.N {
		rng.New(s.spec.Seed + uint64(k)).Uniform(start.X[k*info.Elems() : (k+1)*info.Elems()])
	}
	bar := newProgress(stderr, chain.Len(), s.quiet)
	defer bar.finish()
	var xs []float32
	err = retried(ctx, renew, func() error {
		xs = owned(start.X)
		return chain.Resume(ctx, score, start.I, xs, run.StepNoise(s.spec.Seed, s.spec.N), func(step langevin.Step) error {
			bar.set(step.I)
			if step.Done {
				return kept.end(step.I, step.X)
			}
			start = sde.Start{I: step.I, X: owned(step.X)}
			return kept.add(step.I, step.Sigma, step.X, step.Score, 1, step.Sigma)
		})
	})
	return xs, chain.NFE(), err
}
