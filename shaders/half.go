package shaders

import (
	"fmt"
	"strings"
	"sync"
)

// How a kernel declares what activations are stored as.
const (
	scalarAlias = "alias act = f32;"
	vectorAlias = "alias act4 = vec4<f32>;"
)

// The stores of the f16 form: what is beyond f16's range becomes its largest
// number, not an infinity that the next subtraction makes a NaN.
const (
	saturate = `
const F16_LARGEST = 65504.0;

fn saturate_act(v: f32) -> f16 {
  return f16(clamp(v, -F16_LARGEST, F16_LARGEST));
}
`
	saturate4 = `
const F16_LARGEST4 = vec4f(65504.0);

fn saturate_act4(v: vec4f) -> vec4<f16> {
  return vec4<f16>(clamp(v, -F16_LARGEST4, F16_LARGEST4));
}
`
)

// SourceF16 is [Source] with activations stored as f16, for devices with the
// feature shader-f16. Its stores saturate at ±65504; arithmetic stays f32. It
// returns an error where the kernel does not declare what activations are stored
// as (alias act, alias act4).
func SourceF16(stem string, values Overrides) (string, error) {
	code, err := Source(stem, values)
	if err != nil {
		return "", err
	}
	scalar, vector := strings.Contains(code, scalarAlias), strings.Contains(code, vectorAlias)
	if !scalar && !vector {
		return "", fmt.Errorf("shaders: kernel %q has no f16 form: it declares no alias act", stem)
	}
	code = strings.Replace(code, scalarAlias, "alias act = f16;", 1)
	code = strings.Replace(code, vectorAlias, "alias act4 = vec4<f16>;", 1)
	code = replaceCalls(code, "act", "saturate_act")
	code = replaceCalls(code, "act4", "saturate_act4")
	if scalar {
		code += saturate
	}
	if vector {
		code += saturate4
	}
	return "enable f16;\n" + code, nil
}

// f16Suffix tells the key of a kernel's f16 form from that of its f32 form.
const f16Suffix = " f16"

// KeyF16 names the f16 form of a kernel with its overrides: "silu f16".
func KeyF16(stem string, values Overrides) string { return Key(stem, values) + f16Suffix }

// F32Key is the key of the f32 form of the kernel that a key names.
func F32Key(key string) string { return strings.TrimSuffix(key, f16Suffix) }

// Stem is the kernel that a key names, without its overrides and form.
func Stem(key string) string {
	stem, _, _ := strings.Cut(F32Key(key), "(")
	return stem
}

// Storage is what a kernel demands of the buffer at one of its bindings.
type Storage struct {
	Name   string
	Act    bool // activations: f16 in the f16 form, f32 otherwise
	Writes bool
}

var bindings sync.Map // stem to []Storage

// Bindings lists a kernel's storage buffers, from binding 1 on; nil where there is
// no such kernel.
func Bindings(stem string) []Storage {
	if known, ok := bindings.Load(stem); ok {
		return known.([]Storage)
	}
	text, err := files.ReadFile(stem + ".wgsl")
	if err != nil {
		return nil
	}
	var out []Storage
	for line := range strings.Lines(string(text)) {
		if s, ok := cutStorage(line); ok {
			out = append(out, Storage{Name: s.name, Act: s.element == "act" || s.element == "act4", Writes: s.access == "read_write"})
		}
	}
	bindings.Store(stem, out)
	return out
}
