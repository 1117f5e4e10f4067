package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"unnoise/model/diffusion"
	"unnoise/model/run"
	"unnoise/model/safetensors"
	"unnoise/model/sde"
	"unnoise/model/trajectory"
	"unnoise/model/weights"
)

// Samplers of scores, as --sampler names them.
const (
	samplerPC       = "pc"
	samplerRK45     = "rk45"
	samplerAnnealed = "annealed-langevin"
)

// scoreSamplers lists them; sdeSamplers those of SDEs, and predictorSamplers those that go in
// steps of a predictor.
var (
	predictorSamplers = []string{samplerPC, string(sde.ReverseDiffusion), string(sde.EulerMaruyama), string(sde.Ancestral)}
	sdeSamplers       = append(slices.Clone(predictorSamplers), samplerRK45)
	scoreSamplers     = append(slices.Clone(sdeSamplers), samplerAnnealed)
)

// scoreSteps is the number of steps where none is given.
const scoreSteps = 200

// scoreFlags are the flags of samplers of scores.
type scoreFlags struct {
	predictor, corrector string
	snr                  float64
	correctorSteps       int
	tolerance            float64
	eps                  float64
	noisy                bool
	perLevel             int
	stepSize             float64
	denoise              bool
	steps                bool // --steps was given
	constraintFlags
}

// readBy says which samplers read a flag.
var readBy = map[string][]string{
	"known":            predictorSamplers,
	"mask":             predictorSamplers,
	"grey":             predictorSamplers,
	"classifier":       sdeSamplers,
	"classifier-scale": sdeSamplers,
	"predictor":        {samplerPC},
	"corrector":        {samplerPC},
	"snr":              {samplerPC},
	"corrector-steps":  {samplerPC},
	"tolerance":        {samplerRK45},
	"eps":              sdeSamplers,
	"noisy":            predictorSamplers,
	"per-level":        {samplerAnnealed},
	"step-size":        {samplerAnnealed},
	"denoise":          {samplerAnnealed},
	"steps":            append(slices.Clone(predictorSamplers), run.Samplers...),
	"variance":         {run.DDPM},
	"eta":              {run.DDIM},
	"spacing":          spacedSamplers(),
	"from":             run.Samplers,
	"trajectory":       append(slices.Clone(run.Samplers), scoreSamplers...),
	"guidance":         append(slices.Clone(run.Samplers), sdeSamplers...),
}

// spacedSamplers lists the samplers whose noise levels can be spaced in several ways.
func spacedSamplers() (names []string) {
	for _, name := range run.Samplers {
		if (run.Spec{Sampler: name}).Spaced() {
			names = append(names, name)
		}
	}
	return names
}

func (f *scoreFlags) add(flags *pflag.FlagSet) {
	flags.StringVar(&f.predictor, "predictor", string(sde.ReverseDiffusion), "of pc: "+join(sde.Predictors))
	flags.StringVar(&f.corrector, "corrector", string(sde.Langevin), "of pc: "+join(sde.Correctors))
	flags.Float64Var(&f.snr, "snr", sde.SNR, "signal-to-noise ratio of pc's corrector")
	flags.IntVar(&f.correctorSteps, "corrector-steps", 1, "steps of pc's corrector before each of the predictor")
	flags.Float64Var(&f.tolerance, "tolerance", sde.Tolerance, "relative and absolute tolerance of rk45")
	flags.Float64Var(&f.eps, "eps", 0, "time at which SDE samplers end; 0 is 1e-5 for VE and 1e-3 for the others")
	flags.BoolVar(&f.noisy, "noisy", false, "keep the noise of the last step, of pc and predictors")
	flags.IntVar(&f.perLevel, "per-level", 0, "annealed-langevin's steps at each noise level; 0 is the model's own number")
	flags.Float64Var(&f.stepSize, "step-size", 0, "annealed-langevin's step size ε; 0 is the model's own")
	flags.BoolVar(&f.denoise, "denoise", false, "end annealed-langevin with a step without noise, as NCSNv2 does")
	f.constraintFlags.add(flags)
}

