package ncsn

import (
	"context"
	"fmt"

	"unnoise/model/exhibit"
	"unnoise/model/exhibit/anneal"
	"unnoise/model/exhibit/chain"
	"unnoise/model/figure"
	"unnoise/model/langevin"
)

const (
	fashionFrames = 41
	paperStep     = "0.00002" // ε of paper and program
)

// Fashion shows annealed chains of a trained network: §5 and Fig. 4 of the paper.
var Fashion = &exhibit.Exhibit{
	ID: "ncsn-fashion", Title: "NCSN: pictures by annealed Langevin", Year: 2019, References: []int{15},
	Sentences: [3]string{
		"One network learned the score of garments under ten amounts of noise; it is told which of them it sees.",
		"A chain begins with random pixels and follows the score, with new noise at every step: first under so much noise that only the brightest shapes matter, in the end under so little that it is not seen.",
		"Nothing is ever multiplied by less than one, as in DDPM a year later: the picture does not fade in, the noise around it shrinks.",
	},
	Models: []string{"ncsn-fashion"},
	Presets: []exhibit.Preset{
		{Name: "As in the paper: T = 100", Tip: "A thousand answers of the network for each picture; the default takes 400, on slow devices 120.", Values: map[string]string{"per-level": "100", "step": paperStep, "pictures": "4"}},
		{Name: "Too few steps", Tip: "Ten at each level: patchwork.", Values: map[string]string{"per-level": "10", "step": paperStep}},
		{Name: "The paper’s form of a step", Tip: "Steps half as long at the same α: with few of them the noise of the level before stays.", Values: map[string]string{"form": "paper", "per-level": "10", "step": paperStep}},
		{Name: "Four of ten levels", Tip: "Leaps of a factor of 4.6 in noise.", Values: map[string]string{"levels": "4"}},
		{Name: "The last level alone", Tip: "Plain Langevin dynamics: the score near the data says nothing about random pixels.", Values: map[string]string{"levels": "1", "per-level": "100"}},
	},
	Controls: append(chainControls(),
		chain.CountControl("4", "1", 9),
		exhibit.SeedControl()),
	Panels: []exhibit.Panel{
		{ID: "state", Title: "The state x", Tip: "Cut to the range from black to white, as the program does."},
		{ID: "guess", Title: "The guess x̂", Tip: "What the score takes x for: x + σ²·s."},
		{ID: "levels", Title: "Level by level", Tip: "The first picture’s state at the end of each level, with that level’s σ. In the end the noise is too little to be seen.", Wide: true},
		{ID: "noise", Title: "Noise and step size", Tip: "The noise σ of each level and the step size α there, which falls with its square, on a logarithmic scale."},
		{ID: "sizes", Title: "The size of the score", Tip: "A picture with noise of deviation σ is about σ away from where it came from in each pixel, and the score is that divided by σ²: σ times the score should stay near 1. NCSNv2 has this built in."},
	},
	Timeline: "step",
	Quick:    map[string]string{"per-level": "1", "levels": "3", "pictures": "1", "step": "0.00003"},
	Probes: []exhibit.Probe{
		{Control: "seed", Value: "1", Readout: "mean"},
		{Control: "form", Value: "paper", Readout: "mean"},
	},
	Run: exhibit.TellTraining(runFashion),
}

// chainControls are those of the chain itself.
func chainControls() []exhibit.Control {
	return []exhibit.Control{
		{ID: "per-level", Kind: exhibit.Number, Label: "Steps at each level, T", Default: "40", Modest: "12", Min: 1, Max: 200,
			Tip: "100 in the paper. Each is an answer of the network. With fewer the pictures are patchwork: a level has no time to agree with itself."},
		{ID: "step", Kind: exhibit.Range, Label: "Step size ε", Default: paperStep, Modest: "0.00005", Min: 0.000002, Max: 0.0001, Step: 0.000001, Log: true,
			Tip: "That of the last level: 2·10⁻⁵ in paper and program, a fifth of that level’s variance. Slow devices begin with larger steps and fewer of them, at the price of a little more noise."},
		{ID: "levels", Kind: exhibit.Number, Label: "Noise levels", Default: "10", Min: 1, Max: 10,
			Tip: "How many of the ten levels that the network knows are visited, evenly spread; the last is always one of them."},
		anneal.FormControl(langevin.Code),
	}
}

// settings makes the chain of the controls that both picture exhibits have.
func settings(ctx context.Context, env *exhibit.Env, s exhibit.State) (*anneal.Run, error) {
	m, err := anneal.Load(ctx, env, "ncsn-fashion")
	if err != nil {
		return nil, err
	}
	c, score := m.Some(s.Int("levels"))
	c.Form, c.PerLevel, c.Step = anneal.Form(s), s.Int("per-level"), s.Float("step")
	return &anneal.Run{Model: m, Chain: c, Score: score, N: s.Int("pictures"), Seed: s.Seed("seed"), Most: fashionFrames}, nil
}

func runFashion(ctx context.Context, env *exhibit.Env, s exhibit.State, emit func(exhibit.Frame)) error {
	r, err := settings(ctx, env, s)
	if err != nil {
		return err
	}
	m := r.Model
	var sizes anneal.Sizes
	var film anneal.Strip
	film.Add(m.Start(r.Seed, 1), "start")
	r.Emit = emit
	r.Frame = func(step langevin.Step) (exhibit.Frame, error) {
		guess := anneal.Guess(step)
		sizes.Add(step)
		f := exhibit.Frame{
			Figures: map[string]figure.Figure{
				"state": m.Grid(step.X, columns(r.N), nil),
				"guess": m.Grid(guess, columns(r.N), nil),
				"noise": anneal.LevelPlot(r.Chain, step.I),
				"sizes": sizes.Plot(r.Chain),
			},
			Readouts: []exhibit.Readout{
				{ID: "sigma", Name: "Noise σ", Value: step.Sigma, Tip: "Of the level."},
				{ID: "mean", Name: "Mean brightness of the guess", Value: chain.Mean(guess), Tip: "From 0, black, to 1, white."},
				{ID: "left", Name: "State from guess", Value: chain.RMS(step.X, guess), Tip: "Root mean square: the noise that the network sees, about σ where it is right. At the end, without a last denoising, the network is not asked again, and the state is its own guess."},
				{ID: "carried", Name: "Noise carried over", Value: r.Chain.Carried(), Tip: "How much of the variance that the noise of one level has is left after the steps of the next, in that level’s own variance. From 1 on, the noise does not follow the levels down."},
				{ID: "nfe", Name: "Answers of the network", Value: float64(anneal.Asked(r.Chain, step)), Tip: "For each picture. The paper takes 1000."},
			},
		}
		if step.I > 0 && step.I%r.Chain.PerLevel == 0 {
			before := step.I/r.Chain.PerLevel - 1
			film.Add(step.X[:m.Elems()], fmt.Sprintf("%.2g", r.Chain.Sigmas[before]))
		}
		f.Figures["levels"] = film.Figure(m, len(r.Chain.Sigmas)+1)
		f.Words = fmt.Sprintf("%s: %d of %d steps are done.", anneal.Label(step), step.I, r.Chain.Len())
		return f, nil
	}
	return r.Walk(ctx)
}

// columns is how many pictures stand beside each other.
func columns(n int) int {
	if n > 4 {
		return (n + 1) / 2
	}
	return n
}
