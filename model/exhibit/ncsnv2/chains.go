package ncsnv2

import (
	"context"
	"fmt"
	"math"

	"unnoise/model/exhibit"
	"unnoise/model/exhibit/anneal"
	"unnoise/model/exhibit/chain"
	"unnoise/model/figure"
	"unnoise/model/langevin"
	ml "unnoise/model/mathml"
)

const (
	chainFrames = 41
	mostNoise   = "16" // σ_1 of the network: the largest distance between two of its faces
	allLevels   = "95"
	ncsnStep    = 2e-5 // ε of NCSN
)

// Chains shows what each technique is good for, on a trained network.
var Chains = &exhibit.Exhibit{
	ID: "ncsnv2-faces", Title: "NCSNv2: faces, with and without its techniques", Year: 2020, References: []int{16},
	Sentences: [3]string{
		"The rules of NCSNv2 ask for 94 noise levels for faces of 768 values, from 16 down to 0.01; this network was trained with 95, and its chains take five steps at each.",
		"The network is not told the level: what it answers is divided by σ, since that is how the score’s size changes, and one network serves any number of levels.",
		"Take one technique away at a time and see what the chain makes of it.",
	},
	Models: models,
	Presets: []exhibit.Preset{
		{Name: "As the rules say", Tip: "The 95 levels of the training, one more than technique 2 asks for, with five steps each.", Values: map[string]string{"levels": allLevels, "per-level": "5", "rule": "best"}},
		{Name: "NCSN’s settings", Tip: "Ten levels from σ = 1, ε = 2·10⁻⁵, no denoising at the end.", Values: map[string]string{"first": "1", "levels": "10", "per-level": "20", "rule": "ncsn", "denoise": "off"}},
		{Name: "Little noise at first", Tip: "Technique 1 left out: from σ₁ = 0.5 a chain cannot go far from where it began. See how far the faces are apart.", Values: map[string]string{"first": "0.5", "levels": "50", "pictures": "4"}},
		{Name: "Ten levels", Tip: "Technique 2 left out. The network is not told the level and answers with noise of size 1 whatever it sees, so that the steps cannot take away what the leaps leave.", Values: map[string]string{"levels": "10", "per-level": "5"}},
		{Name: "Not divided by σ", Tip: "Technique 3 left out: the score is too weak at the end and far too strong at first.", Values: map[string]string{"divide": "off"}},
		{Name: "NCSN’s step size", Tip: "Technique 4 left out.", Values: map[string]string{"rule": "ncsn"}},
		{Name: "Weights not averaged", Tip: "Technique 5 left out: the same chains with the weights as the last training step left them.", Values: map[string]string{"ema": "off"}},
		{Name: "Noise left in", Tip: "Without the last denoising step.", Values: map[string]string{"denoise": "off"}},
	},
	Controls: append([]exhibit.Control{
		{ID: "first", Kind: exhibit.Range, Label: "First noise σ₁", Default: mostNoise, Min: 0.1, Max: 16, Step: 0.1, Log: true,
			Tip: "Technique 1: 16, the largest distance between two faces. NCSN has 1, whatever the pictures."},
		levelsControl(),
		{ID: "divide", Kind: exhibit.Toggle, Label: "Divide by σ", Default: "on", Tip: "Technique 3: the network’s answer divided by the level’s noise is the score."},
	}, commonControls(chain.CountControl("4", "1", 9))...),
	Panels: []exhibit.Panel{
		{ID: "state", Title: "The state x", Tip: "Cut to the range of colours. Under much noise every pixel is black or white."},
		{ID: "guess", Title: "The guess x̂", Tip: "What the score takes x for: x + σ²·s."},
		{ID: "removed", Title: "The noise it sees", Tip: "σ·s of the first picture’s three colours: one colour above 0, one below."},
		{ID: "progress", Title: "Along the chain", Tip: "The first picture’s guess at moments of the chain.", Wide: true},
		{ID: "noise", Title: "Noise and step size", Tip: "The noise σ of each level and the step size α there, which falls with its square, on a logarithmic scale."},
		{ID: "sizes", Title: "The size of the score", Tip: "σ times the score is noise of deviation 1 where the network is right."},
	},
	Timeline: "step",
	Quick:    map[string]string{"levels": "4", "per-level": "1", "pictures": "1", "rule": "half"},
	Probes: []exhibit.Probe{
		{Control: "seed", Value: "1", Readout: "mean"},
		{Control: "divide", Value: "off", Readout: "mean"},
		{Control: "rule", Value: "ncsn", Readout: "mean"},
		{Control: "denoise", Value: "off", Readout: "left"},
		{Control: "ema", Value: "off", Readout: "mean"},
	},
	Run: exhibit.TellTraining(runChains),
}

