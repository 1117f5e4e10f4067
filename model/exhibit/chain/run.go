package chain

import (
	"context"
	"iter"
	"slices"

	"unnoise/model/diffusion"
	"unnoise/model/run"
)

// Run is a reverse chain of a few pictures.
type Run struct {
	Net     diffusion.Predictor
	Updates []diffusion.Update
	Start   diffusion.Start
	Class   []int // of each picture, or diffusion.NoClass
	Noise   diffusion.Noise
}

// Reverse is DDPM's chain over steps timesteps from pure noise, one picture for each
// class. Picture k has the random numbers of package run: seed + k.
func (m *Model) Reverse(steps int, v diffusion.Variance, class []int, seed uint64) *Run {
	return &Run{
		Net:     m.Net,
		Updates: diffusion.DDPMUpdates(m.Respaced(steps), m.Reading, v),
		Start:   diffusion.Start{Xt: m.StartNoise(len(class), seed)},
		Class:   class,
		Noise:   run.StepNoise(seed, len(class)),
	}
}

// StartNoise is x_T of n pictures: run.StartNoise of each.
func (m *Model) StartNoise(n int, seed uint64) []float32 {
	x := make([]float32, n*m.Elems())
	for k := range n {
		run.StartNoise(x[k*m.Elems():(k+1)*m.Elems()], seed, k)
	}
	return x
}

// Same is the condition of n pictures of one class.
func Same(class, n int) []int { return slices.Repeat([]int{class}, n) }

// Walk carries the chain out and yields every step, x_0 at last: diffusion.Sample.
func (r *Run) Walk(ctx context.Context, yield func(diffusion.Step) error) error {
	return diffusion.Sample(ctx, r.Net, r.Updates, r.Start, diffusion.Cond{Class: r.Class}, r.Noise, yield)
}

// Pull carries the chain out one step at a time, so that several can go side by
// side: next returns the next step, x_0 at last, whose slices hold until it is
// called again. stop must be called in the end.
func (r *Run) Pull(ctx context.Context) (next func() (diffusion.Step, error), stop func()) {
	type stopped struct{ error }
	steps := func(yield func(diffusion.Step, error) bool) {
		err := r.Walk(ctx, func(s diffusion.Step) error {
			if !yield(s, nil) {
				return stopped{context.Canceled}
			}
			return nil
		})
		if _, early := err.(stopped); err != nil && !early {
			yield(diffusion.Step{}, err)
		}
	}
	pull, stop := iter.Pull2(steps)
	return func() (diffusion.Step, error) {
		s, err, _ := pull()
		return s, err
	}, stop
}

// X0Hat is what a step's network takes the finished pictures for.
func X0Hat(s diffusion.Step) []float32 {
	x0 := make([]float32, len(s.Xt))
	s.X0Hat(x0)
	return x0
}

// Moments are at most about most of the indices 0 … last, evenly spread, both ends
// included: the steps of a long run that are worth a frame.
func Moments(last, most int) []int {
	n := min(last+1, max(2, most))
	out := make([]int, n)
	for i := range out {
		out[i] = i * last / max(1, n-1)
	}
	return slices.Compact(out)
}
