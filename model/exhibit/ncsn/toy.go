package ncsn

import (
	"context"

	"unnoise/model/exhibit"
	"unnoise/model/exhibit/anneal"
	"unnoise/model/langevin"
	"unnoise/model/plane"
	"unnoise/model/rng"
)

// Toy is the paper's example of two modes: Fig. 3 and toy_runner.py.
var Toy = &exhibit.Exhibit{
	ID: "ncsn-toy", Title: "NCSN: plain and annealed Langevin", Year: 2019, References: []int{15},
	Sentences: [3]string{
		"Langevin dynamics climb along the score, the gradient of the logarithm of the density, and add noise at every step; in the end particles should be as dense as the data.",
		"Between two modes far apart the density is next to nothing, so plain Langevin dynamics stay where they began: it makes both modes as large as their catchment, here half and half.",
		"Start with so much noise that the modes melt into one, and take it away level by level: the same steps now find the right share of each.",
	},
	Presets: []exhibit.Preset{
		{Name: "Two levels only", Tip: "The leap is too large: when the modes part, the particles have not found their shares.", Values: map[string]string{"levels": "2"}},
		{Name: "Little noise at the start", Tip: "With σ₁ = 4 the modes are never one, and annealing hardly helps.", Values: map[string]string{"first": "4"}},
		{Name: "Few steps", Tip: "Ten steps at each level.", Values: map[string]string{"per-level": "10"}},
		{Name: "Right by luck", Tip: "With equal modes plain Langevin dynamics are right too.", Values: map[string]string{"weight": "0.5"}},
		{Name: "The programs for pictures", Tip: "Steps twice as long at the same α.", Values: map[string]string{"form": "code"}},
	},
	Controls: []exhibit.Control{
		{ID: "weight", Kind: exhibit.Range, Label: "Weight of the upper mode", Default: "0.8", Min: 0.05, Max: 0.95, Step: 0.05,
			Tip: "The share of the data around (5, 5); the others are around (−5, −5). The paper has 0.8."},
		{ID: "first", Kind: exhibit.Range, Label: "First noise σ₁", Default: "20", Min: 1.5, Max: 40, Step: 0.5, Log: true,
			Tip: "The most noise, where annealed dynamics begin. The paper’s toy has 20."},
		{ID: "levels", Kind: exhibit.Number, Label: "Noise levels L", Default: "10", Min: 1, Max: 20,
			Tip: "From σ₁ down to 1, the deviation of each mode, by equal factors. One level is plain Langevin dynamics."},
		{ID: "per-level", Kind: exhibit.Number, Label: "Steps at each level, T", Default: "100", Min: 1, Max: 200,
			Tip: "The plain chain takes as many steps as the annealed one in all."},
		{ID: "step", Kind: exhibit.Range, Label: "Step size ε", Default: "0.1", Min: 0.01, Max: 1, Step: 0.01, Log: true,
			Tip: "The step size at the last level, and of the plain chain. The toy program has 0.1."},
		anneal.FormControl(langevin.Paper),
		{ID: "particles", Kind: exhibit.Number, Label: "Particles", Default: "1280", Modest: "640", Min: 50, Max: 5000,
			Tip: "They begin anywhere on the square from −8 to 8. The toy program has 1280."},
		exhibit.SeedControl(),
	},
	Panels: []exhibit.Panel{
		{ID: "plain", Title: "Plain Langevin", Tip: "At the last noise level all the time. The score, drawn as 20 × 20 arrows with shortened lengths, points to the nearer mode."},
		{ID: "annealed", Title: "Annealed Langevin", Tip: "The density and the score are those of this moment’s noise level."},
		{ID: "weights", Title: "The share of the upper mode", Tip: "The particles above the diagonal between the modes, by steps taken."},
		{ID: "noise", Title: "Noise and step size", Tip: "σ and α of the annealed chain."},
	},
	Timeline:   "step",
	Quick:      map[string]string{"particles": "200", "per-level": "10", "levels": "5"},
	Tolerances: map[string]float64{"plain": 0.011, "annealed": 0.011, "in-view": 0.011},
	Probes: []exhibit.Probe{
		{Control: "seed", Value: "1", Readout: "mean"},
		{Control: "levels", Value: "2", Readout: "mean"},
		{Control: "form", Value: "code", Readout: "mean"},
	},
	Run: runToy,
}

const (
	startHalf = 8 // particles begin on [−startHalf, startHalf]²
	lastSigma = 1 // the deviation of the modes, which is the last noise level
	apart     = 5 // the modes are at ±(apart, apart)
)

// race is both chains side by side.
type race struct {
	weight          float64
	data            *langevin.Exact // level 0 is the plain chain's
	levels          *langevin.Exact
	plain, annealed *langevin.Chain
	start           []float32
	seed            uint64
	moments         []int // steps that are shown
}

func runToy(ctx context.Context, _ *exhibit.Env, s exhibit.State, emit func(exhibit.Frame)) error {
	r, err := newRace(s)
	if err != nil {
		return err
	}
	// First the plain chain, whose moments wait for those of the annealed one.
	var plain [][]float32
	shown := 0
	x := append([]float32(nil), r.start...)
	err = r.plain.Run(ctx, r.data, x, r.noise("plain"), func(step langevin.Step) error {
		if step.I == r.moments[shown] {
			plain = append(plain, append([]float32(nil), step.X...))
			shown++
		}
		return nil
	})
	if err != nil {
		return err
	}
	v := &view{race: r}
	x = append(x[:0], r.start...)
	shown = 0
	return r.annealed.Run(ctx, r.levels, x, r.noise("annealed"), func(step langevin.Step) error {
		if step.I == r.moments[shown] {
			emit(v.frame(shown, step, plain[shown]))
			shown++
		}
		return nil
	})
}

func newRace(s exhibit.State) (*race, error) {
	r := &race{weight: s.Float("weight"), seed: s.Seed("seed")}
	// The toy program's modes have the level's deviation: two points with noise.
	data, err := plane.NewMixture(
		plane.Gaussian{Weight: r.weight, X: apart, Y: apart},
		plane.Gaussian{Weight: 1 - r.weight, X: -apart, Y: -apart})
	if err != nil {
		return nil, err
	}
	sigmas := langevin.Geometric(s.Float("first"), lastSigma, s.Int("levels"))
	r.annealed = &langevin.Chain{Sigmas: sigmas, PerLevel: s.Int("per-level"), Step: s.Float("step"), Form: anneal.Form(s)}
	r.plain = langevin.Plain(lastSigma, s.Float("step"), r.annealed.Len(), anneal.Form(s))
	r.data = &langevin.Exact{Data: data, Noise: []float64{lastSigma}}
	r.levels = &langevin.Exact{Data: data, Noise: sigmas}
	r.start = make([]float32, 2*s.Int("particles"))
	rng.ForName(r.seed, "start").Uniform(r.start)
	for i, u := range r.start {
		r.start[i] = startHalf * (2*u - 1)
	}
	r.moments = anneal.Moments(r.annealed, toyFrames)
	return r, nil
}

const toyFrames = 61

// noise is that of a chain.
func (r *race) noise(chain string) func(int, []float32) {
	g := rng.ForName(r.seed, chain)
	return func(_ int, dst []float32) { g.Normal(dst) }
}
