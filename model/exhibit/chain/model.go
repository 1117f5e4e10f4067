package chain

import (
	"context"
	"fmt"
	"slices"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
	"unnoise/model/run"
)

// Model is a network of the catalogue with the noise it was trained on.
type Model struct {
	ID string
	run.Info
	Net     diffusion.Predictor // each answer has slices of its own
	Trained *diffusion.Schedule
	Reading diffusion.Parametrisation
}

// Load makes a model ready to be asked.
func Load(ctx context.Context, env *exhibit.Env, id string) (*Model, error) {
	network, info, err := env.Network(ctx, id)
	if err != nil {
		return nil, err
	}
	m := &Model{ID: id, Info: info, Net: lasting{network}}
	if m.Trained, err = info.Scheduler.Schedule(); err != nil {
		return nil, fmt.Errorf("model %q: %w", id, err)
	}
	if m.Reading, err = info.Scheduler.Parametrisation(); err != nil {
		return nil, fmt.Errorf("model %q: %w", id, err)
	}
	m.Reading.Trained = m.Trained
	return m, nil
}

// Respaced is the chain of n of the trained timesteps, the first and the last
// included: Nichol & Dhariwal 2021, §4. It panics unless 2 ≤ n ≤ T.
func (m *Model) Respaced(n int) *diffusion.Schedule {
	ts, err := diffusion.FractionalStride(m.Trained.Len(), n)
	if err != nil || n < 2 {
		panic(fmt.Sprintf("%d of %d timesteps: a control's limits are wrong", n, m.Trained.Len()))
	}
	s, err := m.Trained.Respace(ts)
	if err != nil {
		panic(err) // FractionalStride picks trained timesteps
	}
	return s
}

// Bound is the model's bound over the whole chain.
func (m *Model) Bound(v diffusion.Variance) diffusion.Bound {
	return diffusion.Bound{Schedule: m.Trained, Parametrisation: m.Reading, Variance: v}
}

// lasting makes a predictor's answers outlast its next one, so that several chains
// can share a network.
type lasting struct{ of diffusion.Predictor }

// Predict implements diffusion.Predictor.
func (l lasting) Predict(ctx context.Context, xs []float32, t []float64, cond diffusion.Cond) (diffusion.Output, error) {
	out, err := l.of.Predict(ctx, xs, t, cond)
	return diffusion.Output{Pred: slices.Clone(out.Pred), Variance: slices.Clone(out.Variance)}, err
}
