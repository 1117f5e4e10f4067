//go:build js && wasm

package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"unnoise/model/exhibit"
	"unnoise/model/exhibit/all"
	"unnoise/model/gpu/device"
	"unnoise/wasm/message"
	"unnoise/wasm/message/show"
	"unnoise/wasm/obtain"
	"unnoise/wasm/tier"
	"unnoise/wasm/wire"
)

// maxLosses is how often a run begins again after the loss of its device.
const maxLosses = 3

// open picks the tier and says so.
func (g *guide) open(want message.Tier) {
	g.want = want
	g.use(tier.Open(context.Background(), want))
}

// use makes x the executor. What was compiled for the one before is of no use.
func (g *guide) use(x *tier.Executor) {
	g.executor = x
	if g.env == nil {
		g.env = exhibit.NewEnv(&host{guide: g})
	}
	g.env.Close()
	ready := x.Ready
	if g.sparesTiny() {
		ready.Reason += fmt.Sprintf(" Networks of up to %d million operations a run are computed without it, which is quicker.", tier.TinyOperations/1_000_000)
	}
	g.post(&show.Ready{Ready: ready})
}

// sparesTiny reports whether tiny networks run on this thread though there is a device:
// one that is a program, unless the page asks for WebGPU.
func (g *guide) sparesTiny() bool {
	return g.executor.Device != nil && g.executor.Ready.Software && g.want != message.TierWebGPU
}

// run runs an exhibit to its end and says how that went, unless it is cancelled.
func (g *guide) run(t *tour, m *show.Run) {
	began := time.Now()
	state, err := g.state(m)
	if err == nil {
		err = g.show(t, state)
	}
	switch {
	case t.ctx.Err() != nil:
	case err != nil:
		text, hint := obtain.Describe(g.explain(err))
		g.post(&show.Error{RunID: t.id, Message: text, Hint: hint})
	default:
		g.post(&show.Done{RunID: t.id, Seconds: time.Since(began).Seconds()})
	}
}

func (g *guide) state(m *show.Run) (exhibit.State, error) {
	if g.executor == nil {
		return exhibit.State{}, errors.New("the guide was not opened before it was asked to run")
	}
	e := all.Find(m.Exhibit)
	if e == nil {
		return exhibit.State{}, fmt.Errorf("there is no exhibit %q", m.Exhibit)
	}
	return exhibit.NewState(e, m.Values)
}

// show runs the exhibit, from its start again on another device where one is lost,
// and on the CPU where the device turns out not to be usable.
func (g *guide) show(t *tour, state exhibit.State) error {
	if x := g.executor; x.Device != nil && x.Device.Err() != nil { // lost while nothing ran
		g.use(x.Reopen(t.ctx))
	}
	for losses := 0; ; {
		err := g.once(t, state)
		var unusable *compileError
		switch {
		case err == nil || t.ctx.Err() != nil:
			return err
		case g.executor.LostBy(err):
			if losses++; losses > maxLosses {
				return device.ErrLost
			}
			reason := obtain.Sentence(g.executor.Device.Err())
			g.use(g.executor.Reopen(t.ctx))
			g.post(&show.Again{RunID: t.id, Reason: reason})
		case errors.As(err, &unusable) && g.executor.Device != nil && !errors.Is(err, device.ErrOutOfMemory):
			reason := fmt.Sprintf("Computing on the CPU, since this GPU cannot be used: %s.", obtain.Clause(unusable.err))
			g.use(tier.OnCPU(reason))
			g.post(&show.Again{RunID: t.id, Reason: reason})
		default:
			return err
		}
	}
}

// once runs the exhibit from its start to its end.
func (g *guide) once(t *tour, state exhibit.State) error {
	e := state.Exhibit()
	var wrong error
	ctx, cancel := context.WithCancelCause(t.ctx)
	defer cancel(nil)
	err := e.Run(ctx, g.env, state, func(f exhibit.Frame) {
		if ctx.Err() != nil {
			return
		}
		if wrong = f.Check(e); wrong != nil {
			cancel(wrong)
			return
		}
		g.post(show.NewFrame(t.id, f))
		wire.Turn() // an exhibit that never waits must let the page be heard
	})
	if wrong != nil {
		return &obtain.Problem{Message: fmt.Sprintf("The exhibit made a mistake: %s.", obtain.Clause(wrong)), Hint: "Please choose another setting."}
	}
	return err
}

// explain turns what stopped a run into what the visitor can do about it.
func (g *guide) explain(err error) error {
	const cpuHint = "Please reload the page, or add ?tier=cpu to its address to compute on the CPU."
	var known *obtain.Problem
	switch {
	case errors.As(err, &known):
		return err
	case errors.Is(err, device.ErrOutOfMemory):
		return &obtain.Problem{Message: "The GPU has not enough memory for this setting.", Hint: "Please choose a smaller one, such as fewer pictures at once."}
	case errors.Is(err, device.ErrLost):
		return &obtain.Problem{Message: fmt.Sprintf("The GPU was lost %d times in this run.", maxLosses+1), Hint: cpuHint}
	case g.executor != nil && g.executor.Device != nil:
		return &obtain.Problem{Message: fmt.Sprintf("The run stopped: %s.", obtain.Clause(err)), Hint: cpuHint}
	}
	return fmt.Errorf("the run stopped: %w", err)
}
