package exhibit

import (
	"context"
	"fmt"
)

// Exhibit is one method shown at work.
type Exhibit struct {
	ID         string    `json:"id"` // in links and on the command line: lower case, digits and hyphens
	Title      string    `json:"title"`
	Year       int       `json:"year"`       // of the work shown: exhibits stand in this order
	References []int     `json:"references"` // numbers of References
	Sentences  [3]string `json:"sentences"`  // what it is
	// Models are the models of the catalogue it may load, by id.
	Models   []string  `json:"models"`
	Presets  []Preset  `json:"presets"`
	Controls []Control `json:"controls"`
	Panels   []Panel   `json:"panels"`
	// Timeline names the timeline's quantity, "t" or "step"; empty where there is
	// only one moment.
	Timeline string `json:"timeline,omitempty"`

	// Quick are the values, beside the defaults, with which tests run the exhibit: as
	// little work as still shows that it works, two seconds on one core or less.
	Quick map[string]string `json:"quick"`
	// Probes are what changes which number, with the Quick values: one for the seed
	// where there is one, and one for another control. The tests in the page, those of
	// the command line and exhibittest.Probe try each.
	Probes []Probe `json:"probes"`
	// Tolerance is how far a readout may be apart between the CPU and a GPU that adds
	// up in another order, as a part of the readout's own size; 0 is DefaultTolerance.
	// Tolerances are those of single readouts, by id, as absolute differences: for a
	// readout that counts (1 where one more or less may come out) or is nearly 0.
	Tolerance  float64            `json:"tolerance,omitempty"`
	Tolerances map[string]float64 `json:"tolerances,omitempty"`

	// Run computes: see the package's documentation. A frame given to emit, with all
	// its slices, belongs to the receiver.
	Run func(ctx context.Context, env *Env, state State, emit func(Frame)) error `json:"-"`
}

// Preset is a state worth seeing, with a name. Values has only what differs from
// the controls' defaults.
type Preset struct {
	Name   string            `json:"name"`
	Tip    string            `json:"tip"`
	Values map[string]string `json:"values"`
}

// Panel is a place for a figure.
type Panel struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Tip   string `json:"tip,omitempty"`
	// Wide panels take the whole width; the others share it.
	Wide bool `json:"wide,omitempty"`
	// Draw is the id of a Drawing or Mask control that the visitor edits on this
	// panel with the pointer; empty for none.
	Draw string `json:"draw,omitempty"`
}

// Check says what is wrong with an exhibit's definition, its presets included.
func (e *Exhibit) Check() error {
	if e.ID == "" || e.Title == "" || e.Run == nil || len(e.Panels) == 0 || len(e.References) == 0 {
		return fmt.Errorf("exhibit %q lacks an id, a title, references, panels or Run", e.ID)
	}
	for i, sentence := range e.Sentences {
		if sentence == "" {
			return fmt.Errorf("exhibit %q: sentence %d is missing", e.ID, i+1)
		}
	}
	for _, number := range e.References {
		if _, err := Reference(number); err != nil {
			return fmt.Errorf("exhibit %q: %w", e.ID, err)
		}
	}
	seen := map[string]bool{}
	for _, c := range e.Controls {
		if seen[c.ID] {
			return fmt.Errorf("exhibit %q has two controls %q", e.ID, c.ID)
		}
		seen[c.ID] = true
		if err := c.check(); err != nil {
			return fmt.Errorf("exhibit %q: %w", e.ID, err)
		}
	}
	for _, p := range e.Presets {
		if _, err := NewState(e, p.Values); err != nil {
			return fmt.Errorf("exhibit %q: preset %q: %w", e.ID, p.Name, err)
		}
	}
	for _, p := range e.Panels {
		if p.Draw != "" && !seen[p.Draw] {
			return fmt.Errorf("exhibit %q: panel %q edits %q, which is no control", e.ID, p.ID, p.Draw)
		}
	}
	return e.checkProbes()
}
