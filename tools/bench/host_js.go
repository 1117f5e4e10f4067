//go:build js && wasm

package main

import (
	_ "embed"
	"fmt"
	"runtime"
	"slices"
	"syscall/js"

	"unnoise/model/bench"
	"unnoise/model/gpu"
	"unnoise/model/graph"
)

// hostSource is a JavaScript function expression; see host.js.
//
//go:embed host.js
var hostSource string

// host measures what a step costs the host, with kernels that do nothing, and whose work
// that is. It comes last: the device's calls stay timed.
func (s *session) host(g *graph.Graph) error {
	program, err := gpu.Compile(s.ctx, s.dev, g, gpu.Options{Hollow: true})
	if err != nil {
		return err
	}
	defer program.Close()
	in, out := bench.Arrays(g)
	const warm, measured = 10, 40 // JavaScript's compiler must have seen the code
	ms := make([]float64, 0, measured)
	var before, after runtime.MemStats
	for i := range warm + measured {
		if i == warm {
			runtime.ReadMemStats(&before)
		}
		if err := program.Run(s.ctx, in, out); err != nil {
			return err
		}
		if i >= warm {
			ms = append(ms, program.HostTime().Seconds()*1e3)
		}
	}
	runtime.ReadMemStats(&after)
	parts, err := s.hostParts(program, in, out)
	if err != nil {
		return err
	}
	slices.Sort(ms)
	allocations := float64(after.Mallocs-before.Mallocs) / measured
	s.emit(bench.Row{Case: "host-work", Batch: 1, Engine: engine, Dispatches: program.Stats().Dispatches,
		Note: fmt.Sprintf("kernels emptied; %.0f allocations a step; %s", allocations, parts)}.Timed(ms, 0))
	return nil
}

// hostParts says how the host's work is divided, by the least of some steps, as other work
// of the machine disturbs that least: Go's, that of the recording's own JavaScript, that of
// WebGPU's calls, and what is done while the GPU works.
func (s *session) hostParts(program *gpu.Program, in, out [][]float32) (string, error) {
	meter := js.Global().Get("Function").New("return (" + hostSource + ")").Invoke().Invoke(s.dev.JS)
	var code, glue, calls, recording []float64
	for range 40 {
		meter.Call("fresh")
		if err := program.Run(s.ctx, in, out); err != nil {
			return "", err
		}
		total, span, inside := program.HostTime().Seconds()*1e6, 1e3*meter.Get("span").Float(), 1e3*meter.Get("calls").Float()
		code, glue, calls = append(code, total-span), append(glue, span-inside), append(calls, inside)
		recording = append(recording, 1e3*meter.Get("recording").Float())
	}
	return fmt.Sprintf("at least: Go %.0f, its JavaScript %.0f, WebGPU's calls %.0f µs; %.0f µs more while the GPU works",
		slices.Min(code), slices.Min(glue), slices.Min(calls), slices.Min(recording)), nil
}
