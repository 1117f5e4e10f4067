package anneal

import (
	"context"

	"unnoise/model/diffusion"
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
	Frame func(s langevin.Step) (exhibit.Frame, error)
	Emit  func(exhibit.Frame)
	// Begin is where the chains begin, [N, elems], and Noise what they meet; nil is random
	// numbers of each picture's own.
	Begin []float32
	Noise diffusion.Noise
}

// Walk carries the chain out and emits the frames of its moments.
func (r *Run) Walk(ctx context.Context) error {
	moments := Moments(r.Chain, r.Most)
	next := 0
	if r.Begin == nil {
		r.Begin = r.Model.Start(r.Seed, r.N)
	}
	if r.Noise == nil {
		r.Noise = run.StepNoise(r.Seed, r.N)
	}
	return r.Chain.Run(ctx, r.Score, r.Begin, r.Noise, func(s langevin.Step) error {
		if s.I != moments[next] {
			return nil
		}
		f, err := r.Frame(s)
		if err != nil {
			return err
		}
		f.Index, f.Total = next, len(moments)
		f.Label = Label(s)
		f.Equations = append(Equations(r.Chain, s), f.Equations...)
		r.Emit(f)
		next++
		return nil
	})
}
