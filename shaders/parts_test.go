package shaders

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// update writes the parts into the kernels: go test ./shaders -run TestParts -update
var update = flag.Bool("update", false, "write the files of parts into the kernels that have them")

// partMark is the line above a part; what follows, comments and one declaration, is the
// text of parts/NAME.wgsl.
var partMark = regexp.MustCompile(`(?m)^// part: (\w+)\n((?:.*\n)*?)\}\n`)

// readPart reads the file of a part.
func readPart(name string) (string, error) {
	text, err := os.ReadFile(filepath.Join("parts", name+".wgsl"))
	return string(text), err
}

// withParts is a kernel with each of its parts as its file has it, and their names.
func withParts(code string) (renewed string, names []string, err error) {
	renewed = partMark.ReplaceAllStringFunc(code, func(found string) string {
		name := partMark.FindStringSubmatch(found)[1]
		text, readErr := readPart(name)
		if readErr != nil {
			err = readErr
		}
		names = append(names, name)
		return "// part: " + name + "\n" + text
	})
	return renewed, names, err
}

// TestParts holds kernels to the parts that they share, each of which is written once in
// parts and stands, word for word, in every kernel that has it, so that a kernel is
// complete and compiles as it stands.
func TestParts(t *testing.T) {
	users := map[string]int{}
	for _, stem := range Stems() {
		file := stem + ".wgsl"
		code, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		renewed, names, err := withParts(string(code))
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		if marks := strings.Count(string(code), "// part: "); marks != len(names) {
			t.Errorf("%s: %d parts are marked, %d found: a part ends with a line of one brace", file, marks, len(names))
		}
		for _, name := range names {
			users[name]++
		}
		if renewed == string(code) {
			continue
		}
		if !*update {
			t.Errorf("%s: one of its parts %v is not as in parts: go test ./shaders -run TestParts -update", file, names)
		} else if err := os.WriteFile(file, []byte(renewed), 0o644); err != nil {
			t.Error(err)
		}
	}
	files, err := filepath.Glob("parts/*.wgsl")
	if err != nil || len(files) == 0 {
		t.Fatal("no parts: ", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".wgsl")
		if users[name] < 2 {
			t.Errorf("%s is a part of %d kernels", file, users[name])
		}
		text, err := readPart(name)
		if err != nil || !strings.HasSuffix(text, "\n}\n") || strings.Count(text, "\n}\n") != 1 {
			t.Errorf("%s must be one declaration that ends with a line of one brace: %v", file, err)
		}
	}
}

// fewLines is how long a declaration may be that kernels repeat without a part.
const fewLines = 5

// severalLines is a function or structure of several lines, without what is said above it.
var severalLines = regexp.MustCompile(`(?m)^(?:fn|struct) (?:.*\n)*?\}\n`)

// TestNoRepeats finds what kernels share and is no part.
func TestNoRepeats(t *testing.T) {
	first := map[string]string{}
	for _, stem := range Stems() {
		code, err := Source(stem, nil)
		if err != nil {
			t.Fatal(err)
		}
		code = partMark.ReplaceAllString(code, "")
		for _, text := range severalLines.FindAllString(code, -1) {
			if strings.Count(text, "\n") <= fewLines {
				continue
			}
			name, _, _ := strings.Cut(text, "\n")
			if other, ok := first[text]; ok {
				t.Errorf("%s and %s both have %q: make it a part", other, stem, name)
			}
			first[text] = stem
		}
	}
}
