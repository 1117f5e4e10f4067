package shaders

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestSourceF16(t *testing.T) {
	code, err := SourceF16("silu", Overrides{"WORKGROUP": 128})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(code, "enable f16;\n") {
		t.Error("the feature is not enabled first")
	}
	for _, part := range []string{"const WORKGROUP: u32 = 128u;", "\nalias act = f16;", "= saturate_act(", "fn saturate_act("} {
		if !strings.Contains(code, part) {
			t.Errorf("%q is not in the text", part)
		}
	}
	if strings.Contains(code, "act4") {
		t.Error("a kernel of scalars has something of vectors")
	}
	if code, err = SourceF16("group_norm_vec4", nil); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(code, "\nalias act4 = vec4<f16>;") || !strings.Contains(code, "= saturate_act4(") {
		t.Error("a kernel of vectors has no f16 vectors")
	}
	if _, err := SourceF16("peak_copy", nil); err == nil || !strings.Contains(err.Error(), "no f16 form") {
		t.Errorf("a kernel without activations: %v", err)
	}
	if _, err := SourceF16("no_such_kernel", nil); err == nil {
		t.Error("an unknown kernel was accepted")
	}
}

func TestKeyF16(t *testing.T) {
	for key, stem := range map[string]string{
		Key("k", nil):                      "k",
		KeyF16("k", nil):                   "k",
		Key("k", Overrides{"A": 1}):        "k",
		KeyF16("k", Overrides{"A": 1}):     "k",
		KeyF16("k_f16", Overrides{"A": 1}): "k_f16",
	} {
		if got := Stem(key); got != stem {
			t.Errorf("Stem(%q) = %q, expected %q", key, got, stem)
		}
	}
	if Key("k", nil) == KeyF16("k", nil) {
		t.Error("both forms of a kernel have one key")
	}
}

func TestBindings(t *testing.T) {
	got := Bindings("group_norm_vec4")
	want := []Storage{
		{Name: "a", Act: true}, {Name: "b", Act: true}, {Name: "stats"}, {Name: "weight"}, {Name: "bias"},
		{Name: "scale_shift", Act: true}, {Name: "y", Act: true, Writes: true},
	}
	if !slices.Equal(got, want) {
		t.Errorf("Bindings = %+v, expected %+v", got, want)
	}
	if Bindings("no_such_kernel") != nil {
		t.Error("an unknown kernel has bindings")
	}
}

// TestStores holds every kernel to the convention: bindings are numbered in their
// order, and each store of activations converts or copies.
func TestStores(t *testing.T) {
	converts := regexp.MustCompile(`^(act4?\(.*\)|\w+\[[^\]]*\]);`)
	numbered := regexp.MustCompile(`(?m)^@group\(0\) @binding\((\d+)\)`)
	for _, stem := range Stems() {
		text, err := files.ReadFile(stem + ".wgsl")
		if err != nil {
			t.Fatal(err)
		}
		code := string(text)
		for i, match := range numbered.FindAllStringSubmatch(code, -1) {
			if match[1] != fmt.Sprint(i) {
				t.Errorf("%s: binding %s stands where %d belongs", stem, match[1], i)
			}
		}
		storages := Bindings(stem)
		if want := strings.Count(code, "var<storage"); len(storages) != want {
			t.Errorf("%s: %d of %d storage buffers are declared as Bindings reads them", stem, len(storages), want)
		}
		for _, s := range storages {
			if !s.Act || !s.Writes {
				continue
			}
			store := regexp.MustCompile(`(?m)^\s+` + s.Name + `\[[^=\n]*\] = (.*)$`)
			for _, match := range store.FindAllStringSubmatch(code, -1) {
				if !converts.MatchString(match[1]) {
					t.Errorf("%s: %q stores without converting: write act(…) or act4(…)", stem, match[0])
				}
			}
		}
	}
}
