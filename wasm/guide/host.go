//go:build js && wasm

package main

import (
	"context"
	"fmt"
	"path"
	"time"

	"unnoise/model/catalog"
	"unnoise/model/exhibit"
	"unnoise/model/gguf"
	"unnoise/model/gpu"
	"unnoise/model/graph"
	"unnoise/model/weights"
	"unnoise/wasm/message"
	"unnoise/wasm/message/show"
	"unnoise/wasm/obtain"
	"unnoise/wasm/tier"
	"unnoise/wasm/wire"
)

// modelList is the list of models of the site, relative to worker.js.
const modelList = "models/index.json"

// host is the world of exhibits in the worker. Its methods are called by the tour that
// is going on.
type host struct {
	guide *guide
	list  *catalog.Catalog // nil before it is needed
}

// Weights gets a model, from the browser's storage or from the site, and checks it.
func (h *host) Weights(ctx context.Context, model string) (*weights.Set, error) {
	found, err := h.find(ctx, model)
	if err != nil {
		return nil, err
	}
	id := h.guide.tour.id
	report := obtain.Throttle(func(stage message.Stage, done, total int64) {
		if ctx.Err() == nil {
			h.guide.post(&show.Progress{RunID: id, Stage: stage, Model: model, Done: done, Total: total})
		}
	})
	file, err := obtain.Model(ctx, &message.Load{
		ID: model, URL: path.Join(path.Dir(modelList), found.File), SHA256: found.SHA256, Size: found.Size}, report)
	if err != nil {
		return nil, err
	}
	if file.Note != "" {
		h.guide.post(&show.Note{RunID: id, Text: file.Note})
	}
	set, err := gguf.Read(file.Bytes)
	if err != nil {
		return nil, &obtain.Problem{
			Message: fmt.Sprintf("The model “%s” cannot be used: %s.", model, obtain.Clause(err)),
			Hint:    "The site is of another version than this page; please reload it.",
		}
	}
	report(message.StageVerify, found.Size, found.Size)
	return set, nil
}

func (h *host) find(ctx context.Context, model string) (*catalog.Model, error) {
	if h.list == nil {
		text, err := h.File(ctx, modelList)
		if err != nil {
			return nil, err
		}
		if h.list, err = catalog.Parse(text); err != nil {
			return nil, err
		}
	}
	return h.list.Find(model)
}

// File fetches a file of the site.
func (h *host) File(ctx context.Context, path string) ([]byte, error) {
	return obtain.Page(ctx, path)
}

// Compile makes a graph ready to run, with progress on the GPU. On this thread, where
// tiny ones run if the device is a program, every run lets the page's messages in.
func (h *host) Compile(ctx context.Context, g *graph.Graph) (graph.Program, error) {
	t := h.guide.tour
	report := obtain.Throttle(func(stage message.Stage, done, total int64) {
		if t.ctx.Err() == nil {
			h.guide.post(&show.Progress{RunID: t.id, Stage: stage, Done: done, Total: total})
		}
	})
	x := h.guide.executor
	if h.guide.sparesTiny() && tier.Tiny(g) {
		x = tier.OnCPU("")
	}
	program, err := x.Compile(ctx, g, gpu.Options{Progress: func(done, total int) {
		report(message.StageCompile, int64(done), int64(total))
	}})
	switch {
	case err != nil:
		return nil, &compileError{err}
	case x.Device == nil:
		turning := &turning{Program: program}
		if states, ok := program.(graph.Stateful); ok {
			return &keeping{turning, states}, nil
		}
		return turning, nil
	}
	return program, nil
}

// Orders are those of the tour that is going on.
func (h *host) Orders() <-chan exhibit.Order { return h.guide.tour.orders }

// compileError says that the executor cannot run a network.
type compileError struct{ err error }

func (e *compileError) Error() string { return e.err.Error() }
func (e *compileError) Unwrap() error { return e.err }

// turnEvery is how long a program on this thread keeps the page's messages waiting.
const turnEvery = 20 * time.Millisecond

// turning is a program on this thread that lets messages in between its runs.
type turning struct {
	graph.Program
	last time.Time
}

// Run implements graph.Program.
func (p *turning) Run(ctx context.Context, in, out [][]float32) error {
	if time.Since(p.last) > turnEvery {
		wire.Turn()
		p.last = time.Now()
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return p.Program.Run(ctx, in, out)
}

// keeping is a turning program that keeps states, as one that trains does.
type keeping struct {
	*turning
	states graph.Stateful
}

// ReadState implements graph.Stateful.
func (p *keeping) ReadState(ctx context.Context, name string, dst []float32) error {
	return p.states.ReadState(ctx, name, dst)
}

// WriteState implements graph.Stateful.
func (p *keeping) WriteState(ctx context.Context, name string, src []float32) error {
	return p.states.WriteState(ctx, name, src)
}
