//go:build js && wasm

package gpu_test

import (
	"errors"
	"strings"
	"syscall/js"
	"testing"
	"time"

	"unnoise/model/gpu"
	"unnoise/model/gpu/device"
	"unnoise/model/graph"
)

// onCall has f, a JavaScript function of the device, run before the n-th call of one
// of its methods, counted from 1. It replaces the method of this one GPUDevice.
func onCall(dev *device.Device, method string, n int, f string) {
	js.Global().Get("Function").New("device", "method", "n", `
		const call = device[method].bind(device);
		let count = 0;
		device[method] = (...args) => {
			if (++count === n) (`+f+`)(device);
			return call(...args);
		};
	`).Invoke(dev.JS, method, n)
}

// TestLostWhileCompiling loses the device in the middle of each part of a
// compilation.
func TestLostWhileCompiling(t *testing.T) {
	g := small(t)
	for _, at := range []struct {
		what, method string
		n            int
	}{
		{"the first kernel", "createComputePipelineAsync", 1},
		{"a later kernel", "createComputePipelineAsync", 3},
		{"the buffers", "createBuffer", 2},
		{"the bind groups", "createBindGroup", 2},
		{"the expansion of the weights", "createCommandEncoder", 1},
	} {
		t.Run(at.what, func(t *testing.T) {
			dev := open(t)
			onCall(dev, at.method, at.n, "(device) => device.destroy()")
			_, err := gpu.Compile(t.Context(), dev, g, gpu.Options{})
			if !errors.Is(err, gpu.ErrDeviceLost) {
				t.Fatalf("the error is %v, want ErrDeviceLost", err)
			}
			// Another device has nothing of it.
			in, out := arrays(g)
			if err := compile(t, open(t), g, gpu.Options{}).Run(t.Context(), in, out); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestLostWhileReading loses the device when results are read back: those of a step, a
// state, and the times of kernels.
func TestLostWhileReading(t *testing.T) {
	b := graph.NewBuilder()
	sum := b.ZeroState("sum", 3)
	b.Carry(sum, b.Apply("add", graph.Add{}, sum, b.Input("x", 3)))
	b.Output("before", sum)
	g, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	in, out := arrays(g)
	for what, read := range map[string]func(p *gpu.Program) error{
		"a step":  func(p *gpu.Program) error { return p.Run(t.Context(), in, out) },
		"a state": func(p *gpu.Program) error { return p.ReadState(t.Context(), "sum", make([]float32, 3)) },
		"times": func(p *gpu.Program) error {
			_, err := p.Profile(t.Context(), 1)
			return err
		},
	} {
		t.Run(what, func(t *testing.T) {
			dev := open(t)
			arm := js.Global().Get("Function").New("device", `
				const create = device.createBuffer.bind(device);
				let armed = false;
				device.createBuffer = (d) => {
					const buffer = create(d);
					const map = buffer.mapAsync.bind(buffer);
					buffer.mapAsync = (...args) => {
						if (armed) device.destroy();
						return map(...args);
					};
					return buffer;
				};
				return () => { armed = true; };
			`).Invoke(dev.JS)
			program := compile(t, dev, g, gpu.Options{})
			if err := program.Run(t.Context(), in, out); err != nil {
				t.Fatal(err)
			}
			arm.Invoke()
			if err := read(program); !errors.Is(err, gpu.ErrDeviceLost) {
				t.Errorf("the error is %v, want ErrDeviceLost", err)
			}
			if err := program.Run(t.Context(), in, out); !errors.Is(err, gpu.ErrDeviceLost) {
				t.Errorf("the error of a later step is %v, want ErrDeviceLost", err)
			}
		})
	}
}

// TestInvalidStep has the device find a dispatch of a step invalid, which WebGPU says to
// nobody but an error scope: the program is refused, it does not run to zeros.
func TestInvalidStep(t *testing.T) {
	for _, slice := range []time.Duration{0, time.Millisecond} {
		dev := open(t)
		js.Global().Get("Function").New("device", `
			const create = device.createCommandEncoder.bind(device);
			device.createCommandEncoder = (...args) => {
				const encoder = create(...args);
				const begin = encoder.beginComputePass.bind(encoder);
				encoder.beginComputePass = (...args) => {
					const pass = begin(...args);
					const dispatch = pass.dispatchWorkgroups.bind(pass);
					let count = 0;
					pass.dispatchWorkgroups = (...groups) => dispatch(...(++count === 3 ? [70000] : groups));
					return pass;
				};
				return encoder;
			};
		`).Invoke(dev.JS)
		if _, err := gpu.Compile(t.Context(), dev, small(t), gpu.Options{Slice: slice}); err == nil || !strings.Contains(err.Error(), "70000") {
			t.Errorf("in slices of %v: the error is %v", slice, err)
		}
	}
}

// TestMemoryRefused has the device refuse a buffer, and then no more: the error says
// so, and the same device compiles once there is room.
func TestMemoryRefused(t *testing.T) {
	g := small(t)
	dev := open(t)
	// Scopes are a stack: the error is put into the one that asks for it.
	js.Global().Get("Function").New("device", `
		const { pushErrorScope, popErrorScope } = device;
		const filters = [];
		device.full = true;
		device.pushErrorScope = (filter) => { filters.push(filter); return pushErrorScope.call(device, filter); };
		device.popErrorScope = async () => {
			const refused = filters.pop() === 'out-of-memory' && device.full;
			const error = await popErrorScope.call(device);
			return refused ? { message: 'no room' } : error;
		};
	`).Invoke(dev.JS)
	_, err := gpu.Compile(t.Context(), dev, g, gpu.Options{})
	if !errors.Is(err, device.ErrOutOfMemory) || !errors.Is(err, graph.ErrTooLarge) {
		t.Fatalf("the error is %v, want ErrOutOfMemory and graph.ErrTooLarge", err)
	}
	for _, part := range []string{dev.Info.Name(), "MiB are needed", "smaller batch"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not mention %q", err, part)
		}
	}
	dev.JS.Set("full", false)
	in, out := arrays(g)
	if err := compile(t, dev, g, gpu.Options{}).Run(t.Context(), in, out); err != nil {
		t.Error(err)
	}
}
