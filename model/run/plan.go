package run

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"unnoise/model/diffusion"
	"unnoise/model/trajectory"
)

// Plan is a Spec laid out for a model: every step with its coefficients.
type Plan struct {
	Spec     Spec
	Layout   trajectory.Layout
	Updates  []diffusion.Update
	schedule *diffusion.Schedule // as trained
	cond     diffusion.Cond
}

// NewPlan lays out a Spec. The error is the Problems of Validate, or says what
// is wrong with the model's scheduler.
func NewPlan(spec Spec, info Info) (*Plan, error) {
	if problems := spec.Validate(info); len(problems) > 0 {
		return nil, problems
	}
	schedule, err := info.Scheduler.Schedule()
	if err != nil {
		return nil, fmt.Errorf("the model's scheduler: %w", err)
	}
	reading, err := info.Scheduler.Parametrisation()
	if err != nil {
		return nil, fmt.Errorf("the model's scheduler: %w", err)
	}
	reading.Trained = schedule
	plan := &Plan{
		Spec:     spec,
		Layout:   trajectory.Layout{N: spec.N, C: info.Channels, H: info.Height, W: info.Width},
		schedule: schedule,
	}
	if plan.cond, err = info.Cond(spec.Class, spec.Attributes, spec.N); err != nil {
		return nil, err
	}
	plan.Updates, err = updates(spec, schedule, reading)
	return plan, err
}

// Cond is the same condition for n pictures: a class, or NoClass, and attributes as
// Spec.Attributes has them. The error is that of ParseAttributes.
func (info Info) Cond(class int, attributes string, n int) (diffusion.Cond, error) {
	cond := diffusion.Cond{Class: slices.Repeat([]int{class}, n)}
	options, err := info.ParseAttributes(attributes)
	if err == nil && info.Attributes != nil {
		cond.Attributes = slices.Repeat([][]int{options}, n)
	}
	return cond, err
}

var variances = map[string]diffusion.Variance{
	FixedSmall:   diffusion.FixedSmall,
	FixedLarge:   diffusion.FixedLarge,
	LearnedRange: diffusion.LearnedRange,
}

// updates are the steps of a valid Spec.
func updates(spec Spec, schedule *diffusion.Schedule, reading diffusion.Parametrisation) ([]diffusion.Update, error) {
	visited, err := schedule.Respace(timesteps(spec, schedule.Len()))
	if err != nil {
		return nil, err
	}
	switch spec.Sampler {
	case DDIM:
		return diffusion.DDIMUpdates(visited, reading, spec.Eta), nil
	case DDPM:
		return diffusion.DDPMUpdates(visited, reading, variances[spec.Variance]), nil
	}
	levels := visited.Levels()
	if spec.Spacing == Karras {
		if levels, err = schedule.KarrasLevels(levels[0].Time, len(levels)-1); err != nil {
			return nil, err
		}
	}
	switch spec.Sampler {
	case Euler:
		return diffusion.EulerUpdates(levels, reading), nil
	case EulerAncestral:
		return diffusion.EulerAncestralUpdates(levels, reading, 1), nil
	case Heun:
		return diffusion.HeunUpdates(levels, reading), nil
	case DPMSolverPP2M:
		return diffusion.DPMSolverPP2MUpdates(levels, reading), nil
	}
	return nil, fmt.Errorf("there is no sampler %q", spec.Sampler)
}

// timesteps spreads Steps evenly over 0 … T−1, or over 0 … Start.T, both ends
// included. A single step is taken at the noisy end. There are no more steps
// than timesteps.
func timesteps(spec Spec, T int) []int {
	if spec.Start != nil {
		T = spec.Start.T + 1
	}
	steps := min(spec.Steps, T)
	if steps == 1 {
		return []int{T - 1}
	}
	ts, err := diffusion.FractionalStride(T, steps)
	if err != nil {
		panic(err) // 1 ≤ steps ≤ T
	}
	return ts
}

// Start is where a run begins: x_t of step I, N pictures.
type Start = diffusion.Start

// Start returns the start of the run: x_T, or where the Spec starts from a
// picture, x0 (C·H·W values) noised to its timestep. x0 is nil otherwise.
func (p *Plan) Start(x0 []float32) (Start, error) {
	elems := p.Layout.Picture()
	if p.Spec.Start == nil && x0 != nil {
		return Start{}, fmt.Errorf("a picture was given, but the run starts from pure noise")
	}
	if p.Spec.Start != nil && len(x0) != elems {
		return Start{}, fmt.Errorf("the picture to start from has %d values, the model's have %d", len(x0), elems)
	}
	x := make([]float32, p.Layout.Elems())
	for k := range p.Layout.N {
		picture := x[k*elems : (k+1)*elems]
		StartNoise(picture, p.Spec.Seed, k)
		if p.Spec.Start != nil {
			diffusion.QSample(picture, x0, picture, p.schedule.AlphaBar[p.Spec.Start.T])
		}
	}
	return Start{Xt: x}, nil
}

// Resume returns the start that repeats a recorded step and goes on from there
// exactly as the uninterrupted run does. The step must have been kept exactly:
// see trajectory.Last.
func Resume(step diffusion.Step) Start {
	return Start{I: step.I, Xt: step.Xt, Before: step.Before}
}

// Run carries out the plan from start and yields every step, x_0 at last. The
// slices of a step may be overwritten once yield has returned. Guidance is added
// here: p is the bare network. Cancelling ctx ends the run between steps with
// ctx's error; an error of yield ends it too.
func (p *Plan) Run(ctx context.Context, predictor diffusion.Predictor, start Start, yield func(diffusion.Step) error) error {
	if len(start.Xt) != p.Layout.Elems() {
		return fmt.Errorf("the start has %d values, the run needs %d", len(start.Xt), p.Layout.Elems())
	}
	guided := &diffusion.Guided{Predictor: predictor, Scale: p.Spec.Guidance}
	noise := StepNoise(p.Spec.Seed, p.Spec.N)
	return diffusion.Sample(ctx, guided, p.Updates, start, p.cond, noise, yield)
}

// Replay returns step i of a recorded run of this plan, running again what the
// trajectory did not keep from the step before that it kept.
func (p *Plan) Replay(ctx context.Context, predictor diffusion.Predictor, recorded *trajectory.Trajectory, i int) (diffusion.Step, error) {
	step, ok := recorded.At(i)
	if !ok {
		return diffusion.Step{}, fmt.Errorf("step %d has not been recorded", i)
	}
	if step.I == i {
		return step, nil
	}
	found := errors.New("found")
	err := p.Run(ctx, predictor, Resume(step), func(s diffusion.Step) error {
		if s.I < i {
			return nil
		}
		step = s
		step.Xt, step.Pred, step.Before = slices.Clone(s.Xt), slices.Clone(s.Pred), slices.Clone(s.Before)
		return found
	})
	if err != found {
		return diffusion.Step{}, err
	}
	return step, nil
}