func join[S ~string](names []S) string {
	var out []string
	for _, name := range names {
		out = append(out, string(name))
	}
	return strings.Join(out, ", ")
}

// check refuses flags that the sampler does not read, so that none is believed to work.
func (f *scoreFlags) check(sampler string, changed func(string) bool) error {
	f.steps = changed("steps")
	if !slices.Contains(scoreSamplers, sampler) && !slices.Contains(run.Samplers, sampler) {
		return nil // what is wrong is said later
	}
	for flag, samplers := range readBy {
		if changed(flag) && !slices.Contains(samplers, sampler) {
			return fmt.Errorf("--%s means nothing to the sampler %s; it is of %s", flag, sampler, strings.Join(samplers, ", "))
		}
	}
	if sampler == samplerRK45 {
		if err := checkTolerance(f.tolerance); err != nil {
			return err
		}
	}
	switch {
	case math.IsNaN(f.scale) || math.IsInf(f.scale, 0):
		return fmt.Errorf("--classifier-scale %g: it must be a number", f.scale)
	case changed("classifier-scale") && f.classifier == "":
		return fmt.Errorf("--classifier-scale is of the gradient of --classifier, which is missing")
	case f.classifier != "" && changed("guidance"):
		return fmt.Errorf("--guidance means nothing with --classifier, for then the model is told no class; --classifier-scale says how strongly it leads")
	case f.classifier != "" && changed("attribute"):
		return fmt.Errorf("--attribute means nothing with --classifier, for then the model is told nothing")
	case f.corrector == string(sde.NoCorrector) && changed("snr"):
		return fmt.Errorf("--snr is of a corrector, and --corrector %s has none", f.corrector)
	case f.corrector == string(sde.NoCorrector) && changed("corrector-steps"):
		return fmt.Errorf("--corrector-steps are of a corrector, and --corrector %s has none", f.corrector)
	}
	return nil
}

// drawByScore draws the pictures with a sampler of scores and writes what was asked for.
func (s *sampling) drawByScore(ctx context.Context, set *weights.Set, info run.Info, stderr io.Writer) error {
	cond, err := s.condition(info)
	if err != nil {
		return err
	}
	lowest, highest, err := info.Scheduler.Range()
	if err != nil {
		return fmt.Errorf("%s: %w", s.model, err)
	}
	exec, err := openExecutor(ctx)
	if err != nil {
		return err
	}
	defer exec.close()
	network := newNetwork(ctx, exec, set, info)
	defer network.Close()
	closeGuide := func() {}
	defer func() { closeGuide() }()
	renew := func(err error) error {
		if err := exec.renew(ctx, err); err != nil {
			return err
		}
		network.Close() // its programs were the lost device's
		closeGuide()
		return nil
	}
	var score sde.Score
	var process sde.SDE
	if s.spec.Sampler != samplerAnnealed {
		if score, process, err = info.Score(&diffusion.Guided{Predictor: network, Scale: s.spec.Guidance}); err != nil {
			return fmt.Errorf("%s with the sampler %s: %w", s.model, s.spec.Sampler, err)
		}
		if score, closeGuide, err = s.score.guided(ctx, exec, score, info); err != nil {
			return err
		}
	}

	layout := trajectory.Layout{N: s.spec.N, C: info.Channels, H: info.Height, W: info.Width}
	var kept *scoreTrajectory
	if s.trajectory != "" {
		kept = &scoreTrajectory{layout: layout, lowest: lowest, highest: highest, measure: "t"}
		if s.spec.Sampler == samplerAnnealed {
			kept.measure = "sigma"
		}
	}

	began := time.Now()
	var xs []float32
	var nfe int
	switch s.spec.Sampler {
	case samplerAnnealed:
		xs, nfe, err = s.annealed(ctx, set, info, network, kept, stderr, renew)
	case samplerRK45:
		xs, nfe, err = s.flow(ctx, info, score, process, cond, kept, stderr, renew)
	default:
		xs, nfe, err = s.predictorCorrector(ctx, info, score, process, cond, kept, stderr, renew)
	}
	if err != nil {
		return fmt.Errorf("%s with the sampler %s: %w", s.model, s.spec.Sampler, err)
	}
	if s.trajectory != "" {
		if err := kept.write(s.trajectory); err != nil {
			return err
		}
	}
	if s.raw != "" {
		if err := writeSafetensors(s.raw, safetensors.FromFloat32(sampleName, shapeOf(layout), xs)); err != nil {
			return err
		}
	}
	if s.out != "" {
		if err := writeGrid(s.out, layout, shownAs(xs, lowest, highest)); err != nil {
			return err
		}
	}
	if !s.quiet {
		fmt.Fprintf(stderr, "Pictures: %d, network evaluations each: %d, time: %v on %s\n",
			s.spec.N, nfe, time.Since(began).Round(time.Millisecond), exec.name)
	}
	return nil
}

