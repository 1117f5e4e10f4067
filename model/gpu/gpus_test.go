//go:build js && wasm

package gpu_test

import (
	"errors"
	"strings"
	"syscall/js"
	"testing"

	"unnoise/model/gpu"
	"unnoise/model/gpu/device"
	"unnoise/model/graph"
	"unnoise/model/optest"
	"unnoise/model/unet/unettest"
)

// gpus are adapters as defaults.go knows them. Those of tests compute on the CPU, for which
// everything has other defaults: these are what visitors have.
var gpus = []struct {
	vendor   string
	features bool // all optional ones that there are; else none
}{
	{"nvidia", true},
	{"arm", false},
}

// openAs gives a device that is taken for a GPU of that vendor.
func openAs(t *testing.T, vendor string, features bool) *device.Device {
	t.Helper()
	if !features {
		restore := js.Global().Get("Function").New(`
			const { gpu } = navigator;
			const request = gpu.requestAdapter.bind(gpu);
			gpu.requestAdapter = async (...args) => {
				const adapter = await request(...args);
				Object.defineProperty(adapter, 'features', { value: new Set() });
				return adapter;
			};
			return () => { delete gpu.requestAdapter; };
		`).Invoke()
		defer restore.Invoke()
	}
	dev := open(t)
	if !features && dev.Features != (device.Features{}) {
		t.Fatalf("the device has %+v", dev.Features)
	}
	dev.Info.Vendor, dev.Info.Software = vendor, false
	return dev
}

// whole compiles and lets no kernel hide behind its stand-in.
func whole(t *testing.T, dev *device.Device, opts gpu.Options) optest.Compile {
	return func(g *graph.Graph) (graph.Program, error) {
		program, err := gpu.Compile(t.Context(), dev, g, opts)
		if err != nil {
			return nil, err
		}
		if rejected := program.Stats().Rejected; len(rejected) > 0 {
			program.Close()
			return nil, errors.New(strings.Join(rejected, "\n"))
		}
		return program, nil
	}
}

// TestOpsAsOnGPUs runs the table of operations with the defaults of GPUs.
func TestOpsAsOnGPUs(t *testing.T) {
	long(t)
	var table optest.Table
	for _, kind := range gpus {
		t.Run(kind.vendor, func(t *testing.T) {
			dev := openAs(t, kind.vendor, kind.features)
			table.Run(t, whole(t, dev, gpu.Options{Isolate: true}))
			for _, message := range dev.Uncaptured() {
				t.Error(message)
			}
		})
	}
}

// TestNetworksAsOnGPUs compares networks with diffusers, computed with the defaults of
// GPUs.
func TestNetworksAsOnGPUs(t *testing.T) {
	long(t)
	for _, kind := range gpus {
		dev := openAs(t, kind.vendor, kind.features)
		precisions := map[gpu.Precision]float64{gpu.F32: networkTolerance}
		if dev.Features.ShaderF16 {
			precisions[gpu.F16] = f16Tolerance
		}
		for precision, tolerance := range precisions {
			for _, name := range []string{"odd", "fashion", "reference"} {
				t.Run(kind.vendor+" "+precision.String()+" "+name, func(t *testing.T) {
					unettest.RunOne(t, name, whole(t, dev, gpu.Options{Precision: precision}), tolerance)
				})
			}
		}
		for _, message := range dev.Uncaptured() {
			t.Error(message)
		}
	}
}
