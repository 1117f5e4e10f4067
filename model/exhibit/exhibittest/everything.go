package exhibittest

import (
	"maps"
	"testing"

	"unnoise/model/exhibit"
)

// everything runs the exhibit with each preset and with each option of each menu; what
// Quick says stays, so that it is soon over. The test fails where a run does.
func everything(t testing.TB, e *exhibit.Exhibit) {
	t.Helper()
	for _, p := range e.Presets {
		try(t, e, "the preset "+p.Name, p.Values)
	}
	for _, c := range e.Controls {
		if c.Kind != exhibit.Choice {
			continue
		}
		for _, o := range c.Options {
			values := map[string]string{c.ID: o.ID}
			if c.When.Control != "" {
				values[c.When.Control] = c.When.Values[0]
			}
			try(t, e, c.ID+"="+o.ID, values)
		}
	}
}

// try runs the exhibit with its Quick values and others for what those leave open.
func try(t testing.TB, e *exhibit.Exhibit, what string, values map[string]string) {
	t.Helper()
	all := maps.Clone(values)
	maps.Copy(all, e.Quick)
	state, err := exhibit.NewState(e, all)
	if err != nil {
		t.Errorf("%s, %s: %v", e.ID, what, err)
		return
	}
	env := exhibit.NewEnv(host{root(t)})
	defer env.Close()
	err = e.Run(t.Context(), env, state, func(f exhibit.Frame) {
		if err := f.Check(e); err != nil {
			t.Errorf("%s, %s: %v", e.ID, what, err)
		}
		numbers(t, e, f)
	})
	if err != nil {
		t.Errorf("%s, %s: %v", e.ID, what, err)
	}
}
