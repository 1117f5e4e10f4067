//go:build js && wasm

package gpu_test

import (
	"context"
	"errors"
	"math"
	"runtime"
	"strings"
	"syscall/js"
	"testing"
	"time"

	"unnoise/model/gpu"
	"unnoise/model/gpu/device"
	"unnoise/model/graph"
	"unnoise/model/unet/unettest"
)

// fashion is the golden network of the shipped model's configuration.
func fashion(t *testing.T) unettest.Golden {
	t.Helper()
	golden, err := unettest.Load("fashion")
	if err != nil {
		t.Fatal(err)
	}
	return golden
}

func compile(t *testing.T, dev *device.Device, g *graph.Graph, opts gpu.Options) *gpu.Program {
	t.Helper()
	program, err := gpu.Compile(t.Context(), dev, g, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(program.Close)
	return program
}

// arrays gives inputs with some values and outputs for a graph.
func arrays(g *graph.Graph) (in, out [][]float32) {
	for _, p := range g.Inputs {
		values := make([]float32, g.Shape(p.Value).Elems())
		for i := range values {
			values[i] = float32(math.Sin(float64(i)))
		}
		in = append(in, values)
	}
	for _, p := range g.Outputs {
		out = append(out, make([]float32, g.Shape(p.Value).Elems()))
	}
	return in, out
}

// mallocs counts the heap allocations of f.
func mallocs(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.Mallocs - before.Mallocs
}

// TestStepAllocatesNothing compares the allocations of steps with those of as many
// callbacks from JavaScript: syscall/js itself allocates in each.
func TestStepAllocatesNothing(t *testing.T) {
	long(t)
	dev := open(t)
	golden := fashion(t)
	g, err := golden.Graph()
	if err != nil {
		t.Fatal(err)
	}
	program := compile(t, dev, g, gpu.Options{})
	in, out := arrays(g)

	const steps = 5
	called := make(chan struct{}, 1)
	callback := js.FuncOf(func(js.Value, []js.Value) any { called <- struct{}{}; return nil })
	defer callback.Release()
	call := js.Global().Get("Function").New("f", "return () => { setTimeout(f); }").Invoke(callback)
	callbacks := func() {
		for range steps {
			call.Invoke()
			<-called
		}
	}
	run := func() {
		for range steps {
			if err := program.Run(context.Background(), in, out); err != nil {
				t.Fatal(err)
			}
		}
	}
	run() // warm up: pools and the first garbage collections
	callbacks()
	// The runtime allocates now and then beside them, so the least of a few rounds counts.
	allowed, got := mallocs(callbacks), mallocs(run)
	for range 4 {
		allowed, got = min(allowed, mallocs(callbacks)), min(got, mallocs(run))
	}
	if got > allowed {
		t.Errorf("%d steps allocate %d times, %d bare callbacks %d times", steps, got, steps, allowed)
	} else {
		t.Logf("%d steps: %d allocations, all of them syscall/js's", steps, got)
	}
}

// TestDispatches holds the number of dispatches of a step of the shipped network,
// so that a fusion that stops to work shows.
func TestDispatches(t *testing.T) {
	dev := open(t)
	golden := fashion(t)
	g, err := golden.Graph()
	if err != nil {
		t.Fatal(err)
	}
	stats := compile(t, dev, g, gpu.Options{}).Stats()
	const most = 198
	if stats.Dispatches > most {
		t.Errorf("%d dispatches a step, at most %d expected", stats.Dispatches, most)
	}
	// What must not be computed by a kernel of its own; the time embedding has one
	// SiLU that follows a sum.
	for kernel, most := range map[string]int{"silu": 1, "scale_shift": 0, "add_channel": 0, "upsample": 0, "concat": 0} {
		count := 0
		for _, k := range stats.Kernels {
			if k.Key == kernel {
				count++
			}
		}
		if count > most {
			t.Errorf("%s is dispatched %d times, at most %d expected", kernel, count, most)
		}
	}
	if ratio := float64(stats.ActivationBytes) / float64(stats.ActivationBound); ratio > 1.3 {
		t.Errorf("activations take %.2f times the lower bound", ratio)
	}
}

// TestDispatchesOfReference holds those of the network that engines are compared with
// to fewer than half of onnxruntime-web's, 626, and its memory to 1.3 times the least.
func TestDispatchesOfReference(t *testing.T) {
	dev := open(t)
	g := reference(t)
	precisions := []gpu.Precision{gpu.F32}
	if dev.Features.ShaderF16 {
		precisions = append(precisions, gpu.F16)
	}
	for _, precision := range precisions {
		stats := compile(t, dev, g, gpu.Options{Precision: precision}).Stats()
		ratio := float64(stats.ActivationBytes) / float64(stats.ActivationBound)
		t.Logf("%v: %d dispatches a step, activations take %.2f times the lower bound", precision, stats.Dispatches, ratio)
		if stats.Dispatches >= 300 {
			t.Errorf("%v: %d dispatches a step, fewer than 300 expected", precision, stats.Dispatches)
		}
		if ratio > 1.3 {
			t.Errorf("%v: activations take %.3f times the lower bound, at most 1.3 expected", precision, ratio)
		}
	}
}

// relativeError is ‖a−b‖/‖b‖.
func relativeError(a, b []float32) float64 {
	var difference, norm float64
	for i := range b {
		d := float64(a[i]) - float64(b[i])
		difference += d * d
		norm += float64(b[i]) * float64(b[i])
	}
	return math.Sqrt(difference / norm)
}

func TestLossIsATypedError(t *testing.T) {
	golden := fashion(t)
	g, err := golden.Graph()
	if err != nil {
		t.Fatal(err)
	}
	in, out := arrays(g)

	t.Run("in a step", func(t *testing.T) {
		dev := open(t)
		program := compile(t, dev, g, gpu.Options{})
		failed := make(chan error)
		go func() {
			var err error
			for err == nil {
				err = program.Run(context.Background(), in, out)
			}
			failed <- err
		}()
		time.Sleep(50 * time.Millisecond)
		dev.Destroy()
		select {
		case err := <-failed:
			if !errors.Is(err, gpu.ErrDeviceLost) {
				t.Errorf("got %v", err)
			}
		case <-time.After(20 * time.Second):
			t.Fatal("the step neither ends nor fails")
		}
		program.Close()
		program.Close()
	})
	t.Run("before compiling", func(t *testing.T) {
		dev := open(t)
		dev.Destroy()
		<-dev.Lost()
		if _, err := gpu.Compile(t.Context(), dev, g, gpu.Options{}); !errors.Is(err, gpu.ErrDeviceLost) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("while compiling", func(t *testing.T) {
		dev := open(t)
		_, err := gpu.Compile(t.Context(), dev, g, gpu.Options{Progress: func(done, _ int) {
			if done == 3 {
				dev.Destroy()
			}
		}})
		if !errors.Is(err, gpu.ErrDeviceLost) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("another device goes on", func(t *testing.T) {
		if err := compile(t, open(t), g, gpu.Options{}).Run(t.Context(), in, out); err != nil {
			t.Error(err)
		}
	})
}

func TestCancel(t *testing.T) {
	dev := open(t)
	golden := fashion(t)
	g, err := golden.Graph()
	if err != nil {
		t.Fatal(err)
	}
	program := compile(t, dev, g, gpu.Options{Slice: time.Millisecond})
	in, out := arrays(g)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(5*time.Millisecond, cancel)
	if err := program.Run(ctx, in, out); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled in the middle: %v", err)
	}
	if err := program.Run(ctx, in, out); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled before: %v", err)
	}
	if err := program.Run(t.Context(), in, out); err != nil {
		t.Errorf("the next run: %v", err)
	}
	_, want := arrays(g)
	if err := compile(t, dev, g, gpu.Options{}).Run(t.Context(), in, want); err != nil {
		t.Fatal(err)
	}
	if e := relativeError(out[0], want[0]); e != 0 {
		t.Errorf("sliced and whole steps differ by %.2g", e)
	}
}

func TestWrongArrays(t *testing.T) {
	dev := open(t)
	b := graph.NewBuilder()
	x := b.Input("x", 1, 3)
	b.Output("y", b.Apply("act", graph.SiLU{}, x))
	g, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	program := compile(t, dev, g, gpu.Options{})
	err = program.Run(t.Context(), [][]float32{make([]float32, 4)}, [][]float32{make([]float32, 3)})
	if err == nil || !strings.Contains(err.Error(), `"x"`) {
		t.Errorf("an input of the wrong size: %v", err)
	}
	if err := program.Run(t.Context(), nil, nil); err == nil {
		t.Error("missing arrays were accepted")
	}
	program.Close()
	if err := program.Run(t.Context(), nil, nil); err == nil {
		t.Error("a closed program ran")
	}
}

// TestTooLarge asks for a value that no binding can hold.
func TestTooLarge(t *testing.T) {
	dev := open(t)
	b := graph.NewBuilder()
	x := b.Input("x", 1, 8192, 8192)
	b.Output("y", b.Apply("act", graph.SiLU{}, x))
	g, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	_, err = gpu.Compile(t.Context(), dev, g, gpu.Options{})
	if !errors.Is(err, graph.ErrTooLarge) || !strings.Contains(err.Error(), "smaller picture") {
		t.Errorf("256 MiB in one binding: %v", err)
	}
}
