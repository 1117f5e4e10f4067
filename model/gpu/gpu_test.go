//go:build js && wasm

package gpu_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"unnoise/model/gpu"
	"unnoise/model/gpu/device"
	"unnoise/model/graph"
	"unnoise/model/optest"
)

// open gives a device for one test; a machine without an adapter fails the test.
func open(t *testing.T) *device.Device {
	t.Helper()
	dev, err := device.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(dev.Destroy)
	return dev
}

// variants are the options that TestOps runs the table with. The short ones cover
// every kernel that is chosen by default; the others force one configuration
// wherever it fits.
var variants = []struct {
	name  string
	short bool
	opts  gpu.Options
}{
	{"default", true, gpu.Options{}},
	{"isolated and sliced", true, gpu.Options{Isolate: true, Slice: time.Millisecond}},
	{"f16", true, gpu.Options{Precision: gpu.F16, Isolate: true}},
	{"tile", false, gpu.Options{Prefer: []gpu.Config{gpu.Tile}, Isolate: true}},
	{"plain", false, gpu.Options{Prefer: []gpu.Config{gpu.Plain}, Isolate: true}},
	{"stored", false, gpu.Options{Prefer: []gpu.Config{gpu.Stored}, Isolate: true}},
	{"stored f16", false, gpu.Options{Prefer: []gpu.Config{gpu.Stored}, Precision: gpu.F16, Isolate: true}},
	{"subgroups", false, gpu.Options{Prefer: []gpu.Config{gpu.Subgroups}, Isolate: true}},
	{"shared", false, gpu.Options{Prefer: []gpu.Config{gpu.Winograd, gpu.Shared}, Isolate: true}},
	{"same rows", false, gpu.Options{Prefer: []gpu.Config{gpu.Winograd, gpu.SameRows}, Isolate: true}},
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
	for _, v := range variants {
		if testing.Short() && !v.short {
			continue
		}
		t.Run(v.name, func(t *testing.T) {
			run := optest.Run
			if v.opts.Precision == gpu.F16 {
				if !dev.Features.ShaderF16 {
					expectNoF16(t, dev)
					return
				}
				run = optest.RunF16
			}
			run(t, func(g *graph.Graph) (graph.Program, error) {
				return gpu.Compile(t.Context(), dev, g, v.opts)
			})
		})
	}
	for _, message := range dev.Uncaptured() {
		t.Error(message)
	}
}

// TestTune checks that measured choices reach the program.
func TestTune(t *testing.T) {
	dev := open(t)
	g, err := fashion(t).Graph()
	if err != nil {
		t.Fatal(err)
	}
	choices, err := gpu.Tune(t.Context(), dev, g, 5*time.Second, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(choices) == 0 {
		t.Errorf("nothing was measured in five seconds")
	}
	t.Log(choices)
	winograds := func(opts gpu.Options) (count int) {
		for _, k := range compile(t, dev, g, opts).Stats().Kernels {
			if k.Key == "winograd_output" {
				count++
			}
		}
		return count
	}
	for shape := range choices {
		choices[shape] = gpu.Tile
	}
	if before, after := winograds(gpu.Options{}), winograds(gpu.Options{Choices: choices}); after >= before {
		t.Errorf("%d Winograd convolutions by default, %d when the choices exclude some", before, after)
	}
	spent, err := gpu.Tune(t.Context(), dev, g, 0, nil)
	if err != nil || len(spent) != 0 {
		t.Errorf("no budget: %v, %v", spent, err)
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