func levelsControl() exhibit.Control {
	return exhibit.Control{ID: "levels", Kind: exhibit.Number, Label: "Noise levels L", Default: allLevels, Modest: "40", Min: 2, Max: 200,
		Tip: "Technique 2 asks for 94 for faces, an overlap of a half; the network was trained with 95. Slow devices begin with 40, which overlap less; the preset has them all. With 20 the noise no longer follows the levels."}
}

// commonControls are those of both exhibits on faces, after those of their own.
func commonControls(more ...exhibit.Control) []exhibit.Control {
	out := []exhibit.Control{
		{ID: "rule", Kind: exhibit.Choice, Label: "Step size", Default: "best", Modest: "half", Tip: "How ε is chosen.",
			Options: []exhibit.Option{
				{ID: "best", Label: "By technique 4", Tip: "For these levels and this T."},
				{ID: "half", Label: "Half of σ_L²", Tip: "Long steps, which settle in a third too much noise, for chains that are to be short: slow devices begin with it."},
				{ID: "ncsn", Label: "NCSN’s 2·10⁻⁵", Tip: "A fifth of the last level’s variance, whatever the levels."},
			}},
		{ID: "per-level", Kind: exhibit.Number, Label: "Steps at each level, T", Default: "5", Modest: "3", Min: 1, Max: 20,
			Tip: "Five, as the paper has for CIFAR-10: technique 4 leaves their number to what can be paid for. Each is an answer of the network."},
		{ID: "denoise", Kind: exhibit.Toggle, Label: "Denoise at the end", Default: "on",
			Tip: "A last step of size σ_L² along the score, without new noise. The noise it takes away is hardly seen, but the Fréchet distance sees it."},
	}
	return append(append(append(out, averageControl()), more...), exhibit.SeedControl())
}

// plannedChain is the chain of the controls.
func plannedChain(s exhibit.State, m *anneal.Model, first float64, rule string) *langevin.Chain {
	last := m.Levels.Sigmas[len(m.Levels.Sigmas)-1]
	sigmas := langevin.Geometric(min(first, m.Levels.Sigmas[0]), last, s.Int("levels"))
	c := &langevin.Chain{Sigmas: sigmas, PerLevel: s.Int("per-level"), Step: ncsnStep, Form: langevin.Code, Denoise: s.On("denoise")}
	switch rule {
	case "best":
		c.Step = langevin.BestPart(ratio(c), c.PerLevel) * last * last
	case "half":
		c.Step = last * last / 2
	}
	return c
}

// ratio is γ of a chain's levels.
func ratio(c *langevin.Chain) float64 {
	return langevin.Ratio(c.Sigmas[0], c.Sigmas[len(c.Sigmas)-1], len(c.Sigmas))
}

func runChains(ctx context.Context, env *exhibit.Env, s exhibit.State, emit func(exhibit.Frame)) error {
	m, err := load(ctx, env, s)
	if err != nil {
		return err
	}
	c := plannedChain(s, m, s.Float("first"), s.Text("rule"))
	score := m.At(c.Sigmas, s.On("divide"))
	r := &anneal.Run{Model: m, Chain: c, Score: score, N: s.Int("pictures"), Seed: s.Seed("seed"), Most: chainFrames, Emit: emit}
	var sizes anneal.Sizes
	var film anneal.Strip
	moments := anneal.Moments(c, chainFrames)
	strip := chain.Moments(len(moments)-1, 10)
	shown := 0
	r.Frame = func(step langevin.Step) (exhibit.Frame, error) {
		seen, err := noiseSeen(ctx, score, step)
		if err != nil {
			return exhibit.Frame{}, err
		}
		sizes.Add(step)
		guess := anneal.Guess(step)
		f := exhibit.Frame{
			Figures: map[string]figure.Figure{
				"state":   m.Grid(step.X, columns(r.N), nil),
				"guess":   m.Grid(guess, columns(r.N), nil),
				"removed": signed(m, seen[:m.Elems()]),
				"noise":   anneal.LevelPlot(c, step.I),
				"sizes":   sizes.Plot(c),
			},
			Readouts: chainReadouts(m, c, step, guess, seen),
		}
		if r.N > 1 {
			f.Readouts = append(f.Readouts, exhibit.Readout{ID: "apart", Name: "The faces apart", Value: apart(guess, m.Elems()),
				Tip: "Root mean square between two guesses, the mean of all pairs: how much the faces vary. 1 is black against white."})
		}
		if len(strip) > 0 && shown == strip[0] {
			film.Add(guess[:m.Elems()], fmt.Sprintf("σ = %.2g", step.Sigma))
			f.Figures["progress"] = film.Figure(m, 10)
			strip = strip[1:]
		}
		shown++
		f.Equations = []exhibit.Equation{dividedEquation(s.On("divide"), step.Sigma), averageEquation(s.On("ema"))}
		f.Words = fmt.Sprintf("%s: %d of %d steps are done.", anneal.Label(step), step.I, c.Len())
		return f, nil
	}
	return r.Walk(ctx)
}

