//go:build js && wasm

package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"unnoise/model/gguf"
	"unnoise/model/gpu"
	"unnoise/model/gpu/device"
	"unnoise/model/graph"
	"unnoise/model/run"
	"unnoise/model/weights"
	"unnoise/wasm/message"
	"unnoise/wasm/obtain"
)

// known are the networks that this program runs; the rest are the exhibits'.
var known = run.Architectures{run.UNet}

// model is a loaded model. Its weights stay in memory, so that its programs can
// be compiled for another batch size or another device at any time.
type model struct {
	id      string
	sha256  string
	info    run.Info
	choice  choice // for the executor
	set     *weights.Set
	flops   float64 // of one picture and step
	network *run.Network
	compile compileHook
}

// compileHook is what the run that compiles a program wants to be told.
type compileHook struct {
	progress func(done, total int)
	took     time.Duration // spent compiling since the run began
}

// load fetches a model and makes it the engine's.
func (e *engine) load(ctx context.Context, m *message.Load) {
	fail := func(err error) {
		if ctx.Err() == nil {
			text, hint := obtain.Describe(err)
			e.post(&message.Error{ModelID: m.ID, Message: text, Hint: hint})
		}
	}
	if e.executor == nil {
		fail(fmt.Errorf("the engine was not opened before it was asked for a model"))
		return
	}
	if e.model != nil {
		e.model.network.Close()
		e.model = nil
		runtime.GC() // the bytes of the old model, before those of the new one come
	}
	report := obtain.Throttle(func(stage message.Stage, done, total int64) {
		e.post(&message.Progress{ModelID: m.ID, Stage: stage, Done: done, Total: total})
	})
	file, err := obtain.Model(ctx, m, report)
	if err != nil {
		fail(err)
		return
	}
	report(message.StageVerify, 0, int64(len(file.Bytes)))
	loaded, err := e.parse(m.ID, file.Bytes)
	if err != nil {
		fail(&obtain.Problem{
			Message: fmt.Sprintf("The model “%s” cannot be used: %s.", m.ID, obtain.Clause(err)),
			Hint:    "The file is not one that this page can run; please choose another model.",
		})
		return
	}
	if ctx.Err() != nil {
		return
	}
	loaded.sha256 = file.SHA256
	e.model = loaded
	e.recall()
	report(message.StageVerify, int64(len(file.Bytes)), int64(len(file.Bytes)))
	e.post(&message.Loaded{
		ID: m.ID, Info: loaded.info, Name: loaded.info.Name,
		SHA256: file.SHA256, Size: int64(len(file.Bytes)), Cached: file.Cached, Note: file.Note,
		Precision: e.precisionInUse(), Tuned: loaded.choice.measured,
	})
}

// parse makes a model of a file's bytes, which it keeps.
func (e *engine) parse(id string, data []byte) (*model, error) {
	set, err := gguf.Read(data)
	if err != nil {
		return nil, err
	}
	info, err := known.ReadInfo(set)
	if err != nil {
		return nil, err
	}
	one, err := known.Build(set, 1, info.Height, info.Width)
	if err != nil {
		return nil, err
	}
	m := &model{id: id, info: info, set: set, flops: float64(one.FLOPs())}
	m.network = run.NewNetwork(info, func(batch int) (graph.Program, error) { return e.program(m, batch) })
	return m, nil
}

// program compiles the model's network for a batch size. It is not cut short by
// a cancelled run: the next run wants it too.
func (e *engine) program(m *model, batch int) (graph.Program, error) {
	began := time.Now()
	defer func() { m.compile.took += time.Since(began) }()
	g, err := known.Build(m.set, batch, m.info.Height, m.info.Width)
	if err != nil {
		return nil, err
	}
	program, err := e.compile(m, g)
	if err != nil {
		return nil, &compileError{err}
	}
	return program, nil
}

// compile makes the network ready to run as it was found fastest. Where f16 does not
// work after all, f32 does.
func (e *engine) compile(m *model, g *graph.Graph) (graph.Program, error) {
	opts := gpu.Options{Choices: m.choice.choices(), Precision: m.choice.precision(), Progress: m.compile.progress}
	program, err := e.executor.Compile(context.Background(), g, opts)
	if err != nil && opts.Precision == gpu.F16 && !errors.Is(err, device.ErrLost) && !errors.Is(err, graph.ErrTooLarge) {
		e.post(&message.Adapted{Rejected: []string{"f16: " + err.Error()}})
		m.choice.Precision, opts.Precision = message.PrecisionF32, gpu.F32
		opts.Choices = m.choice.choices()
		program, err = e.executor.Compile(context.Background(), g, opts)
	}
	if p, ok := program.(*gpu.Program); ok && err == nil && len(p.Stats().Rejected) > 0 {
		e.post(&message.Adapted{Rejected: p.Stats().Rejected})
	}
	return program, err
}

// compileError says that the executor cannot run the network.
type compileError struct{ err error }

func (e *compileError) Error() string { return e.err.Error() }
func (e *compileError) Unwrap() error { return e.err }
