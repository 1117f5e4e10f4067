package scoreblog

import (
	"context"
	"fmt"
	"slices"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
	"unnoise/model/figure"
	"unnoise/model/run"
	"unnoise/model/sde"
)

// forwardFrames is how many moments of the way into noise are shown, and forwardSteps how
// many the paths have.
const (
	forwardFrames = 12
	forwardSteps  = 120
)

// pixel is one run of Pixel.
type pixel struct {
	state exhibit.State
	info  run.Info
	law   sde.SDE
	score sde.Score
	class int
	cells []int // of the pixels that are watched

	real    []float32 // the picture that the way into noise begins with
	data    *sde.Mixture
	xs      []float32   // the runs' pictures, the ODE's last
	there   [][]float32 // paths of the real pixel, (time across, value)
	back    [][]float32 // paths of the runs, the ODE's last
	density *figure.Density
	total   int
	made    int
}

func runPixel(ctx context.Context, env *exhibit.Env, s exhibit.State, emit func(exhibit.Frame)) error {
	r := &pixel{state: s, class: chain.Class(s)}
	network, info, err := env.Network(ctx, s.Text("network"))
	if err != nil {
		return err
	}
	r.info = info
	if r.score, r.law, err = info.Score(network); err != nil {
		return err
	}
	if err := r.prepare(ctx, env); err != nil {
		return err
	}
	shown := chain.Moments(r.state.Int("steps"), 50)
	r.total = forwardFrames + len(shown)
	if err := r.into(ctx, emit); err != nil {
		return err
	}
	return r.out(ctx, shown, emit)
}

// pixelBlur is the deviation of the bumps that stand for the real pictures' values.
const pixelBlur = .06

func (r *pixel) prepare(ctx context.Context, env *exhibit.Env) error {
	for i, on := range r.state.Mask("pixel") {
		if on {
			r.cells = append(r.cells, i)
		}
	}
	if len(r.cells) == 0 {
		r.cells = []int{pixelSide*pixelSide/2 + pixelSide/2}
	}
	var err error
	if r.real, _, err = chain.Picture(ctx, env, r.state, ""); err != nil {
		return err
	}
	sheet, err := env.Sheet(ctx, "fashion")
	if err != nil {
		return err
	}
	if len(r.real) != pixelSide*pixelSide || r.info.Elems() != len(r.real) {
		return fmt.Errorf("pictures of %d values and a network for %d, expected %d: the site is incomplete", len(r.real), r.info.Elems(), pixelSide*pixelSide)
	}
	var values []sde.Gaussian
	for i, picture := range sheet.Pictures {
		if r.class == diffusion.NoClass || sheet.Labels[i] == r.class {
			values = append(values, sde.Gaussian{Weight: 1, Mean: []float64{r.value(picture)}, Std: pixelBlur})
		}
	}
	if r.data, err = sde.NewMixture(values...); err != nil {
		return fmt.Errorf("the real pictures: %w", err)
	}
	r.density = r.behind()
	return nil
}

// value is the mean of the watched pixels of a picture.
func (r *pixel) value(picture []float32) float64 {
	var sum float64
	for _, i := range r.cells {
		sum += float64(picture[i])
	}
	return sum / float64(len(r.cells))
}

// into takes the real picture's pixel into noise a few times, by the exact transitions of
// the SDE.
func (r *pixel) into(ctx context.Context, emit func(exhibit.Frame)) error {
	n := r.state.Int("runs")
	g := r.random("forward")
	x := slices.Repeat([]float32{float32(r.value(r.real))}, n)
	r.there = make([][]float32, n)
	shown := chain.Moments(forwardSteps, forwardFrames)
	scale, std := 1.0, 0.0
	for k := range forwardSteps + 1 {
		if err := ctx.Err(); err != nil {
			return err
		}
		t := float64(k) / forwardSteps
		nextScale, nextStd := 1.0, 0.0
		if k > 0 {
			nextScale, nextStd = r.law.Marginal(t)
			nextStd *= r.quieter()
			transition(x, scale, std, nextScale, nextStd, g)
		}
		scale, std = nextScale, nextStd
		for i, v := range x {
			r.there[i] = append(r.there[i], float32(t), v)
		}
		if slices.Contains(shown, k) {
			emit(r.frame(t, false, x))
		}
	}
	return nil
}

// out goes back from noise: all runs and the ODE ask the network together.
func (r *pixel) out(ctx context.Context, shown []int, emit func(exhibit.Frame)) error {
	n, steps, elems := r.state.Int("runs")+1, r.state.Int("steps"), r.info.Elems()
	seed := r.state.Seed("seed")
	r.xs = make([]float32, n*elems)
	r.back = make([][]float32, n)
	start := make([]float32, elems)
	run.StartNoise(start, seed, 0)
	for k := range n {
		copy(r.xs[k*elems:], start)
	}
	noise := run.StepNoise(seed, n)
	z, score := make([]float32, len(r.xs)), make([]float32, len(r.xs))
	for i := range steps + 1 {
		if err := ctx.Err(); err != nil {
			return err
		}
		t := r.time(i)
		r.note(t)
		if slices.Contains(shown, i) {
			emit(r.frame(t, true, nil))
		}
		if i == steps {
			break
		}
		if err := r.score.Score(ctx, r.xs, slices.Repeat([]float64{t}, n), diffusion.Cond{Class: chain.Same(r.class, n)}, score); err != nil {
			return err
		}
		noise(i, z)
		ofX, ofScore, std := leap(r.law, t, r.time(i+1), true)
		flowX, flowScore, _ := leap(r.law, t, r.time(i+1), false)
		for j := range r.xs {
			if j < (n-1)*elems {
				r.xs[j] = float32(ofX*float64(r.xs[j]) + ofScore*float64(score[j]) + std*float64(z[j]))
			} else {
				r.xs[j] = float32(flowX*float64(r.xs[j]) + flowScore*float64(score[j]))
			}
		}
	}
	return nil
}

// time is that after i of the steps back.
func (r *pixel) time(i int) float64 {
	steps := r.state.Int("steps")
	return r.law.T() * float64(steps-i) / float64(steps)
}

// note adds where the watched pixel of every run is.
func (r *pixel) note(t float64) {
	elems := r.info.Elems()
	for k := range r.back {
		r.back[k] = append(r.back[k], float32(2-t), float32(r.value(r.xs[k*elems:(k+1)*elems])))
	}
}
