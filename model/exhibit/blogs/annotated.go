package blogs

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
	"unnoise/model/figure"
	"unnoise/model/rng"
)

// annotatedModel is the network of the article, trained by its recipe.
const annotatedModel = "annotated-fashion"

// Annotated is The Annotated Diffusion Model: the article's network, schedule and
// sampler, and its animation made live.
var Annotated = &exhibit.Exhibit{
	ID: "annotated", Title: "The Annotated Diffusion Model", Year: 2022, References: []int{13, 2},
	Sentences: [3]string{
		"The article builds DDPM in one notebook: a small U-Net of ConvNeXt blocks, 200 steps of noise, a few passes over Fashion-MNIST.",
		"This is that network, trained by its recipe: it is told a noisy picture of 28×28 pixels and the step, and answers with the noise.",
		"The animation at the article’s end is computed here: from pure noise, step by step, without ever cutting the guess to black and white.",
	},
	Models: []string{annotatedModel},
	Controls: append([]exhibit.Control{
		{ID: "steps", Kind: exhibit.Number, Label: "Steps", Default: "200", Modest: "50", Min: 2, Max: 200, Tip: "How many of the 200 timesteps are visited. The article visits all; each costs one pass through the network."},
		{ID: "pictures", Kind: exhibit.Number, Label: "Pictures", Default: "4", Modest: "1", Min: 1, Max: 16, Tip: "How many are made side by side. Each has random numbers of its own."},
		{ID: "clip", Kind: exhibit.Toggle, Label: "Cut the guess to [−1, 1]", Default: "off", Tip: "DDPM’s own code cuts the guessed picture to black and white before each step; the article leaves that out."},
		{ID: "variance", Kind: exhibit.Choice, Label: "Noise of a step", Default: "fixed-small", Options: chain.VarianceOptions, Tip: "How much fresh noise each step back adds. The article takes β̃."},
		{ID: "losses", Kind: exhibit.Number, Label: "Losses measured", Default: "8", Modest: "2", Min: 1, Max: 32, Tip: "At how many timesteps the loss is measured, one drawn from each of as many equal parts of the 200. Each costs one pass through the network."},
		exhibit.SeedControl(),
	}, chain.PictureControls("", "Picture to noise", "ankle-boot", 0)...),
	Presets: []exhibit.Preset{
		{Name: "The article’s animation", Tip: "One picture, all 200 steps.", Values: map[string]string{"pictures": "1", "seed": "53"}},
		{Name: "Sixteen at once", Tip: "As they come; nothing is chosen.", Values: map[string]string{"pictures": "16"}},
		{Name: "As DDPM’s own code", Tip: "With the guess cut to black and white.", Values: map[string]string{"clip": "on"}},
	},
	Panels: []exhibit.Panel{
		{ID: "strip", Title: "Into noise", Wide: true, Tip: "The article’s strip: one picture at t = 0, 50, 100, 150 and 199."},
		{ID: "film", Title: "Out of noise", Tip: "The pictures at this step of the way back."},
		{ID: "guess", Title: "What the network takes them for", Tip: "The finished picture that the answered noise implies, cut to black and white for the eye only."},
		{ID: "losses", Title: "Loss over t", Tip: "The smooth L1 loss that the article trains with, of the chosen picture at a few timesteps. Little noise is the hardest to tell."},
	},
	Timeline: "step",
	Run:      exhibit.TellTraining(runAnnotated),
	Quick:    map[string]string{"steps": "2", "pictures": "1", "losses": "1"},
	Probes: []exhibit.Probe{
		{Control: "seed", Value: "1", Readout: "mean"},
		{Control: "garment", Value: "bag", Readout: "loss"},
	},
	Tolerances: map[string]float64{"mean": 5e-3, "size": 5e-3, "loss": 1e-3}, // the uncut guess at t = 199 is the answer times 2.6
}

func runAnnotated(ctx context.Context, env *exhibit.Env, s exhibit.State, emit func(exhibit.Frame)) error {
	model, err := chain.Load(ctx, env, annotatedModel)
	if err != nil {
		return err
	}
	x0, err := cropped(ctx, env, s, model)
	if err != nil {
		return err
	}
	model.Reading.Clip = s.On("clip")
	n := s.Int("pictures")
	seed := s.Seed("seed")
	reverse := model.Reverse(s.Int("steps"), chain.Variance(s.Text("variance")), chain.Same(diffusion.NoClass, n), seed)
	losses, mean, err := lossPlot(ctx, model, x0, s.Int("losses"), seed)
	if err != nil {
		return err
	}
	columns := int(math.Ceil(math.Sqrt(float64(n))))
	total := len(reverse.Updates) + 1
	return reverse.Walk(ctx, func(step diffusion.Step) error {
		u := step.Update
		figures := map[string]figure.Figure{"film": model.Grid(step.Xt, columns, nil)}
		f := exhibit.Frame{
			Index: step.I, Total: total, Label: label(u),
			Figures: figures, Equations: annotatedEquations(model, u),
			Readouts: []exhibit.Readout{
				{ID: "mean", Name: "mean value", Value: chain.Mean(step.Xt), Tip: "Of all pixels, from −1, black, to 1, white."},
				{ID: "size", Name: "size", Value: chain.RMS(step.Xt, nil), Tip: "Root mean square: 1 in pure noise."},
			},
			Words: fmt.Sprintf("%s: the pixels’ root mean square is %.2f.", label(u), chain.RMS(step.Xt, nil)),
		}
		if u.T >= 0 {
			figures["guess"] = model.Grid(clamped(chain.X0Hat(step)), columns, nil)
		}
		if step.I == 0 {
			figures["strip"], figures["losses"] = articleStrip(model, x0, seed), losses
			f.Readouts = append(f.Readouts, exhibit.Readout{ID: "loss", Name: "loss", Value: mean,
				Tip: "Smooth L1 between true and answered noise, the mean over the timesteps of the plot. The article’s notebook prints 0.04 to 0.05 at the end."})
			f.Words += fmt.Sprintf(" Loss: %.4f.", mean)
		}
		emit(f)
		return nil
	})
}

