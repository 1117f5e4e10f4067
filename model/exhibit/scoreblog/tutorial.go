package scoreblog

import (
	"context"
	"fmt"
	"slices"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
	"unnoise/model/run"
	"unnoise/model/sde"
)

const (
	tutorialFrames = 24
	tutorialSide   = 28 // of its pictures, whose values are from 0 to 1
	tutorialElems  = tutorialSide * tutorialSide
)

// tutorial is one run of Tutorial.
type tutorial struct {
	state exhibit.State
	law   sde.SDE
	score sde.Score
	real  [][]float32
	n     int
	emit  func(exhibit.Frame)
	size  float64 // of the corrector's last step; 0 before the first

	distance chain.Line // over time
	made     int
	total    int
}

func runTutorial(ctx context.Context, env *exhibit.Env, s exhibit.State, emit func(exhibit.Frame)) error {
	r := &tutorial{state: s, n: s.Int("pictures"), emit: emit}
	var err error
	if r.real, err = tutorialPictures(ctx, env); err != nil {
		return err
	}
	if s.Text("score") == "network" {
		err = r.learned(ctx, env)
	} else {
		err = r.exact()
	}
	if err != nil {
		return err
	}
	if s.Text("sampler") == "ode" {
		return r.flow(ctx)
	}
	return r.walk(ctx)
}

// learned takes the score of the tutorial's network.
func (r *tutorial) learned(ctx context.Context, env *exhibit.Env) error {
	const model = "score-tutorial"
	network, info, err := env.Network(ctx, model)
	if err != nil {
		return err
	}
	if info.Elems() != tutorialElems {
		return fmt.Errorf("model %q makes pictures of %d values, expected %d", model, info.Elems(), tutorialElems)
	}
	if r.score, r.law, err = info.Score(network); err != nil {
		return fmt.Errorf("model %q: %w", model, err)
	}
	return nil
}

// exact takes the score of the real pictures.
func (r *tutorial) exact() error {
	law, err := sde.NewTutorial(r.state.Float("sigma"))
	if err != nil {
		return err
	}
	data, err := memorised(r.real)
	if err != nil {
		return err
	}
	r.law, r.score = law, sde.NewExact(data, law)
	return nil
}

// tutorialPictures are the site's real pictures as the tutorial has them: without the two
// rows and columns at each edge that make them 32 × 32, and from 0 to 1.
func tutorialPictures(ctx context.Context, env *exhibit.Env) ([][]float32, error) {
	sheet, err := env.Sheet(ctx, "fashion")
	if err != nil {
		return nil, err
	}
	edge := (sheet.W - tutorialSide) / 2
	if sheet.C != 1 || sheet.W != sheet.H || edge < 0 {
		return nil, fmt.Errorf("the sample sheet has pictures of %d×%d, expected 32×32: the site is incomplete", sheet.H, sheet.W)
	}
	var out [][]float32
	for _, picture := range sheet.Pictures {
		inner := make([]float32, 0, tutorialElems)
		for y := range tutorialSide {
			at := (y+edge)*sheet.W + edge
			for _, v := range picture[at : at+tutorialSide] {
				inner = append(inner, (v+1)/2)
			}
		}
		out = append(out, inner)
	}
	return out, nil
}

// memorised is the distribution of these pictures alone, each as likely.
func memorised(pictures [][]float32) (*sde.Mixture, error) {
	var parts []sde.Gaussian
	for _, p := range pictures {
		mean := make([]float64, len(p))
		for i, v := range p {
			mean[i] = float64(v)
		}
		parts = append(parts, sde.Gaussian{Weight: 1, Mean: mean})
	}
	return sde.NewMixture(parts...)
}

func (r *tutorial) cond() diffusion.Cond {
	return diffusion.Cond{Class: chain.Same(diffusion.NoClass, r.n)}
}

// start is noise of the SDE's end: picture k's from a generator of its own.
func (r *tutorial) start() []float32 {
	x := make([]float32, r.n*tutorialElems)
	for k := range r.n {
		run.StartNoise(x[k*tutorialElems:(k+1)*tutorialElems], r.state.Seed("seed"), k)
	}
	return x
}

// sampler is the tutorial's of that name: the corrector first, as there.
//
// The variance of this SDE's noise is about t where t is small, and g is 1: the last step,
// of Δt, takes Δt/t of the way to what the score makes out. Where it is at t = Δt it
// arrives; at the tutorial's 0.001 it goes twice as far with its 500 steps.
func (r *tutorial) sampler() *sde.Sampler {
	out := &sde.Sampler{SDE: r.law, Predictor: sde.EulerMaruyama, Corrector: sde.NoCorrector, N: r.state.Int("steps")}
	if r.state.Text("last") == "matched" {
		out.Eps = 1 / float64(out.N)
	}
	if r.state.Text("sampler") == "pc" {
		out.Corrector, out.CorrectorSteps, out.SNR = sde.Langevin, 1, r.state.Float("snr")
	}
	return out
}

// walk samples by the reverse SDE.
func (r *tutorial) walk(ctx context.Context) error {
	sampler := r.sampler()
	start, err := sampler.Prior(r.start())
	if err != nil {
		return err
	}
	shown := chain.Moments(sampler.N, tutorialFrames)
	r.total = len(shown)
	return sampler.Run(ctx, r.score, start, r.cond(), run.StepNoise(r.state.Seed("seed"), r.n), func(s sde.Step) error {
		if s.Stage == sde.Corrected {
			r.size = s.StepSize
		}
		if s.Stage == sde.Corrected || !slices.Contains(shown, s.I) {
			return nil
		}
		return r.show(ctx, s.X, s.Time, s.NFE, s.Stage == sde.Done)
	})
}

// flow samples by the probability-flow ODE.
func (r *tutorial) flow(ctx context.Context) error {
	x := r.start()
	for i := range x {
		x[i] *= float32(r.law.PriorStd())
	}
	tolerance := r.state.Float("tolerance")
	f := sde.Flow{SDE: r.law, Score: r.score, Cond: r.cond(), RelTol: tolerance, AbsTol: tolerance}
	r.total = tutorialFrames
	times := make([]float64, tutorialFrames)
	for i := range times {
		times[i] = 1 + (r.law.Eps()-1)*float64(i)/(tutorialFrames-1)
	}
	times[tutorialFrames-1] = r.law.Eps()
	nfe := 0
	visit := sde.Visit(times, func(i int, t float64, y []float64) error {
		values := make([]float32, len(y))
		for j, v := range y {
			values[j] = float32(v)
		}
		return r.show(ctx, values, t, nfe, i == len(times)-1)
	})
	_, err := f.Run(ctx, x, 1, r.law.Eps(), func(s *sde.ODEStep) error {
		nfe = s.NFE
		return visit(s)
	})
	return err
}
