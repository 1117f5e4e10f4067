package main

import (
	"context"
	"fmt"
	"path/filepath"

	"unnoise/model/diffusion"
	"unnoise/model/safetensors"
	"unnoise/model/sde"
	"unnoise/model/trajectory"
)

// scoreTrajectory is a run by a score that is kept for --trajectory. nil keeps nothing.
type scoreTrajectory struct {
	layout          trajectory.Layout
	lowest, highest float64 // of the model's pictures
	measure         string  // what the steps go by: "t", the time, or "sigma", the noise

	at     []float32   // t or σ of each step but the result
	x      [][]float32 // before each step; the result at last
	scores [][]float32 // at x; nil where a step has asked for none
	guess  [][]float32 // x̂_0 by that score
}

// fits refuses a run of steps that would not fit in memory.
func (k *scoreTrajectory) fits(steps int) error {
	if k == nil {
		return nil
	}
	if held := int64(steps+1) * int64(k.layout.Elems()) * 12; held > maxTrajectoryBytes {
		return fmt.Errorf("--trajectory would hold %d MB, at most %d are possible: draw fewer pictures or steps", held>>20, maxTrajectoryBytes>>20)
	}
	return nil
}

// add keeps step i: x = scale·x_0 + std·z at t or σ, and the score there. A step that
// is computed again after the loss of a device is kept already.
func (k *scoreTrajectory) add(i int, at float64, x, score []float32, scale, std float64) error {
	if k == nil || i < len(k.x) {
		return nil
	}
	if err := k.fits(i); err != nil {
		return err
	}
	var guess []float32
	if score != nil {
		score = owned(score)
		guess = make([]float32, len(x))
		// Tweedie's formula: E[x_0 | x] = (x + std²·s) / scale.
		diffusion.Combine(guess, x, score, 1/scale, std*std/scale)
	}
	k.at, k.x = append(k.at, float32(at)), append(k.x, owned(x))
	k.scores, k.guess = append(k.scores, score), append(k.guess, guess)
	return nil
}

// end keeps the result, after step i − 1.
func (k *scoreTrajectory) end(i int, x []float32) error {
	if k == nil {
		return nil
	}
	if i != len(k.x) {
		return fmt.Errorf("--trajectory has kept %d steps of %d", len(k.x), i)
	}
	k.x = append(k.x, owned(x))
	return nil
}

// write makes a folder of the run: of every step the PNGs of x_t and x̂_0, and
// trajectory.safetensors with xt [S+1, N, C, H, W], score [S, N, C, H, W] (guidance
// included; without the tensor where the sampler asks for no score at x_t) and t or sigma [S],
// the time or the noise.
func (k *scoreTrajectory) write(dir string) error {
	return writeFolder(dir, func(partial string) error {
		grid := func(name string, xs []float32) error {
			return writeGrid(filepath.Join(partial, name+".png"), k.layout, shownAs(xs, k.lowest, k.highest))
		}
		var xt, scores []float32
		for i, x := range k.x {
			xt = append(xt, x...)
			if i == len(k.at) {
				if err := grid(fmt.Sprintf("step-%04d-x0", i), x); err != nil {
					return err
				}
				continue
			}
			name := fmt.Sprintf("step-%04d-%s%.4g", i, k.measure, k.at[i])
			if err := grid(name+"-xt", x); err != nil {
				return err
			}
			if k.guess[i] != nil {
				if err := grid(name+"-x0hat", k.guess[i]); err != nil {
					return err
				}
			}
			scores = append(scores, k.scores[i]...)
		}
		shape := func(n int) []int { return append([]int{n}, shapeOf(k.layout)...) }
		tensors := []safetensors.Tensor{
			safetensors.FromFloat32("xt", shape(len(k.x)), xt),
			safetensors.FromFloat32(k.measure, []int{len(k.at)}, k.at),
		}
		if len(scores) > 0 {
			tensors = append(tensors, safetensors.FromFloat32("score", shape(len(k.at)), scores))
		}
		return writeSafetensors(filepath.Join(partial, "trajectory.safetensors"), tensors...)
	})
}

// askedScore remembers what a score has answered.
type askedScore struct {
	score       sde.Score
	first, last []float32 // since first was set to nil; last may be overwritten by the next answer
}

// Score implements sde.Score.
func (a *askedScore) Score(ctx context.Context, xs []float32, t []float64, cond diffusion.Cond, dst []float32) error {
	if err := a.score.Score(ctx, xs, t, cond, dst); err != nil {
		return err
	}
	if a.first == nil {
		a.first = owned(dst)
	}
	a.last = dst
	return nil
}
