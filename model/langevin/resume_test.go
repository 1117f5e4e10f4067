package langevin

import (
	"slices"
	"testing"

	"unnoise/model/rng"
)

// A chain that goes on from any of its steps ends as the whole one, known parts and the last
// denoising included.
func TestAChainGoesOnFromAnyStep(t *testing.T) {
	for name, known := range map[string]*Known{
		"free":     nil,
		"put back": {Picture: []float32{2, 3}, Mask: []bool{false, true}},
		"anew":     {Picture: []float32{2, 3}, Mask: []bool{false, true}, Anew: true},
	} {
		c := &Chain{Sigmas: []float64{1, .5, .25}, PerLevel: 3, Step: .01, Form: Code, Denoise: true, Known: known}
		noise := func(i int, dst []float32) { rng.New(uint64(i)).Normal(dst) }
		var steps [][]float32
		whole := []float32{-1, 0, 1, 2}
		err := c.Run(t.Context(), gaussian{}, whole, noise, func(s Step) error {
			steps = append(steps, slices.Clone(s.X))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for from := range c.Len() {
			x, next := slices.Clone(steps[from]), from
			err := c.Resume(t.Context(), gaussian{}, from, x, noise, func(s Step) error {
				if s.I != next || !slices.Equal(s.X, steps[s.I]) {
					t.Errorf("%s: from step %d on, step %d is %v at %d, expected %v", name, from, next, s.X, s.I, steps[next])
				}
				next++
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if next != c.Len()+1 || !slices.Equal(x, whole) {
				t.Errorf("%s: from step %d on it ends at %d in %v, expected %v", name, from, next, x, whole)
			}
		}
		if err := c.Resume(t.Context(), gaussian{}, c.Len()+1, whole, noise, func(Step) error { return nil }); err == nil {
			t.Errorf("%s: a chain goes on behind its end", name)
		}
	}
}
