package shaders

import (
	"embed"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

//go:embed *.wgsl
var files embed.FS

// Overrides gives values to a kernel's override declarations by name.
type Overrides map[string]uint32

// declaration matches a tunable: override NAME: u32 = 4u;
var declaration = regexp.MustCompile(`(?m)^override ([A-Z][A-Z0-9_]*): u32 = ([0-9]+)u;`)

// Source returns the kernel of that stem with its overrides made constants: the
// given values, the file's own where none is given. It returns an error where
// there is no such kernel or it declares no such override.
//
// Constants in the text instead of pipeline constants, because an override
// cannot size everything that a constant can, and not every stack has them.
func Source(stem string, values Overrides) (string, error) {
	text, err := files.ReadFile(stem + ".wgsl")
	if err != nil {
		return "", fmt.Errorf("shaders: there is no kernel %q", stem)
	}
	unused := maps.Clone(values)
	code := declaration.ReplaceAllStringFunc(string(text), func(line string) string {
		match := declaration.FindStringSubmatch(line)
		name, value := match[1], match[2]
		if v, given := values[name]; given {
			value = strconv.FormatUint(uint64(v), 10)
			delete(unused, name)
		}
		return "const " + name + ": u32 = " + value + "u;"
	})
	for _, name := range slices.Sorted(maps.Keys(unused)) {
		return "", fmt.Errorf("shaders: kernel %q has no override %s", stem, name)
	}
	return code, nil
}

// Key names a kernel with its overrides, the same for equal ones:
// "matmul_tile(ROWS=4,WORKGROUP=32)".
func Key(stem string, values Overrides) string {
	if len(values) == 0 {
		return stem
	}
	parts := make([]string, 0, len(values))
	for _, name := range slices.Sorted(maps.Keys(values)) {
		parts = append(parts, fmt.Sprintf("%s=%d", name, values[name]))
	}
	return stem + "(" + strings.Join(parts, ",") + ")"
}

// Stems lists all kernels in alphabetical order.
func Stems() []string {
	entries, err := files.ReadDir(".")
	if err != nil {
		panic(err) // the embedded directory is always there
	}
	var out []string
	for _, e := range entries {
		out = append(out, strings.TrimSuffix(e.Name(), ".wgsl"))
	}
	return out
}
