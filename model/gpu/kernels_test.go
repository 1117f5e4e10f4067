//go:build js && wasm

package gpu_test

import (
	"strings"
	"testing"

	"unnoise/shaders"
)

// TestKernelsCompile gives every kernel, with the tunables as its file has them, to the
// device's compiler of WGSL, in float32 and where it has that form in f16.
func TestKernelsCompile(t *testing.T) {
	dev := open(t)
	check := func(key, code string) {
		if strings.Contains(code, "enable subgroups") && !dev.Features.Subgroups {
			return
		}
		err := dev.Scope(func() {
			dev.JS.Call("createShaderModule", map[string]any{"label": key, "code": code})
		})
		if err != nil {
			t.Errorf("%s: %v", key, err)
		}
	}
	for _, stem := range shaders.Stems() {
		code, err := shaders.Source(stem, nil)
		if err != nil {
			t.Fatal(err)
		}
		check(stem, code)
		if half, err := shaders.SourceF16(stem, nil); err == nil && dev.Features.ShaderF16 {
			check(shaders.KeyF16(stem, nil), half)
		}
	}
	if err := dev.Scope(func() {
		dev.JS.Call("createShaderModule", map[string]any{"label": "wrong", "code": "fn main() -> f32 { return 1u; }"})
	}); err == nil {
		t.Error("what does not compile passes")
	}
	for _, message := range dev.Uncaptured() {
		t.Error(message)
	}
}
