package run

import (
	"unnoise/model/diffusion"
	"unnoise/model/rng"
)

// StartNoise writes the ε of picture k of a run with this seed into dst, C·H·W
// values: x_T of a run from pure noise, and the ε of q(x_t|x_0) where a run
// starts from a picture.
func StartNoise(dst []float32, seed uint64, k int) { rng.New(seed + uint64(k)).Normal(dst) }

// StepNoise is the z of every step of a run of n pictures with this seed.
func StepNoise(seed uint64, n int) diffusion.Noise { return newSource(seed, n).step }

// source draws the noise of a run's steps, for each picture from its own
// generator.
type source struct {
	seed       uint64
	generators []*rng.Generator
	drawn      int // draws taken from every generator
}

func newSource(seed uint64, n int) *source {
	s := &source{seed: seed, generators: make([]*rng.Generator, n)}
	s.rewind()
	return s
}

func (s *source) rewind() {
	for k := range s.generators {
		s.generators[k] = rng.New(s.seed + uint64(k))
	}
	s.drawn = 0
}

// step writes the z of step i into dst, N pictures: draw 1+i, whatever was
// drawn before.
func (s *source) step(i int, dst []float32) {
	if s.drawn > 1+i {
		s.rewind()
	}
	for s.drawn <= 1+i {
		elems := len(dst) / len(s.generators)
		for k, g := range s.generators {
			g.Normal(dst[k*elems : (k+1)*elems])
		}
		s.drawn++
	}
}
