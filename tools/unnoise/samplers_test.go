package main

import (
	"slices"
	"testing"

	"unnoise/model/run"
)

// twins are the same method on the timesteps of training: an Euler step in σ is DDIM's
// with η = 0, its ancestral form is DDPM's.
var twins = map[string]string{run.Euler: run.DDIM, run.EulerAncestral: run.DDPM}

// Every sampler draws, each its own pictures, the same again for the same seed.
func TestEverySamplerDraws(t *testing.T) {
	model := tinyModel(t)
	drawn := map[string][]float32{}
	for _, name := range run.Samplers {
		args := []string{"--sampler", name, "--steps", "6", "--seed", "3"}
		x := sampled(t, model, 1, args...)
		if !slices.Equal(x, sampled(t, model, 1, args...)) {
			t.Errorf("%s draws another picture for the same seed", name)
		}
		for other, y := range drawn {
			if slices.Equal(x, y) && twins[name] != other {
				t.Errorf("%s and %s draw the same picture", name, other)
			}
		}
		drawn[name] = x
	}
}
