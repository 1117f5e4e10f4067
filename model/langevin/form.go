package langevin

import (
	"fmt"
	"math"
)

// Form is how a step is written.
type Form string

// The forms.
const (
	Code  Form = "code"  // x + α·s + √(2α)·z: the programs for pictures
	Paper Form = "paper" // x + α/2·s + √α·z: NCSN's algorithm 1 and its toy program
)

// Coefficients are those of the score and of the noise in a step of size alpha.
func (f Form) Coefficients(alpha float64) (ofScore, ofNoise float64) {
	if f == Paper {
		return alpha / 2, math.Sqrt(alpha)
	}
	return alpha, math.Sqrt(2 * alpha)
}

func (f Form) check() error {
	if f != Code && f != Paper {
		return fmt.Errorf("there is no form %q of a Langevin step; there are %q and %q", string(f), Code, Paper)
	}
	return nil
}