// shownAs are pictures between lowest and highest as grids show them, between −1 and 1.
func shownAs(xs []float32, lowest, highest float64) []float32 {
	shown := make([]float32, len(xs))
	for i, v := range xs {
		shown[i] = float32(2*(float64(v)-lowest)/(highest-lowest) - 1)
	}
	return shown
}

// condition is what the network is told, of the flags that say it.
func (s *sampling) condition(info run.Info) (diffusion.Cond, error) {
	switch {
	case s.spec.N < 1 || s.spec.N > run.MaxN:
		return diffusion.Cond{}, fmt.Errorf("the number of pictures must be between 1 and %d; it is %d", run.MaxN, s.spec.N)
	case !(s.spec.Guidance >= 0 && s.spec.Guidance <= run.MaxGuidance):
		return diffusion.Cond{}, fmt.Errorf("the guidance scale must be between 0 and %g; it is %g", run.MaxGuidance, s.spec.Guidance)
	}
	told := info
	if s.score.classifier != "" && info.NumClasses == 0 {
		told.NumClasses = math.MaxInt // the classifier knows how many there are
	}
	class, err := told.ParseClass(s.class)
	if err != nil {
		return diffusion.Cond{}, err
	}
	if s.score.classifier != "" && class == diffusion.NoClass {
		return diffusion.Cond{}, fmt.Errorf("--classifier leads to a class: say one with --class")
	}
	cond, err := info.Cond(class, strings.Join(s.attributes, ";"), s.spec.N)
	if err != nil {
		return diffusion.Cond{}, fmt.Errorf("--attribute: %w", err)
	}
	return cond, nil
}

// standard are the standard normal numbers that the pictures start from.
func (s *sampling) standard(info run.Info) []float32 {
	elems := info.Elems()
	z := make([]float32, s.spec.N*elems)
	for k := range s.spec.N {
		run.StartNoise(z[k*elems:(k+1)*elems], s.spec.Seed, k)
	}
	return z
}

// retried does work, again where renew can mend what went wrong.
func retried(ctx context.Context, renew func(error) error, work func() error) error {
	for losses := 0; ; losses++ {
		err := work()
		if err == nil || losses == maxLosses || ctx.Err() != nil {
			return err
		}
		if err := renew(err); err != nil {
			return err
		}
	}
}

