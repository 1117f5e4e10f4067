package anneal

import (
	"context"

	"unnoise/model/exhibit"
	"unnoise/model/langevin"
	"unnoise/model/run"
)

// Run is a chain of pictures that is shown.
type Run struct {
	Model *Model
	Chain *langevin.Chain
	Score langevin.Score
	N     int // pictures
	Seed  uint64
	Most  int // frames, about
	Frame func(s langevin.Step) exhibit.Frame
	Emit  func(exhibit.Frame)
}

// Walk carries the chain out, each picture with random numbers of its own, and emits the
// frames of its moments.
func (r *Run) Walk(ctx context.Context) error {
	moments := Moments(r.Chain, r.Most)
	next := 0
	return r.Chain.Run(ctx, r.Score, r.Model.Start(r.Seed, r.N), run.StepNoise(r.Seed, r.N), func(s langevin.Step) error {
		if s.I != moments[next] {
			return nil
		}
		f := r.Frame(s)
		f.Index, f.Total = next, len(moments)
		f.Label = Label(s)
		f.Equations = append(Equations(r.Chain, s), f.Equations...)
		r.Emit(f)
		next++
		return nil
	})
}
