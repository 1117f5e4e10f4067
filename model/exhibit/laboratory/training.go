package laboratory

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
	"unnoise/model/figure"
	"unnoise/model/mlp"
	"unnoise/model/plane"
	"unnoise/model/rng"
)

const (
	snapshots   = 40  // frames of a training at most, beside the one before it
	askedAtOnce = 256 // points, and twice as many where there are more samples
	// Samples start where ᾱ is about 0.01: at more noise ε̂ says next to nothing of x_0,
	// and what it is wrong by is divided by √ᾱ.
	startSigma = 10
)

// targets are the values of the control "predict".
var targets = map[string]diffusion.Prediction{"eps": diffusion.PredictEps, "x0": diffusion.PredictX0, "v": diffusion.PredictV}

// training is one run of Training.
type training struct {
	state   exhibit.State
	data    *data
	config  mlp.Config
	trainer *mlp.Trainer
	net     *mlp.Predictor
	best    *plane.Predictor // the answer that no network can better
	conduct conductor
	emit    func(exhibit.Frame)

	steps, frames int
	level         diffusion.Level // at which the field is shown
	arrows        string          // which field
	start         []float32       // noise that samples start from
	exact         []float32       // where the exact score leads from there
	truth         []float32       // x_0 to compare samples with
	judge         *judge
	losses        lossCurve

	looked time.Time     // when the network was last looked at
	took   time.Duration // what that took
}

func runTraining(ctx context.Context, env *exhibit.Env, s exhibit.State, emit func(exhibit.Frame)) error {
	d, err := choose(s)
	if err != nil {
		return err
	}
	if d == nil {
		emit(exhibit.Frame{Total: 1, Label: "nothing yet", Figures: map[string]figure.Figure{"samples": square(dataHalf)},
			Words: "There is nothing to learn yet: draw some points on the panel of the samples."})
		return nil
	}
	r := &training{state: s, data: d, emit: emit, steps: s.Int("steps")}
	r.frames = min(snapshots, max(1, r.steps/10)) + 1
	defer r.close()
	if err := r.prepare(ctx, env); err != nil {
		return err
	}
	return r.train(ctx)
}

func (r *training) prepare(ctx context.Context, env *exhibit.Env) error {
	s := r.state
	schedule, err := diffusion.ScheduleByName(s.Text("schedule"), timesteps)
	if err != nil {
		return err
	}
	r.config = mlp.Config{
		Width: s.Int("width"), Depth: s.Int("depth"), Predict: targets[s.Text("predict")], Schedule: schedule,
		Batch: s.Int("batch"), Rate: s.Float("rate"), Average: .98, Seed: s.Seed("seed"),
	}
	n := s.Int("samples")
	if r.trainer, err = mlp.NewTrainer(ctx, r.config, r.data, env.Compile); err != nil {
		return err
	}
	batch := askedAtOnce
	if n > batch {
		batch *= 2
	}
	if r.net, err = mlp.NewPredictor(ctx, r.config, batch, env.Compile); err != nil {
		return err
	}
	r.best = &plane.Predictor{Data: r.data.Mixture, Schedule: schedule, Target: r.config.Predict}
	r.turn(s.Text("time"))
	r.arrows = s.Text("field")
	r.start = make([]float32, 2*n)
	r.random("samples").Normal(r.start)
	if r.exact, err = r.sample(ctx, r.best); err != nil {
		return err
	}
	r.truth = r.data.Sample(r.random("truth"), measured)
	if r.judge, err = newJudge(ctx, r.data, r.best, r.random("judge")); err != nil {
		return err
	}
	r.losses = newLossCurve(r.steps)
	r.conduct = conductor{orders: env.Orders(), between: speeds[s.Text("speed")], changed: func(o exhibit.Order) error {
		switch o.Control {
		case "time":
			r.turn(o.Value)
		case "field":
			r.arrows = o.Value
		default:
			return nil
		}
		return r.look(ctx, r.next())
	}}
	return nil
}

func (r *training) close() {
	if r.trainer != nil {
		r.trainer.Close()
	}
	if r.net != nil {
		r.net.Close()
	}
}

func (r *training) random(purpose string) *rng.Generator {
	return rng.ForName(r.state.Seed("seed"), "training."+purpose)
}

// turn chooses the noise level of the field.
func (r *training) turn(t string) {
	if v, err := strconv.ParseFloat(t, 64); err == nil {
		r.level = r.config.Schedule.At(v - 1)
	}
}

// at is the step at which a frame is final.
func (r *training) at(frame int) int { return frame * r.steps / (r.frames - 1) }

// next is the frame that the step now belongs to.
func (r *training) next() int {
	k := 0
	for r.at(k) < r.trainer.Steps() {
		k++
	}
	return k
}

func (r *training) train(ctx context.Context) error {
	if err := r.look(ctx, 0); err != nil {
		return err
	}
	for r.trainer.Steps() < r.steps {
		if err := r.conduct.await(ctx); err != nil {
			return err
		}
		loss, err := r.trainer.Step(ctx)
		if err != nil {
			return err
		}
		r.losses.add(loss)
		frame := r.next()
		if r.at(frame) == r.trainer.Steps() || r.conduct.shows(r.took, time.Since(r.looked)) {
			if err := r.look(ctx, frame); err != nil {
				return err
			}
		}
	}
	return nil
}

// sample draws from the same starts with a network.
func (r *training) sample(ctx context.Context, net diffusion.Predictor) ([]float32, error) {
	schedule := r.config.Schedule
	levels, err := schedule.KarrasLevels(schedule.AtSigma(startSigma).Time, r.state.Int("sampling-steps"))
	if err != nil {
		return nil, err
	}
	updates := diffusion.DPMSolverPP2MUpdates(levels, diffusion.Parametrisation{Predict: r.config.Predict})
	cond := diffusion.Cond{Class: make([]int, len(r.start)/2)}
	var end []float32
	err = diffusion.Sample(ctx, net, updates, diffusion.Start{Xt: r.start}, cond, nil, func(s diffusion.Step) error {
		end = s.Xt
		return nil
	})
	return end, err
}

// look shows the network as it is now, as that frame.
func (r *training) look(ctx context.Context, frame int) error {
	began := time.Now()
	defer func() { r.looked, r.took = time.Now(), time.Since(began) }()
	if err := r.net.Take(ctx, r.trainer); err != nil {
		return err
	}
	samples, err := r.sample(ctx, r.net)
	if err != nil {
		return fmt.Errorf("sampling: %w", err)
	}
	errors, err := r.judge.ask(ctx, r.net)
	if err != nil {
		return err
	}
	view, err := r.field(ctx)
	if err != nil {
		return err
	}
	r.emit(r.frame(frame, samples, errors, view))
	return nil
}
