//go:build js && wasm

package gpu_test

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"syscall/js"
	"testing"
	"time"

	"unnoise/model/gpu"
	"unnoise/model/graph"
	"unnoise/model/unet/unettest"
)

// reference is the network that engines are compared with.
func reference(t testing.TB) *graph.Graph {
	t.Helper()
	golden, err := unettest.Load("reference")
	if err != nil {
		t.Fatal(err)
	}
	g, err := golden.Graph()
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// TestProfile times every dispatch of a step, and logs each kernel's share.
func TestProfile(t *testing.T) {
	program := compile(t, open(t), reference(t), gpu.Options{})
	in, out := arrays(program.Graph())
	if err := program.Run(t.Context(), in, out); err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	if err := program.Run(t.Context(), in, out); err != nil {
		t.Fatal(err)
	}
	step := time.Since(begun)
	took, err := program.Profile(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	kernels := program.Stats().Kernels
	if len(took) != len(kernels) {
		t.Fatalf("%d times of %d dispatches", len(took), len(kernels))
	}
	var total time.Duration
	for _, d := range took {
		total += d
	}
	t.Logf("step %v, %v in %d dispatches\n%s", step, total, len(took), shares(kernels, took))
	// The step was measured once, on a machine that may be busy with other things.
	if total < step/20 || total > step*20 {
		t.Errorf("the dispatches take %v, the step %v", total, step)
	}
	if slices.Max(took) <= 0 {
		t.Error("no dispatch takes any time")
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := program.Profile(cancelled, 1); err == nil {
		t.Error("a cancelled profile ends without an error")
	}
}

// TestProfileWithoutAClock profiles on a device whose timestamps are all zero: the time
// of submits is taken, and no kernel is repeated for so long that a driver would end it.
func TestProfileWithoutAClock(t *testing.T) {
	dev := open(t)
	js.Global().Get("Function").New("device", `
		const create = device.createCommandEncoder.bind(device);
		device.createCommandEncoder = (...args) => {
			const encoder = create(...args);
			encoder.resolveQuerySet = () => {};
			return encoder;
		};
	`).Invoke(dev.JS)
	program := compile(t, dev, small(t), gpu.Options{})
	took, err := program.Profile(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if len(took) == 0 || slices.Max(took) <= 0 {
		t.Errorf("the kernels take %v", took)
	}
}

// shares is a table of kernels: time, dispatches, operations a second.
func shares(kernels []gpu.Kernel, took []time.Duration) string {
	type share struct {
		time  time.Duration
		count int
		ops   float64
	}
	table := map[string]share{}
	for i, k := range kernels {
		s := table[k.Key]
		table[k.Key] = share{s.time + took[i], s.count + 1, s.ops + k.Operations}
	}
	names := slices.SortedFunc(maps.Keys(table), func(a, b string) int { return cmp.Compare(table[b].time, table[a].time) })
	var out strings.Builder
	for _, name := range names {
		s := table[name]
		fmt.Fprintf(&out, "%10.2f ms %4d× %6.2f Gop/s  %s\n", s.time.Seconds()*1e3, s.count, s.ops/s.time.Seconds()/1e9, name)
	}
	return out.String()
}
