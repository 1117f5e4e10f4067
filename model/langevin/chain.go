package langevin

import (
	"context"
	"fmt"
	"math"

	"unnoise/model/diffusion"
)

// Chain is annealed Langevin dynamics: NCSN, algorithm 1, with what its and NCSNv2's
// programs add to it.
type Chain struct {
	Sigmas   []float64 // σ_1 … σ_L, falling
	PerLevel int       // T, steps at each
	Step     float64   // ε, the step size α at the last level
	Form     Form
	// Denoise ends the chain with x ← x + σ_L²·s, without noise: NCSNv2's program, after
	// Jolicoeur-Martineau et al. 2020 (arXiv:2009.05475).
	Denoise bool
	// Known holds a part of the pictures; nil for none.
	Known *Known
}

// Plain is Langevin dynamics at one noise level, steps of a fixed size.
func Plain(sigma, step float64, steps int, form Form) *Chain {
	return &Chain{Sigmas: []float64{sigma}, PerLevel: steps, Step: step, Form: form}
}

// Step is a moment of a chain. Its slices may be overwritten after yield has returned.
type Step struct {
	I        int // steps taken before
	Level    int // the step's; the last one's when Done
	Of       int // number of the step within its level, from 0
	Sigma    float64
	StepSize float64   // α; 0 when Done
	X        []float32 // [N, elems]
	Score    []float32 // at X; nil when Done
	Done     bool      // X is the result
}

// Guess writes what a step's score takes the pictures for, the mean of what X may have
// been without noise: x + σ²·s, Tweedie's formula. When Done it is X. dst: [N, elems].
func (s Step) Guess(dst []float32) {
	if s.Score == nil {
		copy(dst, s.X)
		return
	}
	diffusion.Combine(dst, s.X, s.Score, 1, s.Sigma*s.Sigma)
}

// StepSize is α of a level: ε·σ²/σ_L².
func (c *Chain) StepSize(level int) float64 {
	ratio := c.Sigmas[level] / c.Sigmas[len(c.Sigmas)-1]
	return c.Step * ratio * ratio
}

// Carried is what is left of the variance of one level's noise after the steps of the next,
// in the next one's variance, on a single Gaussian: the first term of [Settled]. From 1 on
// the noise does not follow the levels down. Levels are taken to be geometric; one level
// alone carries nothing over.
func (c *Chain) Carried() float64 {
	n := len(c.Sigmas)
	if n < 2 {
		return 0
	}
	gamma, last := Ratio(c.Sigmas[0], c.Sigmas[n-1], n), c.Sigmas[n-1]
	ofScore, _ := c.Form.Coefficients(c.Step)
	return gamma * gamma * math.Pow(1-ofScore/(last*last), 2*float64(c.PerLevel))
}

// Len is the number of steps, without the last denoising one.
func (c *Chain) Len() int { return len(c.Sigmas) * c.PerLevel }

// NFE is how often a whole chain evaluates the score.
func (c *Chain) NFE() int {
	if c.Denoise {
		return c.Len() + 1
	}
	return c.Len()
}

// Check says what is wrong with the settings, or returns nil.
func (c *Chain) Check() error {
	if err := checkLevels(c.Sigmas); err != nil {
		return err
	}
	if c.PerLevel < 1 {
		return fmt.Errorf("%d steps at each noise level; there must be at least 1", c.PerLevel)
	}
	if !(c.Step > 0) {
		return fmt.Errorf("the step size ε is %g; it must be above 0", c.Step)
	}
	return c.Form.check()
}

// Run carries the chain out on x, which becomes the result, and yields every step before
// it is taken, and the result. x: [N, elems]; the programs start pictures from even random
// numbers between 0 and 1. noise is asked for draws 0, 1, … in the order of the programs:
// those of Known, where there is one, before the step's. An error of yield ends the run
// and is returned; so is ctx's.
func (c *Chain) Run(ctx context.Context, score Score, x []float32, noise diffusion.Noise, yield func(Step) error) error {
	return c.Resume(ctx, score, 0, x, noise, yield)
}

// Resume goes on with a chain before step from, whose X is x, as Run would have.
func (c *Chain) Resume(ctx context.Context, score Score, from int, x []float32, noise diffusion.Noise, yield func(Step) error) error {
	if err := c.Check(); err != nil {
		return err
	}
	if err := c.Known.check(len(x)); err != nil {
		return err
	}
	if from < 0 || from > c.Len() {
		return fmt.Errorf("step %d of a chain of %d steps", from, c.Len())
	}
	r := &running{Chain: c, score: score, noise: noise, yield: yield, x: x, s: make([]float32, len(x)), z: make([]float32, len(x))}
	r.draws = c.drawsBefore(from)
	for level := from / c.PerLevel; level < len(c.Sigmas); level++ {
		if err := r.level(ctx, level, max(0, from-level*c.PerLevel)); err != nil {
			return fmt.Errorf("noise level %d (σ = %.4g): %w", level+1, c.Sigmas[level], err)
		}
	}
	last := len(c.Sigmas) - 1
	if c.Denoise {
		if err := score.Score(ctx, x, last, r.s); err != nil {
			return fmt.Errorf("the last step: %w", err)
		}
		diffusion.Combine(x, x, r.s, 1, c.Sigmas[last]*c.Sigmas[last])
	}
	return yield(Step{I: c.Len(), Level: last, Sigma: c.Sigmas[last], X: x, Done: true})
}

// running is the state between two steps.
type running struct {
	*Chain
	score   Score
	noise   diffusion.Noise
	yield   func(Step) error
	x, s, z []float32
	draws   int
}

// drawsBefore is how many draws the steps before step from have taken, Known's included. The
// first step of a level finds the known part noised already when the chain goes on there,
// and noises it the same again.
func (c *Chain) drawsBefore(from int) int {
	switch {
	case c.Known == nil:
		return from
	case c.Known.Anew:
		return 2 * from
	default:
		return from + (from+c.PerLevel-1)/c.PerLevel
	}
}

// level takes the steps of a noise level from the given one on.
func (r *running) level(ctx context.Context, level, first int) error {
	sigma, alpha := r.Sigmas[level], r.StepSize(level)
	ofScore, ofNoise := r.Form.Coefficients(alpha)
	for of := first; of < r.PerLevel; of++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		if r.Known != nil && (of == 0 || r.Known.Anew) {
			r.Known.noised(r.x, r.draw(), sigma)
		}
		if err := r.score.Score(ctx, r.x, level, r.s); err != nil {
			return err
		}
		err := r.yield(Step{I: level*r.PerLevel + of, Level: level, Of: of, Sigma: sigma, StepSize: alpha, X: r.x, Score: r.s})
		if err != nil {
			return err
		}
		r.Known.keep(r.x)
		diffusion.Combine(r.x, r.x, r.s, 1, ofScore)
		diffusion.Combine(r.x, r.x, r.draw(), 1, ofNoise)
		r.Known.putBack(r.x)
	}
	return nil
}

// draw is the next noise, which holds until the next draw.
func (r *running) draw() []float32 {
	r.noise(r.draws, r.z)
	r.draws++
	return r.z
}
