//go:build js && wasm

package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"unnoise/model/diffusion"
	"unnoise/model/gpu/device"
	"unnoise/model/run"
	"unnoise/wasm/message"
	"unnoise/wasm/obtain"
	"unnoise/wasm/wire"
)

// maxLosses is how often a run is resumed after losing its device.
const maxLosses = 3

// run carries out a run and sends every step.
func (e *engine) run(ctx context.Context, m *message.Run) {
	fail := func(err error) {
		text, hint := obtain.Describe(err)
		e.post(&message.Error{RunID: m.RunID, Message: text, Hint: hint})
	}
	if e.model == nil || e.model.id != m.Spec.Model {
		fail(&obtain.Problem{
			Message: fmt.Sprintf("The model “%s” is not loaded.", m.Spec.Model),
			Hint:    "Please choose it again, or reload the page.",
		})
		return
	}
	plan, err := run.NewPlan(m.Spec, e.model.info)
	if err != nil {
		fail(err)
		return
	}
	start := run.Start{I: m.From, Xt: m.Xt, Before: m.Before}
	if m.From == 0 && len(m.Xt) == 0 {
		if start, err = plan.Start(m.Start); err != nil {
			fail(err)
			return
		}
	}
	r := &runner{engine: e, model: e.model, id: m.RunID, ctx: ctx, steps: len(plan.Updates), next: start.I, last: start}
	if err := r.carryOut(plan); err != nil {
		if ctx.Err() == nil {
			fail(r.explain(err))
		}
		return
	}
	if ctx.Err() == nil {
		e.post(&message.Done{RunID: m.RunID, Seconds: time.Since(r.began).Seconds()})
	}
}

// runner is one run in progress. It is the Predictor that stands between the
// sampler and the network and holds the watch.
type runner struct {
	engine *engine
	model  *model
	id     int
	ctx    context.Context

	steps  int       // of the whole run
	next   int       // the first step that has not been sent
	last   run.Start // of the last step that was sent, to go on from
	losses int

	began    time.Time // the first evaluation
	stepped  time.Time // the last step
	timed    int       // evaluations timed
	estimate bool      // an estimate has been sent
}

// carryOut runs the plan to its end, over the loss of a device and over a GPU
// that turns out not to be usable.
func (r *runner) carryOut(plan *run.Plan) error {
	r.model.compile = compileHook{progress: r.compiling}
	defer func() { r.model.compile = compileHook{} }()
	r.began = time.Now()
	r.stepped = r.began
	for {
		err := plan.Run(r.ctx, r, r.last, r.record)
		var unusable *compileError
		switch {
		case err == nil || r.ctx.Err() != nil:
			return err
		case r.engine.executor.LostBy(err):
			if r.losses++; r.losses > maxLosses {
				return device.ErrLost
			}
			r.engine.rebuild(r.id, r.last.I)
		case errors.As(err, &unusable) && r.engine.executor.Device != nil && !errors.Is(err, device.ErrOutOfMemory):
			r.engine.fallBack(fmt.Sprintf("Computing on the CPU, since this GPU cannot be used: %s.", obtain.Clause(unusable.err)), r.id, r.last.I)
		default:
			return err
		}
	}
}

// Predict implements diffusion.Predictor.
func (r *runner) Predict(ctx context.Context, xs []float32, t []float64, cond diffusion.Cond) (diffusion.Output, error) {
	x := r.engine.executor
	operations := r.model.flops * float64(len(t))
	if !r.estimate {
		r.estimate = true
		r.sendEstimate(operations/x.Rate, r.steps-r.next, x.Measured)
	}
	compiled := r.model.compile.took
	began := time.Now()
	out, err := r.model.network.Predict(ctx, xs, t, cond)
	if err != nil {
		return out, err
	}
	took := time.Since(began) - (r.model.compile.took - compiled)
	x.Timed(operations, took)
	r.timed++
	// After 1, 2, 4, 8, … evaluations: the first is often slower than the rest.
	if r.timed&(r.timed-1) == 0 {
		r.sendEstimate(took.Seconds(), r.steps-r.next-1, true)
	}
	return out, nil
}

func (r *runner) sendEstimate(seconds float64, steps int, measured bool) {
	if r.ctx.Err() == nil {
		r.engine.post(&message.Estimate{RunID: r.id, SecondsPerStep: seconds, Steps: steps, Measured: measured})
	}
}

// compiling reports the progress of pipelines.
func (r *runner) compiling(done, total int) {
	if r.ctx.Err() == nil {
		r.engine.post(&message.Progress{RunID: r.id, Stage: message.StageCompile, Done: int64(done), Total: int64(total)})
	}
}

// record sends a step to the page and keeps what is needed to go on from it. A
// step that is computed again after a loss has been sent before.
func (r *runner) record(step diffusion.Step) error {
	r.last = run.Start{
		I:      step.I,
		Xt:     append(r.last.Xt[:0], step.Xt...),
		Before: append(r.last.Before[:0], step.Before...),
	}
	if step.I >= r.next {
		r.next = step.I + 1
		now := time.Now()
		m := &message.Step{
			RunID: r.id, Index: step.I, T: step.Update.T,
			Xt: step.Xt, Pred: step.Pred, Seconds: now.Sub(r.stepped).Seconds(),
		}
		r.stepped = now
		if r.ctx.Err() == nil {
			r.engine.post(m)
		}
	}
	if r.engine.executor.Device == nil {
		wire.Turn() // the CPU tier never waits, so it must let the page be heard
	}
	return r.ctx.Err()
}

// explain turns what stopped a run into what the visitor can do about it.
func (r *runner) explain(err error) error {
	const cpuHint = "Please reload the page, or add ?tier=cpu to its address to compute on the CPU."
	switch {
	case errors.Is(err, device.ErrOutOfMemory):
		return &obtain.Problem{Message: "The GPU has not enough memory for this model, even for one picture at a time.",
			Hint: "Please close other tabs and try again, or add ?tier=cpu to the page’s address to compute on the CPU."}
	case errors.Is(err, device.ErrLost):
		return &obtain.Problem{Message: fmt.Sprintf("The GPU was lost %d times in this run.", r.losses), Hint: cpuHint}
	case r.engine.executor.Device != nil:
		return &obtain.Problem{Message: fmt.Sprintf("The run stopped: %s.", obtain.Clause(err)), Hint: cpuHint}
	}
	return err
}
