//go:build js && wasm

package gpu_test

import (
	"strings"
	"testing"

	"unnoise/model/cpu"
	"unnoise/model/gpu"
	"unnoise/shaders"
)

// TestWinogradWithinBindings lowers what a binding may have below what Winograd's forms
// need, one after the other: the convolution is computed in another way all the same.
func TestWinogradWithinBindings(t *testing.T) {
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
	// The largest is the transformed weight: 36 or 16 planes of 64 by 64, and the 9 taps.
	for _, test := range []struct {
		name    string
		limit   int
		allowed []string
	}{
		{"all", 1 << 20, []string{"winograd_output", "winograd4_output"}},
		{"the smaller form", 36*64*64*4 - 1, []string{"winograd_output"}},
		{"neither", 16*64*64*4 - 1, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			dev := open(t)
			dev.Limits.StorageBindingBytes = test.limit
			used := map[string]bool{}
			for _, form := range []gpu.Config{gpu.Winograd, gpu.Winograd4} {
				program := compile(t, dev, g, gpu.Options{Prefer: []gpu.Config{form}})
				_, got := arrays(g)
				if err := program.Run(t.Context(), in, got); err != nil {
					t.Fatal(err)
				}
				for i := range got {
					if e := relativeError(got[i], want[i]); !(e <= 5e-6) {
						t.Errorf("%v: relative error %.2g", form, e)
					}
				}
				for _, k := range program.Stats().Kernels {
					if strings.HasSuffix(shaders.Stem(k.Key), "_output") {
						used[shaders.Stem(k.Key)] = true
					}
				}
			}
			for _, stem := range test.allowed {
				if !used[stem] {
					t.Errorf("%s is not used", stem)
				}
			}
			if len(used) != len(test.allowed) {
				t.Errorf("%v are used, %v fit", used, test.allowed)
			}
		})
	}
}
