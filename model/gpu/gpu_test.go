//go:build js && wasm

package gpu_test

import (
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

// TestOps runs the table of operations in every configuration, with values sharing
// memory and with each in its own, filled with NaN.
func TestOps(t *testing.T) {
	dev := open(t)
	t.Log(dev.Info.Name())
	for name, opts := range map[string]gpu.Options{
		"default":  {},
		"isolated": {Isolate: true},
		"sliced":   {Slice: time.Millisecond},
		"tile":     {Prefer: []gpu.Config{gpu.Tile}},
		"plain":    {Prefer: []gpu.Config{gpu.Plain}},
	} {
		t.Run(name, func(t *testing.T) {
			optest.Run(t, func(g *graph.Graph) (graph.Program, error) {
				return gpu.Compile(t.Context(), dev, g, opts)
			})
		})
	}
	for _, message := range dev.Uncaptured() {
		t.Error(message)
	}
}