// apart is the mean root mean square difference between any two of some pictures.
func apart(pictures []float32, elems int) float64 {
	var each [][]float32
	for first := 0; first < len(pictures); first += elems {
		each = append(each, pictures[first:first+elems])
	}
	var sum float64
	distances := langevin.Distances(each)
	for _, d := range distances {
		sum += d / math.Sqrt(float64(elems))
	}
	return sum / float64(len(distances))
}

// noiseSeen is σ times the score of a moment: minus the noise that the network sees, in
// the level's own units. The result is asked about once more.
func noiseSeen(ctx context.Context, score langevin.Score, step langevin.Step) ([]float32, error) {
	seen := make([]float32, len(step.X))
	if step.Score == nil {
		if err := score.Score(ctx, step.X, step.Level, seen); err != nil {
			return nil, err
		}
	} else {
		copy(seen, step.Score)
	}
	for i := range seen {
		seen[i] *= float32(step.Sigma)
	}
	return seen, nil
}

func chainReadouts(m *anneal.Model, c *langevin.Chain, step langevin.Step, guess, seen []float32) []exhibit.Readout {
	gamma, last := ratio(c), c.Sigmas[len(c.Sigmas)-1]
	return []exhibit.Readout{
		{ID: "sigma", Name: "Noise σ", Value: step.Sigma, Tip: "Of the level."},
		{ID: "mean", Name: "Mean brightness of the guess", Value: chain.Mean(guess), Tip: "From 0, black, to 1, white."},
		{ID: "left", Name: "Noise seen", Value: step.Sigma * chain.RMS(seen, nil), Tip: "Root mean square of σ²·s: about σ where the network is right, less after the last denoising."},
		{ID: "gamma", Name: "Ratio of levels γ", Value: gamma, Tip: "Each level’s noise by that of the next."},
		{ID: "overlap", Name: "Overlap of levels", Value: langevin.Overlap(gamma, m.Elems()), Tip: "Technique 2 asks for about a half."},
		{ID: "step", Name: "Step size ε", Value: c.Step, Tip: "That of the last level."},
		{ID: "settled", Name: "Variance after T steps", Value: langevin.Settled(gamma, c.Step/(last*last), c.PerLevel), Tip: "By technique 4’s formula, in the level’s own: 1 would be right."},
		{ID: "nfe", Name: "Answers of the network", Value: float64(anneal.Asked(c, step)), Tip: "For each picture."},
	}
}

// signed shows the three colours of a picture of values around 0.
func signed(m *anneal.Model, values []float32) *figure.Pictures {
	return &figure.Pictures{C: 1, H: m.Height, W: m.Width, Columns: m.Channels, Values: values, Map: figure.Signed, Low: -3, High: 3}
}

// dividedEquation is technique 3.
func dividedEquation(divided bool, sigma float64) exhibit.Equation {
	answer := ml.Symbol{Math: ml.Row(ml.Sub(ml.I("s"), ml.I("θ")), ml.Parens(ml.I("x"))), Tip: "The network’s own answer. It is not told the level."}
	e := exhibit.Equation{
		Caption: "Technique 3: the score grows as the noise falls, and the network need not know it.",
		Symbols: ml.Line(anneal.SymScore.Math, ml.O("="), ml.Frac(ml.Of(answer), ml.Of(anneal.SymSigma))),
		Numbers: ml.Line(anneal.SymScore.Math, ml.O("="), ml.Times(ml.Number(1/sigma), answer.Math)),
	}
	if !divided {
		e.Caption = "Technique 3 is left out: the answer is taken for the score itself."
		e.Symbols, e.Numbers = ml.Line(anneal.SymScore.Math, ml.O("="), ml.Of(answer)), ""
	}
	return e
}

// columns is how many pictures stand beside each other.
func columns(n int) int {
	if n > 4 {
		return (n + 1) / 2
	}
	return n
}