// predictorCorrector draws by sde.Sampler.
func (s *sampling) predictorCorrector(ctx context.Context, info run.Info, score sde.Score, process sde.SDE, cond diffusion.Cond, kept *scoreTrajectory, stderr io.Writer, renew func(error) error) ([]float32, int, error) {
	sampler := &sde.Sampler{SDE: process, Predictor: sde.Predictor(s.spec.Sampler), Corrector: sde.NoCorrector, N: scoreSteps, Eps: s.score.eps, Noisy: s.score.noisy}
	if s.spec.Sampler == samplerPC {
		sampler.Predictor, sampler.Corrector = sde.Predictor(s.score.predictor), sde.Corrector(s.score.corrector)
		sampler.CorrectorSteps, sampler.SNR = s.score.correctorSteps, s.score.snr
	}
	if s.score.steps {
		sampler.N = s.spec.Steps
	}
	var err error
	if sampler.Constraint, err = s.score.constraint(info, s.spec.N); err != nil {
		return nil, 0, err
	}
	if err := sampler.Check(); err != nil {
		return nil, 0, err
	}
	start, err := sampler.Prior(s.standard(info))
	if err != nil {
		return nil, 0, err
	}
	if err := kept.fits(sampler.N); err != nil {
		return nil, 0, err
	}
	bar := newProgress(stderr, sampler.N, s.quiet)
	defer bar.finish()
	var xs []float32
	noise := run.StepNoise(s.spec.Seed, s.spec.N)
	asked := &askedScore{score: score}
	err = retried(ctx, renew, func() error {
		began := false
		return sampler.Run(ctx, asked, start, cond, noise, func(step sde.Step) error {
			if step.Stage != sde.Corrected && began { // the step before is over
				scale, std := process.Marginal(sampler.Time(start.I))
				if err := kept.add(start.I, sampler.Time(start.I), start.X, asked.first, scale, std); err != nil {
					return err
				}
			}
			switch step.Stage {
			case sde.Begun:
				start, began = sde.Start{I: step.I, X: owned(step.X)}, true
				asked.first = nil
			case sde.Done:
				xs = owned(step.X)
				if err := kept.end(step.I, step.X); err != nil {
					return err
				}
			}
			bar.set(step.I)
			return nil
		})
	})
	return xs, sampler.NFE(), err
}

// flow draws by the probability-flow ODE.
func (s *sampling) flow(ctx context.Context, info run.Info, score sde.Score, process sde.SDE, cond diffusion.Cond, kept *scoreTrajectory, stderr io.Writer, renew func(error) error) ([]float32, int, error) {
	eps := process.Eps()
	if s.score.eps != 0 {
		eps = s.score.eps
	}
	if !(eps > 0 && eps < process.T()) {
		return nil, 0, fmt.Errorf("the last time is %g; it must be above 0 and below %g", eps, process.T())
	}
	start, err := (&sde.Sampler{SDE: process}).Prior(s.standard(info))
	if err != nil {
		return nil, 0, err
	}
	bar := newProgress(stderr, timesShown, s.quiet)
	defer bar.finish()
	asked := &askedScore{score: score}
	f := &sde.Flow{SDE: process, Score: asked, Cond: cond, RelTol: s.score.tolerance, AbsTol: s.score.tolerance}
	state := sde.StateOf(start.X, process.T())
	keep := func(i int, t float64, x, score []float32) error {
		scale, std := process.Marginal(t)
		return kept.add(i, t, x, score, scale, std)
	}
	err = retried(ctx, renew, func() error {
		asked.first = nil
		end, err := f.Resume(ctx, state, eps, func(step *sde.ODEStep) error {
			if state.Accepted == 0 { // the solution's first question is about its start
				if err := keep(0, process.T(), start.X, asked.first); err != nil {
					return err
				}
			}
			state = step.ODEState.Clone()
			if step.T != eps { // a step's last question is about its end
				if err := keep(state.Accepted, step.T, state.Values(), asked.last); err != nil {
					return err
				}
			}
			bar.set(int(timesShown * (process.T() - step.T) / (process.T() - eps)))
			return nil
		})
		if err != nil {
			return err
		}
		state = end
		return kept.end(state.Accepted, state.Values())
	})
	return state.Values(), state.NFE, err
}

// timesShown is how finely the progress of an ODE is shown.
const timesShown = 1000
