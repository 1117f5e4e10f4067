//go:build js && wasm

package gpu_test

import (
	"errors"
	"flag"
	"strings"
	"testing"
	"time"

	"unnoise/model/gpu"
	"unnoise/model/gpu/device"
	"unnoise/model/graph"
	"unnoise/model/optest"
)

// open gives a device for one test; a machine without an adapter fails the test.
func open(t testing.TB) *device.Device {
	t.Helper()
	dev, err := device.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(dev.Destroy)
	return dev
}

// all runs every configuration: go test ./model/gpu -args -all; only runs one of them.
var (
	all  = flag.Bool("all", false, "run the table of operations in every configuration that Tune could choose")
	only = flag.String("only", "", "with -all, run it in this configuration alone")
)

// TestConfigs lists the configurations, for tools/testing/all.mjs.
func TestConfigs(t *testing.T) {
	seen := map[gpu.Config]bool{}
	for _, config := range gpu.Configs(open(t)) {
		t.Log("configuration", config)
		if seen[config] {
			t.Errorf("%q is listed twice", config)
		}
		seen[config] = true
	}
	if !seen[gpu.Plain] || !seen[gpu.Tile] {
		t.Error("neither plain nor tile may be missing")
	}
}

// variant is one way to run the table of operations.
type variant struct {
	name string
	opts gpu.Options
}

// variants lists those that cover the kernels chosen by default and one of each kind
// beside; with -all instead, each configuration forced wherever it fits, in f32 and in f16.
func variants(dev *device.Device) []variant {
	out := []variant{
		{"default", gpu.Options{}},
		{"isolated and sliced", gpu.Options{Isolate: true, Slice: time.Millisecond}},
		{"f16", gpu.Options{Precision: gpu.F16, Isolate: true}},
	}
	switch {
	case *all:
		out = nil // make test runs them
		for _, config := range gpu.Configs(dev) {
			if *only != "" && *only != string(config) {
				continue
			}
			// Products are best tested within Winograd convolutions, which have many, and in
			// all layers, of few rows too.
			prefer := []gpu.Config{config, gpu.Winograd, gpu.Tile}
			out = append(out, variant{string(config), gpu.Options{Prefer: prefer, Isolate: true}})
			if config == gpu.Prologue { // each form of Winograd's has a kernel for it
				larger := []gpu.Config{config, gpu.Winograd4, gpu.Tile}
				out = append(out, variant{string(config) + " of winograd4", gpu.Options{Prefer: larger, Isolate: true}})
			}
			if dev.Features.ShaderF16 {
				out = append(out, variant{string(config) + " f16", gpu.Options{Prefer: prefer, Isolate: true, Precision: gpu.F16}})
			}
		}
	case !testing.Short():
		for _, config := range []gpu.Config{gpu.Plain, gpu.Winograd4, gpu.Tile} {
			out = append(out, variant{string(config), gpu.Options{Prefer: []gpu.Config{config}, Isolate: true}})
		}
	}
	return out
}

// long skips a test with -short, which leaves it to make test-all: what it holds hangs less
// on the browser than on the device, and other devices go through it without -short.
func long(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("left to make test-all")
	}
}

// expectNoF16 checks that a device without f16 says so.
func expectNoF16(t *testing.T, dev *device.Device) {
	t.Helper()
	_, err := gpu.Compile(t.Context(), dev, small(t), gpu.Options{Precision: gpu.F16})
	if !errors.Is(err, gpu.ErrNoF16) || !strings.Contains(err.Error(), dev.Info.Name()) {
		t.Errorf("no word that the device has no f16: %v", err)
	}
}

// TestOps runs the table of operations in every configuration; with -short, in
// those that are chosen by default.
func TestOps(t *testing.T) {
	dev := open(t)
	t.Log(dev.Info.Name())
	list := variants(dev)
	if len(list) == 0 {
		t.Fatalf("this device has no configuration %q", *only)
	}
	var table optest.Table
	for _, v := range list {
		t.Run(v.name, func(t *testing.T) {
			run := table.Run
			if v.opts.Precision == gpu.F16 {
				if !dev.Features.ShaderF16 {
					expectNoF16(t, dev)
					return
				}
				run = table.RunF16
			}
			used, computed := 0, 0
			compile := func(g *graph.Graph) (graph.Program, error) {
				computed++
				program, err := gpu.Compile(t.Context(), dev, g, v.opts)
				if err == nil && len(v.opts.Prefer) > 0 {
					used += program.Stats().Configs[v.opts.Prefer[0]]
				}
				if err == nil && len(program.Stats().Rejected) > 0 { // nothing may hide behind its stand-in
					program.Close()
					return nil, errors.New(strings.Join(program.Stats().Rejected, "\n"))
				}
				return program, err
			}
			if len(v.opts.Prefer) > 0 { // what it does not change has been run already
				forced := compile
				compile = optest.Where(func(g *graph.Graph) bool {
					n, err := gpu.Uses(dev, g, v.opts, v.opts.Prefer[0])
					return n > 0 || err != nil
				}, forced)
			}
			run(t, compile)
			t.Logf("%d cases computed", computed)
			if len(v.opts.Prefer) > 0 && used == 0 {
				t.Errorf("no case is computed in the configuration %q", v.opts.Prefer[0])
			}
		})
	}
	for _, message := range dev.Uncaptured() {
		t.Error(message)
	}
}

func TestRoofline(t *testing.T) {
	roof, err := gpu.MeasureRoofline(t.Context(), open(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%.1f GFLOP/s, %.1f GB/s", roof.FMAPerSecond/1e9, roof.BytesPerSecond/1e9)
	if roof.FMAPerSecond < 1e7 || roof.BytesPerSecond < 1e7 {
		t.Errorf("not plausible: %+v", roof)
	}
}

// TestRooflineFillsAGPU checks that on a GPU the multiply-adds are many enough for all of
// its lanes, and that what is copied fits into none of its caches but into bindings.
func TestRooflineFillsAGPU(t *testing.T) {
	const lanes, cache = 150 * 2048, 96 << 20 // of the largest of 2025
	dev := open(t)
	dev.Info.Software = false
	invocations, copied := gpu.PeakSizes(dev)
	if invocations < lanes || 2*copied <= cache || copied > dev.Limits.StorageBindingBytes {
		t.Errorf("%d invocations, copies of %d bytes", invocations, copied)
	}
}
