package exhibit

import (
	"fmt"
	"math"

	"unnoise/model/figure"
)

// Frame is a moment of an exhibit's timeline: see the package's documentation.
type Frame struct {
	Index int // from 0
	// Total is how many frames there will be; 0 where it is not known yet.
	Total     int
	Label     string // "t = 37"
	Figures   map[string]figure.Figure
	Readouts  []Readout
	Equations []Equation
	// Words says what the panels show, for those who cannot see them.
	Words string
}

// Readout is a number worth reading. The page and the command line show the same.
type Readout struct {
	ID    string  `json:"id"` // lower case, digits and hyphens
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit,omitempty"`
	Tip   string  `json:"tip,omitempty"`
}

// Equation is one equation: in words, in symbols, and with the numbers of the moment.
type Equation struct {
	Caption string // a sentence
	Symbols string // MathML: package mathml
	Numbers string // MathML; "" where there are none
}

// Check says which panel's figure is inconsistent or unknown to the exhibit, or which
// readout is no number.
func (f Frame) Check(e *Exhibit) error {
	for id, fig := range f.Figures {
		known := false
		for _, p := range e.Panels {
			known = known || p.ID == id
		}
		if !known {
			return fmt.Errorf("frame %d has a figure for the panel %q, which %s lacks", f.Index, id, e.ID)
		}
		if err := fig.Check(); err != nil {
			return fmt.Errorf("frame %d, panel %q: %w", f.Index, id, err)
		}
	}
	for _, r := range f.Readouts {
		// JSON has no other numbers. What has no value yet is left out.
		if r.ID == "" || r.Name == "" || math.IsNaN(r.Value) || math.IsInf(r.Value, 0) {
			return fmt.Errorf("frame %d: readout %q (%s) is %v", f.Index, r.ID, r.Name, r.Value)
		}
	}
	if f.Index < 0 || f.Total != 0 && f.Index >= f.Total {
		return fmt.Errorf("frame %d of %d", f.Index, f.Total)
	}
	return nil
}
