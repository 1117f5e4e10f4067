//go:build js && wasm

package gpu_test

import (
	"slices"
	"strings"
	"syscall/js"
	"testing"

	"unnoise/model/cpu"
	"unnoise/model/gpu"
	"unnoise/model/gpu/device"
	"unnoise/model/graph"
	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// hinder has the device refuse kernels, named by stem or by the whole key: one in
// two by its text, as a compiler does that lacks a feature, the others when the
// pipeline is made, as a driver does that runs out of registers. It replaces the
// methods of this one GPUDevice.
func hinder(dev *device.Device, kernels ...string) {
	names := make([]any, len(kernels))
	for i, k := range kernels {
		names[i] = k
	}
	js.Global().Get("Function").New("device", "names", `
		const at = ({ label }) => Math.max(names.indexOf(label), names.indexOf(label.split('(')[0]));
		const createModule = device.createShaderModule.bind(device);
		const createPipeline = device.createComputePipelineAsync.bind(device);
		device.createShaderModule = (d) => createModule(
			at(d) % 2 === 0 ? { ...d, code: d.code + '\nconst broken = hindered;' } : d);
		device.createComputePipelineAsync = (d) => at(d) % 2 === 1
			? Promise.reject(new Error('hindered')) : createPipeline(d);
	`).Invoke(dev.JS, names)
}

// small is a graph of a norm, a convolution and two linear layers, one of a single
// row; every configuration fits its nodes.
func small(t *testing.T) *graph.Graph {
	t.Helper()
	set := weights.NewSet(nil)
	parameter := func(name string, shape ...int) *weights.Tensor {
		values := make([]float32, tensor.Shape(shape).Elems())
		for i := range values {
			values[i] = float32(i*i%17-8) / 64
		}
		data, err := weights.Quantize(values, len(values), weights.F32)
		if err != nil {
			t.Fatal(err)
		}
		p := &weights.Tensor{Name: name, Type: weights.F32, Shape: shape, Data: data}
		if err := set.Add(p); err != nil {
			t.Fatal(err)
		}
		return p
	}
	const channels = 64
	b := graph.NewBuilder()
	x := b.Input("x", 1, 8, 8, channels)
	x = b.Apply("norm", graph.GroupNorm{Groups: 8, Eps: 1e-5}, x)
	x = b.Apply("conv", graph.Conv2D{
		Weight: parameter("conv.weight", channels, channels, 3, 3), Bias: parameter("conv.bias", channels),
		Stride: 1, Pad: graph.Same(1),
	}, x)
	b.Output("y", b.Apply("many", graph.Linear{Weight: parameter("many.weight", channels, channels)}, x))
	c := b.Input("c", 1, channels)
	b.Output("z", b.Apply("one", graph.Linear{Weight: parameter("one.weight", channels, channels)}, c))
	g, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// TestFallback has kernels fail to compile: others take over, say so, and compute
// the same.
func TestFallback(t *testing.T) {
	long(t)
	g := small(t)
	in, want := arrays(g)
	reference, err := cpu.Compile(g)
	if err != nil {
		t.Fatal(err)
	}
	defer reference.Close()
	if err := reference.Run(t.Context(), in, want); err != nil {
		t.Fatal(err)
	}
	const sameRows = "matmul_tile(DUAL=0,ROWS=8,SAME_ROWS=1,WORKGROUP=8)"
	for _, test := range []struct {
		name    string
		prefer  []gpu.Config
		refused []string
		instead []string // stems or keys that run then
	}{
		{"Winograd to the other form", []gpu.Config{gpu.Winograd}, []string{"winograd_input"}, []string{"winograd4_output"}},
		{"Winograd's other form to this", []gpu.Config{gpu.Winograd4}, []string{"winograd4_output"}, []string{"winograd_output"}},
		{"Winograd to tile", []gpu.Config{gpu.Winograd}, []string{"winograd_input", "winograd4_input"}, []string{"conv2d_tile"}},
		{"Winograd weights to tile", []gpu.Config{gpu.Winograd}, []string{"winograd_weight", "winograd4_weight"}, []string{"conv2d_tile"}},
		{"tile to Winograd", []gpu.Config{gpu.Tile, gpu.Winograd}, []string{"conv2d_tile"}, []string{"winograd_output"}},
		{"both to plain", nil, []string{"winograd_output", "winograd4_output", "conv2d_tile"}, []string{"conv2d"}},
		{"shared to another product", []gpu.Config{gpu.Shared, gpu.Tile, gpu.Winograd}, []string{"matmul_shared"}, []string{"matmul_tile"}},
		{"same rows to another product", []gpu.Config{gpu.SameRows, gpu.Winograd}, []string{sameRows}, []string{"winograd_output"}},
		{"split products to others", []gpu.Config{gpu.SplitK, gpu.Winograd, gpu.Tile}, []string{"matmul_join"}, []string{"winograd_output"}},
		{"implicit product to Winograd", []gpu.Config{gpu.Implicit, gpu.Winograd}, []string{"conv2d_shared"}, []string{"winograd_output"}},
		{"norm within Winograd to a norm before it", []gpu.Config{gpu.Prologue, gpu.Winograd}, []string{"winograd_norm_input"}, []string{"winograd_input", "group_norm_vec4"}},
		{"no product", nil, []string{"matmul_tile", "matmul_shared", "matmul_broadcast"}, []string{"conv2d", "linear"}},
		{"plain linear to tile", []gpu.Config{gpu.Plain, gpu.Tile}, []string{"linear"}, []string{"matmul_tile"}},
		{"norm in vectors to plain", nil, []string{"group_norm_vec4"}, []string{"group_norm", "group_norm_stats"}},
		{"statistics in vectors to plain", nil, []string{"group_norm_stats_vec4"}, []string{"group_norm", "group_norm_stats"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			opts := gpu.Options{Prefer: test.prefer, Isolate: true}
			dev := open(t)
			hinder(dev, test.refused...)
			program := compile(t, dev, g, opts)
			stats := program.Stats()
			ran := func(kernel string) bool {
				return slices.ContainsFunc(stats.Kernels, func(k gpu.Kernel) bool { return isKernel(k.Key, kernel) })
			}
			for _, kernel := range test.refused {
				if ran(kernel) {
					t.Errorf("%s is dispatched all the same", kernel)
				}
			}
			for _, kernel := range test.instead {
				if !ran(kernel) {
					t.Errorf("%s does not take over: %v", kernel, stats.Kernels)
				}
			}
			// One that is not chosen here by default is not refused either.
			if len(stats.Rejected) == 0 {
				t.Error("Rejected lists nothing")
			}
			for _, message := range stats.Rejected {
				if !slices.ContainsFunc(test.refused, func(k string) bool { return strings.Contains(message, "kernel "+k) }) ||
					!strings.Contains(message, "hindered") {
					t.Errorf("Rejected does not say which kernel and why: %s", message)
				}
			}
			_, got := arrays(g)
			if err := program.Run(t.Context(), in, got); err != nil {
				t.Fatal(err)
			}
			for i := range want {
				if e := relativeError(got[i], want[i]); !(e <= networkTolerance) {
					t.Errorf("output %d: relative error %.2g, allowed %.2g", i, e, networkTolerance)
				}
			}
		})
	}
}

// isKernel reports whether a key is that kernel, given by stem or by key.
func isKernel(key, kernel string) bool { return key == kernel || strings.HasPrefix(key, kernel+"(") }

// TestNothingLeft refuses every kernel of a node.
func TestNothingLeft(t *testing.T) {
	g := small(t)
	for _, test := range []struct {
		node    string
		refused []string // the last is the one that nothing can replace
	}{
		{"norm", []string{"group_norm_vec4", "group_norm"}},
		{"conv", []string{"winograd_output", "winograd4_output", "conv2d_tile", "conv2d_shared", "conv2d"}},
		{"many", []string{"matmul_tile", "matmul_shared", "matmul_broadcast", "linear"}},
		{"conv.weight", []string{"expand"}},
	} {
		t.Run(test.node, func(t *testing.T) {
			dev := open(t)
			hinder(dev, test.refused...)
			_, err := gpu.Compile(t.Context(), dev, g, gpu.Options{})
			if err == nil {
				t.Fatal("it compiled")
			}
			last := test.refused[len(test.refused)-1]
			for _, part := range []string{dev.Info.Name(), test.node + ": ", "kernel " + last, "hindered"} {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q does not mention %q", err, part)
				}
			}
		})
	}
}
