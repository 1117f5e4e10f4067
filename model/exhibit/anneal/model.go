package anneal

import (
	"context"
	"fmt"
	"slices"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
	"unnoise/model/figure"
	"unnoise/model/langevin"
	"unnoise/model/rng"
	"unnoise/model/run"
)

// Model is a score network of the catalogue with its noise levels.
type Model struct {
	run.Info
	Levels langevin.Scheduler
	net    diffusion.Predictor
}

// Load makes a model ready to be asked.
func Load(ctx context.Context, env *exhibit.Env, id string) (*Model, error) {
	network, info, err := env.Network(ctx, id)
	if err != nil {
		return nil, err
	}
	set, err := env.Weights(ctx, id)
	if err != nil {
		return nil, err
	}
	m := &Model{Info: info, net: network}
	if m.Levels, err = langevin.ReadScheduler(set.Scheduler); err != nil {
		return nil, fmt.Errorf("model %q: %w", id, err)
	}
	return m, nil
}

// Some returns n of the model's levels, evenly spread, as a chain of the program's form,
// and the network's score at them.
func (m *Model) Some(n int) (*langevin.Chain, *langevin.Network) {
	numbers := langevin.Every(len(m.Levels.Sigmas), n)
	c := m.Levels.Chain()
	c.Sigmas = make([]float64, len(numbers))
	for i, k := range numbers {
		c.Sigmas[i] = m.Levels.Sigmas[k]
	}
	score := &langevin.Network{Predictor: m.net, Elems: m.Elems(), Numbers: numbers}
	if !m.Levels.Conditional {
		score.Sigmas = c.Sigmas
	}
	return c, score
}

// At is the score at levels of one's own, for a network that is not told the level's
// number. divide is technique 3: the answer is divided by σ.
func (m *Model) At(sigmas []float64, divide bool) *langevin.Network {
	score := &langevin.Network{Predictor: m.net, Elems: m.Elems()}
	if divide {
		score.Sigmas = sigmas
	}
	return score
}

// Start is where chains of n pictures begin: even random numbers between 0 and 1, those of
// picture k of the seed + k.
func (m *Model) Start(seed uint64, n int) []float32 {
	x := make([]float32, n*m.Elems())
	for k := range n {
		rng.ForName(seed+uint64(k), "start").Uniform(x[k*m.Elems() : (k+1)*m.Elems()])
	}
	return x
}

// Grid shows pictures of the model.
func (m *Model) Grid(values []float32, columns int, captions []string) *figure.Pictures {
	return Grid(m.Channels, m.Height, m.Width, values, columns, captions)
}

// Guess is what a step's score takes the pictures for.
func Guess(s langevin.Step) []float32 {
	x := make([]float32, len(s.X))
	s.Guess(x)
	return x
}

// Strip collects the first picture at some moments of a chain.
type Strip struct {
	values   []float32
	captions []string
}

// Add adds a picture.
func (s *Strip) Add(picture []float32, caption string) {
	s.values, s.captions = append(s.values, picture...), append(s.captions, caption)
}

// Figure is the strip so far.
func (s *Strip) Figure(m *Model, columns int) *figure.Pictures {
	return m.Grid(s.values, columns, slices.Clone(s.captions))
}
