// Package exhibittest runs exhibits in tests, on the CPU executor, with the site's
// own models and data.
package exhibittest

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"unnoise/model/catalog"
	"unnoise/model/cpu"
	"unnoise/model/exhibit"
	"unnoise/model/gguf"
	"unnoise/model/graph"
	"unnoise/model/weights"
)

// Run runs an exhibit to its end with these values of its controls and returns its
// frames by index. The test fails where the exhibit, a value or a frame is wrong, or
// where a frame is missing.
func Run(t testing.TB, e *exhibit.Exhibit, values map[string]string) []exhibit.Frame {
	t.Helper()
	if err := e.Check(); err != nil {
		t.Fatal(err)
	}
	state, err := exhibit.NewState(e, values)
	if err != nil {
		t.Fatal(err)
	}
	env := exhibit.NewEnv(host{root(t)})
	defer env.Close()
	var frames []exhibit.Frame
	err = e.Run(t.Context(), env, state, func(f exhibit.Frame) {
		if err := f.Check(e); err != nil {
			t.Error(err)
		}
		numbers(t, e, f)
		for len(frames) <= f.Index {
			frames = append(frames, exhibit.Frame{Index: -1})
		}
		frames[f.Index] = f
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range frames {
		if f.Index != i {
			t.Errorf("%s has no frame %d", e.ID, i)
		}
	}
	if len(frames) == 0 {
		t.Fatalf("%s has shown nothing", e.ID)
	}
	return frames
}

// Readout returns a number of the last frame that has it.
func Readout(t testing.TB, frames []exhibit.Frame, id string) float64 {
	t.Helper()
	for i := len(frames) - 1; i >= 0; i-- {
		for _, r := range frames[i].Readouts {
			if r.ID == id {
				return r.Value
			}
		}
	}
	t.Fatalf("no frame has a readout %q", id)
	return math.NaN()
}

// Differ fails the test unless the readout differs between both values of a control,
// all other controls being as in values, and is the same when run again.
func Differ(t testing.TB, e *exhibit.Exhibit, values map[string]string, control, one, other, readout string) {
	t.Helper()
	with := func(value string) float64 {
		all := map[string]string{}
		for k, v := range values {
			all[k] = v
		}
		all[control] = value
		return Readout(t, Run(t, e, all), readout)
	}
	a, again, b := with(one), with(one), with(other)
	if a != again {
		t.Errorf("%s: %s is %v and %v for the same state", e.ID, readout, a, again)
	}
	if a == b || math.IsNaN(a) || math.IsNaN(b) {
		t.Errorf("%s: %s is %v for %s=%s and %v for %s=%s", e.ID, readout, a, control, one, b, control, other)
	}
}

// Probe runs the exhibit with its Quick values and holds it to its Probes: what they
// name changes, and the same state gives the same numbers again. An exhibit that asks no
// trained network is run with every preset and every option too.
func Probe(t testing.TB, e *exhibit.Exhibit) {
	t.Helper()
	quick := Run(t, e, e.Quick)
	again := Run(t, e, e.Quick)
	for _, r := range exhibit.Last(quick) {
		if v := Readout(t, again, r.ID); v != r.Value {
			t.Errorf("%s: %s is %v and %v for the same state", e.ID, r.ID, r.Value, v)
		}
	}
	for _, p := range e.Probes {
		changed, err := e.QuickState(p.Control, p.Value)
		if err != nil {
			t.Fatal(err)
		}
		was, is := Readout(t, quick, p.Readout), Readout(t, Run(t, e, changed.Values()), p.Readout)
		if was == is || math.IsNaN(was) || math.IsNaN(is) {
			t.Errorf("%s: with %s=%s %s is %v, without %v", e.ID, p.Control, p.Value, p.Readout, is, was)
		}
	}
	if len(e.Models) == 0 {
		everything(t, e)
	}
}

// root is the project's folder.
func root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for dir != filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		dir = filepath.Dir(dir)
	}
	t.Fatal("the test runs outside the project")
	return ""
}

// host reads the site's sources and computes on the CPU.
type host struct{ root string }

func (h host) Weights(_ context.Context, model string) (*weights.Set, error) {
	list, err := os.ReadFile(filepath.Join(h.root, "web/models/index.json"))
	if err != nil {
		return nil, err
	}
	c, err := catalog.Parse(list)
	if err != nil {
		return nil, err
	}
	found, err := c.Find(model)
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(filepath.Join(h.root, "web/models", found.File))
	if err != nil {
		return nil, fmt.Errorf("model %q: %w", model, err)
	}
	return gguf.Read(data)
}

func (h host) File(_ context.Context, path string) ([]byte, error) {
	return os.ReadFile(filepath.Join(h.root, "web", filepath.FromSlash(path)))
}

func (host) Compile(_ context.Context, g *graph.Graph) (graph.Program, error) { return cpu.Compile(g) }
func (host) Orders() <-chan exhibit.Order                                     { return nil }
