//go:build js && wasm

package main

import (
	"fmt"
	"syscall/js"
	"unsafe"

	"unnoise/model/bench"
	"unnoise/model/bench/gpubench"
	"unnoise/model/gpu"
	"unnoise/model/graph"
	"unnoise/model/tensor"
	"unnoise/model/unet"
)

// serve offers JavaScript the reference network, as globalThis.unnoise, whose
// functions call back with (error text or null, result):
//
//	compile(precision, batch, size, done)   done(null, {dispatches})
//	run(x, t, done)                         done(null, y); Float32Arrays, NCHW
func (s *session) serve() error {
	var network *compiled
	offer := map[string]any{
		"compile": s.answer(func(args []js.Value) (js.Value, error) {
			var err error
			network, err = s.compile(args[0].String(), args[1].Int(), args[2].Int())
			if err != nil {
				return js.Value{}, err
			}
			return js.ValueOf(map[string]any{"dispatches": network.Stats().Dispatches}), nil
		}),
		"run": s.answer(func(args []js.Value) (js.Value, error) { return network.run(s, args[0], args[1]) }),
	}
	js.Global().Set("unnoise", offer)
	select {}
}

// answer makes a function of JavaScript whose last argument is called with the result.
func (s *session) answer(f func(args []js.Value) (js.Value, error)) js.Func {
	return js.FuncOf(func(_ js.Value, args []js.Value) any {
		last := len(args) - 1
		go func() {
			if result, err := f(args[:last]); err != nil {
				args[last].Invoke(err.Error(), js.Null())
			} else {
				args[last].Invoke(js.Null(), result)
			}
		}()
		return nil
	})
}

// compiled is the reference network for one batch and size.
type compiled struct {
	*gpu.Program
	graph *graph.Graph
	in    [][]float32 // NHWC, and the timesteps
	out   [][]float32
}

func (s *session) compile(precision string, batch, size int) (*compiled, error) {
	set, err := bench.Reference(nil)
	if err != nil {
		return nil, err
	}
	g, err := unet.Build(set, batch, size, size)
	if err != nil {
		return nil, err
	}
	for _, known := range s.precisions() {
		if known.String() != precision {
			continue
		}
		program, err := gpubench.Compile(s.ctx, s.dev, g, gpubench.Options{Precision: known, Tune: *tune})
		if err != nil {
			return nil, err
		}
		in, out := bench.Arrays(g)
		return &compiled{program, g, in, out}, nil
	}
	return nil, fmt.Errorf("%s cannot compute in %s", s.dev.Info.Name(), precision)
}

// run takes and gives pictures as the other engines do, NCHW.
func (c *compiled) run(s *session, x, t js.Value) (js.Value, error) {
	shape := c.graph.Shape(c.graph.Inputs[0].Value)
	n, h, w, channels := shape[0], shape[1], shape[2], shape[3]
	planes := make([]float32, len(c.in[0]))
	js.CopyBytesToGo(asBytes(planes), bytesOf(x))
	js.CopyBytesToGo(asBytes(c.in[1]), bytesOf(t))
	tensor.NCHWToNHWC(c.in[0], planes, n, channels, h, w)
	if err := c.Run(s.ctx, c.in, c.out); err != nil {
		return js.Value{}, err
	}
	tensor.NHWCToNCHW(planes, c.out[0], n, channels, h, w)
	y := js.Global().Get("Float32Array").New(len(planes))
	js.CopyBytesToJS(bytesOf(y), asBytes(planes))
	return y, nil
}

// bytesOf views a Float32Array as bytes.
func bytesOf(array js.Value) js.Value {
	return js.Global().Get("Uint8Array").New(array.Get("buffer"), array.Get("byteOffset"), array.Get("byteLength"))
}

// asBytes is the memory of s.
func asBytes(s []float32) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(s))), 4*len(s))
}
