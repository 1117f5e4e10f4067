package unettest

import (
	"strings"
	"testing"

	"unnoise/model/graph"
	"unnoise/model/weights"
)

// Goldens are the golden files of one architecture.
type Goldens struct {
	Names []string
	Load  func(name string) (Golden, error)
}

// Run runs every golden through an executor. ‖a−b‖/‖b‖ of the output must not exceed
// tolerance; the first module that is wrong is named.
func (g Goldens) Run(t *testing.T, compile Compile, tolerance float64) {
	t.Helper()
	for _, name := range g.Names {
		t.Run(name, func(t *testing.T) {
			golden, err := g.Load(name)
			if err != nil {
				t.Fatal(err)
			}
			relative, err := golden.Check(compile, tolerance)
			t.Logf("relative error %.2g", relative)
			if err != nil {
				t.Error(err)
			}
		})
	}
}

// Set is the weights of a golden.
func (g Goldens) Set(t *testing.T, name string) *weights.Set {
	t.Helper()
	golden, err := g.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	set, err := golden.Weights()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// EveryTensorIsRead takes each tensor of a golden away in turn: build fails, and the error
// names it.
func (g Goldens) EveryTensorIsRead(t *testing.T, name string, build func(set *weights.Set) (*graph.Graph, error)) {
	t.Helper()
	whole := g.Set(t, name)
	for _, left := range whole.Names() {
		set := weights.NewSet(whole.Config)
		for _, name := range whole.Names() {
			if name == left {
				continue
			}
			if err := set.Add(whole.Lookup(name)); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := build(set); err == nil || !strings.Contains(err.Error(), left) {
			t.Errorf("%s without %s: %v", name, left, err)
		}
	}
}

// Seed gives a fuzz test the configs of the goldens, and an empty one.
func (g Goldens) Seed(f *testing.F) {
	f.Helper()
	f.Add([]byte(`{}`))
	for _, name := range g.Names {
		golden, err := g.Load(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add([]byte(golden.Config))
	}
}

// Refuses holds parse to refuse a good config with each flaw: what is replaced, once, what
// stands there instead, and what the error must say.
func Refuses(t *testing.T, good string, parse func(config []byte) error, flaws [][3]string) {
	t.Helper()
	for _, flaw := range flaws {
		was, is, want := flaw[0], flaw[1], flaw[2]
		text := strings.Replace(good, was, is, 1)
		if text == good {
			t.Fatalf("%q was not found", was)
		}
		if err := parse([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s for %s: %v", is, was, err)
		}
	}
}
