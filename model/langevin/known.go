package langevin

import "fmt"

// Known is a part of the pictures that a chain fills in the rest of: NCSN, §5 and
// algorithm 2 of appendix B. At every level it carries that level's noise.
type Known struct {
	Picture []float32 // [elems], in the networks' range
	Mask    []bool    // [elems]: true where it is known
	// Anew noises the known part before every step and lets the step move it: NCSNv2's
	// program. Otherwise it is noised once a level and put back after every step: NCSN's.
	Anew bool

	held []float32
}

func (k *Known) check(values int) error {
	if k == nil {
		return nil
	}
	if len(k.Picture) == 0 || len(k.Mask) != len(k.Picture) || values%len(k.Picture) != 0 {
		return fmt.Errorf("a known picture of %d values with a mask of %d does not fit %d values", len(k.Picture), len(k.Mask), values)
	}
	return nil
}

// noised puts the known part with noise of deviation sigma into x. x, z: [N, elems].
func (k *Known) noised(x, z []float32, sigma float64) {
	size := len(k.Picture)
	for i := range x {
		if j := i % size; k.Mask[j] {
			x[i] = float32(float64(k.Picture[j]) + sigma*float64(z[i]))
		}
	}
}

// keep remembers x before a step, where putBack needs it.
func (k *Known) keep(x []float32) {
	if k != nil && !k.Anew {
		k.held = append(k.held[:0], x...)
	}
}

// putBack undoes a step on the known part.
func (k *Known) putBack(x []float32) {
	if k == nil || k.Anew {
		return
	}
	size := len(k.Picture)
	for i := range x {
		if k.Mask[i%size] {
			x[i] = k.held[i]
		}
	}
}
