package exhibit

import (
	"context"
	"fmt"
	"slices"

	"unnoise/model/catalog"
)

// TellTraining has a run say, after its own readouts, how many pictures each network that it
// uses had seen when its training ended. The list of models says so: what a network can do is
// to be judged by that, and it changes whenever one is trained further.
func TellTraining(run func(context.Context, *Env, State, func(Frame)) error) func(context.Context, *Env, State, func(Frame)) error {
	return func(ctx context.Context, env *Env, s State, emit func(Frame)) error {
		env.used = nil
		var told []Readout
		known := 0 // networks that were told of
		var failed error
		ctx, cancel := context.WithCancelCause(ctx)
		defer cancel(nil)
		err := run(ctx, env, s, func(f Frame) {
			if known != len(env.used) && failed == nil {
				known = len(env.used)
				if told, failed = env.training(ctx); failed != nil {
					cancel(failed)
				}
			}
			if f.Readouts != nil {
				f.Readouts = append(slices.Clip(f.Readouts), told...)
			}
			emit(f)
		})
		if failed != nil {
			return failed
		}
		return err
	}
}

// training is a readout for each network that was asked for since used was emptied.
func (e *Env) training(ctx context.Context) ([]Readout, error) {
	if e.catalog == nil {
		const list = "models/index.json"
		text, err := e.File(ctx, list)
		if err != nil {
			return nil, err
		}
		if e.catalog, err = catalog.Parse(text); err != nil {
			return nil, fmt.Errorf("%s: %w", list, err)
		}
	}
	var out []Readout
	for _, id := range e.used {
		m, err := e.catalog.Find(id)
		if err != nil {
			return nil, err
		}
		n := m.TrainingPictures()
		if n == 0 {
			continue // not measured
		}
		out = append(out, Readout{ID: "trained-" + id, Name: "Training pictures, " + m.Name, Value: float64(n),
			Tip: "How many pictures the network had seen when its training ended, each with noise of its own. The papers’ networks see tens of millions and more: a figure far below that is why pictures here may be rough."})
	}
	return out, nil
}

// use notes that a model was asked for.
func (e *Env) use(model string) {
	if !slices.Contains(e.used, model) {
		e.used = append(e.used, model)
	}
}
