package shaders

import (
	"embed"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

//go:embed *.wgsl
var files embed.FS

// Overrides gives values to a kernel's override declarations by name.
type Overrides map[string]uint32

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
	lines := strings.SplitAfter(string(text), "\n")
	for i, line := range lines {
		tunable, ok := cutOverride(line)
		if !ok {
			continue
		}
		if v, given := values[tunable.name]; given {
			tunable.value = strconv.FormatUint(uint64(v), 10)
			delete(unused, tunable.name)
		}
		lines[i] = tunable.constant()
	}
	for _, name := range slices.Sorted(maps.Keys(unused)) {
		return "", fmt.Errorf("shaders: kernel %q has no override %s", stem, name)
	}
	return strings.Join(lines, ""), nil
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
