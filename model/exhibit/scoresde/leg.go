package scoresde

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
	"unnoise/model/sde"
)

// leg is a sampler that is carried out step by step, so that two can go side by side.
type leg struct {
	*sde.Sampler
	now  sde.Step // its X is a copy
	size float64  // of the corrector's last step
	pull func() (sde.Step, error, bool)
	stop func()
}

// newLeg begins a run of n of the subject; stop must be called in the end.
func (u *subject) newLeg(ctx context.Context, sampler *sde.Sampler, n int, seed uint64) (*leg, error) {
	start, err := sampler.Prior(u.normal(seed, n))
	if err != nil {
		return nil, err
	}
	l := &leg{Sampler: sampler}
	steps := func(yield func(sde.Step, error) bool) {
		err := sampler.Run(ctx, u.score, start, u.cond(n), u.noise(seed, n), func(s sde.Step) error {
			s.X = slices.Clone(s.X)
			if !yield(s, nil) {
				return context.Canceled
			}
			return nil
		})
		if err != nil {
			yield(sde.Step{}, err)
		}
	}
	l.pull, l.stop = iter.Pull2(quiet(steps))
	return l, nil
}

// quiet keeps an iterator from yielding once it was told to stop.
func quiet(steps func(yield func(sde.Step, error) bool)) func(yield func(sde.Step, error) bool) {
	return func(yield func(sde.Step, error) bool) {
		stopped := false
		steps(func(s sde.Step, err error) bool {
			if !stopped {
				stopped = !yield(s, err)
			}
			return !stopped
		})
	}
}

// to goes on until the step of that index begins, or the result is there.
func (l *leg) to(i int) error {
	for l.now.X == nil || l.now.I < i || l.now.Stage == sde.Corrected {
		s, err, more := l.pull()
		if !more {
			return nil
		}
		if err != nil {
			return err
		}
		if s.Stage == sde.Corrected {
			l.size = s.StepSize
		}
		l.now = s
	}
	return nil
}

// update is the predictor's step at the present time.
func (l *leg) update() (sde.Update, error) {
	return l.Predictor.Update(l.SDE, l.now.Time, l.N, l.Flow)
}

// label names the present moment.
func (l *leg) label() string {
	if l.now.Stage == sde.Done {
		return "done"
	}
	return fmt.Sprintf("t = %.3f", l.now.Time)
}

// walk carries legs out side by side and emits a frame of each of the first one's moments,
// filled in by show; the others are as far as their own number of steps lets them be.
func walk(legs []*leg, show func(f *exhibit.Frame) error, emit func(exhibit.Frame)) error {
	first := legs[0]
	moments := chain.Moments(first.N, maxFrames)
	for index, i := range moments {
		for _, l := range legs {
			if err := l.to(i * l.N / first.N); err != nil {
				return err
			}
		}
		f := exhibit.Frame{Index: index, Total: len(moments), Label: first.label()}
		if err := show(&f); err != nil {
			return err
		}
		emit(f)
	}
	return nil
}
