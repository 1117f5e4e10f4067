//go:build js && wasm

package gpu_test

import (
	"bytes"
	"strings"
	"testing"

	"unnoise/model/cpu"
	"unnoise/model/gguf"
	"unnoise/model/gpu"
	"unnoise/model/unet"
	"unnoise/model/weights"
)

// asGGUF writes weights to a GGUF file of that type and reads it back.
func asGGUF(t *testing.T, set *weights.Set, kind weights.Type) *weights.Set {
	t.Helper()
	stored, _, err := weights.QuantizeSet(set, kind)
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := gguf.Write(&file, stored); err != nil {
		t.Fatal(err)
	}
	read, err := gguf.Read(file.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return read
}

// TestQuantized compares a network of each stored type with the CPU executor, which
// reads the same file: expanded once and read as stored, in every precision.
func TestQuantized(t *testing.T) {
	dev := open(t)
	golden := fashion(t)
	set, err := golden.Weights()
	if err != nil {
		t.Fatal(err)
	}
	asStored := []gpu.Config{gpu.Stored}
	for _, kind := range []weights.Type{weights.F16, weights.Q8_0, weights.Q4_0} {
		g, err := unet.Build(asGGUF(t, set, kind), 1, golden.Size[0], golden.Size[1])
		if err != nil {
			t.Fatal(err)
		}
		in, want := arrays(g)
		in[1][0], in[2][0] = 400, 7
		reference, err := cpu.Compile(g)
		if err != nil {
			t.Fatal(err)
		}
		if err := reference.Run(t.Context(), in, want); err != nil {
			t.Fatal(err)
		}
		reference.Close()
		expanded := map[gpu.Precision]int64{} // bytes of weights
		for _, run := range []struct {
			name string
			opts gpu.Options
		}{
			{"expanded", gpu.Options{}},
			{"stored", gpu.Options{Prefer: asStored}},
			{"expanded f16", gpu.Options{Precision: gpu.F16}},
			{"stored f16", gpu.Options{Prefer: asStored, Precision: gpu.F16}},
		} {
			quantized := kind != weights.F16
			if len(run.opts.Prefer) > 0 && !quantized {
				continue // no kernel reads F16 as stored
			}
			t.Run(kind.String()+" "+run.name, func(t *testing.T) {
				tolerance := networkTolerance
				if run.opts.Precision == gpu.F16 {
					if !dev.Features.ShaderF16 {
						expectNoF16(t, dev)
						return
					}
					tolerance = f16Tolerance
				}
				program := compile(t, dev, g, run.opts)
				_, got := arrays(g)
				if err := program.Run(t.Context(), in, got); err != nil {
					t.Fatal(err)
				}
				e := relativeError(got[0], want[0])
				stats := program.Stats()
				t.Logf("relative error %.2g; %.1f MB of weights", e, float64(stats.WeightBytes)/1e6)
				if !(e <= tolerance) {
					t.Errorf("relative error %.2g, allowed %.2g", e, tolerance)
				}
				if len(run.opts.Prefer) == 0 {
					expanded[run.opts.Precision] = stats.WeightBytes
					return
				}
				count := map[string]int{}
				for _, k := range stats.Kernels {
					stem, _, _ := strings.Cut(k.Key, "(")
					count[stem]++
				}
				if count["conv2d_stored"] == 0 || count["matmul_stored"] == 0 {
					t.Errorf("weights are not read as stored: %v", count)
				}
				if stats.WeightBytes >= expanded[run.opts.Precision] {
					t.Errorf("weights take %d bytes as stored, %d expanded", stats.WeightBytes, expanded[run.opts.Precision])
				}
				program.Close()
			})
		}
	}
}
