//go:build js && wasm

package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"syscall/js"
	"time"

	"unnoise/model/gguf"
	"unnoise/model/gpu"
	"unnoise/model/gpu/device"
	"unnoise/model/graph"
	"unnoise/model/run"
	"unnoise/model/weights"
	"unnoise/wasm/message"
)

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
			text, hint := describe(err)
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
	report := throttle(func(stage message.Stage, done, total int64) {
		e.post(&message.Progress{ModelID: m.ID, Stage: stage, Done: done, Total: total})
	})
	file, err := obtain(ctx, m, report)
	if err != nil {
		fail(err)
		return
	}
	report(message.StageVerify, 0, int64(len(file.bytes)))
	loaded, err := e.parse(m.ID, file.bytes)
	if err != nil {
		fail(&problem{
			message: fmt.Sprintf("The model “%s” cannot be used: %s.", m.ID, clause(err)),
			hint:    "The file is not one that this page can run; please choose another model.",
		})
		return
	}
	if ctx.Err() != nil {
		return
	}
	loaded.sha256 = file.sha256
	e.model = loaded
	e.recall()
	report(message.StageVerify, int64(len(file.bytes)), int64(len(file.bytes)))
	e.post(&message.Loaded{
		ID: m.ID, Info: loaded.info, Name: loaded.info.Name,
		SHA256: file.sha256, Size: int64(len(file.bytes)), Cached: file.cached, Note: file.note,
		Precision: e.precisionInUse(), Tuned: loaded.choice.measured,
	})
}

// parse makes a model of a file's bytes, which it keeps.
func (e *engine) parse(id string, data []byte) (*model, error) {
	set, err := gguf.Read(data)
	if err != nil {
		return nil, err
	}
	info, err := run.ReadInfo(set)
	if err != nil {
		return nil, err
	}
	one, err := run.Build(set, 1, info.Height, info.Width)
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
	g, err := run.Build(m.set, batch, m.info.Height, m.info.Width)
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
	program, err := e.executor.compile(context.Background(), g, opts)
	if err != nil && opts.Precision == gpu.F16 && !errors.Is(err, device.ErrLost) && !errors.Is(err, device.ErrOutOfMemory) {
		e.post(&message.Adapted{Rejected: []string{"f16: " + err.Error()}})
		m.choice.Precision, opts.Precision = message.PrecisionF32, gpu.F32
		opts.Choices = m.choice.choices()
		program, err = e.executor.compile(context.Background(), g, opts)
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

// progressEvery is the least time between two progress messages of a stage.
const progressEvery = 50 * time.Millisecond

// throttle passes on the first and the last report of a stage and not too many
// between.
func throttle(report func(stage message.Stage, done, total int64)) func(message.Stage, int64, int64) {
	var last time.Time
	var stageThen message.Stage
	return func(stage message.Stage, done, total int64) {
		if stage == stageThen && done != total && time.Since(last) < progressEvery {
			return
		}
		last, stageThen = time.Now(), stage
		report(stage, done, total)
	}
}

// jsBytes copies a Uint8Array into Go's memory.
func jsBytes(array js.Value) []byte {
	data := make([]byte, array.Length())
	js.CopyBytesToGo(data, array)
	return data
}