func label(u diffusion.Update) string {
	if u.T < 0 {
		return "finished"
	}
	return "t = " + strconv.Itoa(u.T)
}

// cropped is the chosen picture without the border that the sample sheet has.
func cropped(ctx context.Context, env *exhibit.Env, s exhibit.State, m *chain.Model) ([]float32, error) {
	padded, _, err := chain.Picture(ctx, env, s, "")
	if err != nil {
		return nil, err
	}
	side := int(math.Sqrt(float64(len(padded))))
	if side < m.Height || m.Channels != 1 || m.Height != m.Width {
		return nil, fmt.Errorf("pictures of %d values do not hold the model's %d×%d", len(padded), m.Height, m.Width)
	}
	border := (side - m.Height) / 2
	out := make([]float32, 0, m.Elems())
	for y := range m.Height {
		at := (y+border)*side + border
		out = append(out, padded[at:at+m.Width]...)
	}
	return out, nil
}

// articleStrip is the picture at t = 0, 50, 100, 150 and 199, each with noise of its own.
func articleStrip(m *chain.Model, x0 []float32, seed uint64) *figure.Pictures {
	p := m.Grid(nil, 5, nil)
	for _, t := range []int{0, 50, 100, 150, 199} {
		p.Values = append(p.Values, noised(m, x0, t, seed, nil)...)
		p.Captions = append(p.Captions, "t = "+strconv.Itoa(t))
	}
	return p
}

// noised is q(x_t|x_0) with the noise of a timestep, which it writes to eps unless nil.
func noised(m *chain.Model, x0 []float32, t int, seed uint64, eps []float32) []float32 {
	z := make([]float32, len(x0))
	chain.TermNoise(z, seed, t)
	copy(eps, z)
	out := make([]float32, len(x0))
	diffusion.QSample(out, x0, z, m.Trained.AlphaBar[t])
	return out
}

// lossPlot asks the network about one picture at a few timesteps, drawn one from each
// of as many equal parts, and returns the article's loss over t and its mean.
func lossPlot(ctx context.Context, m *chain.Model, x0 []float32, asked int, seed uint64) (*figure.Plot, float64, error) {
	T := m.Trained.Len()
	g := rng.ForName(seed, "annotated/t")
	var xs, eps []float32
	times := make([]float64, asked)
	for i := range asked {
		t := i*T/asked + int(g.Float64()*float64(T/asked))
		z := make([]float32, len(x0))
		xs = append(xs, noised(m, x0, t, seed, z)...)
		eps = append(eps, z...)
		times[i] = float64(t)
	}
	out, err := m.Net.Predict(ctx, xs, times, diffusion.Cond{Class: chain.Same(diffusion.NoClass, asked)})
	if err != nil {
		return nil, 0, err
	}
	var line chain.Line
	var mean float64
	for i, t := range times {
		loss := smoothL1(out.Pred[i*len(x0):(i+1)*len(x0)], eps[i*len(x0):(i+1)*len(x0)])
		line.Add(t, loss)
		mean += loss / float64(asked)
	}
	return &figure.Plot{
		X:      figure.Axis{Label: "t", Min: 0, Max: float64(T)},
		Y:      figure.Axis{Label: "loss", Min: 1e-4, Max: 1, Log: true},
		Curves: []figure.Curve{line.Curve("smooth L1", figure.A)},
	}, mean, nil
}

// smoothL1 is the mean of ½d² for |d| < 1 and |d| − ½ beyond: torch's smooth_l1_loss.
func smoothL1(a, b []float32) float64 {
	var sum float64
	for i := range a {
		if d := math.Abs(float64(a[i]) - float64(b[i])); d < 1 {
			sum += 0.5 * d * d
		} else {
			sum += d - 0.5
		}
	}
	return sum / float64(len(a))
}

// clamped is x cut to [−1, 1].
func clamped(x []float32) []float32 {
	out := slices.Clone(x)
	for i, v := range out {
		out[i] = min(1, max(-1, v))
	}
	return out
}
