package guidance

import (
	"context"
	"math"
	"slices"
	"strconv"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
	"unnoise/model/figure"
	"unnoise/model/plane"
	"unnoise/model/rng"
)

// Mixture is guidance between three Gaussians, whose scores are known exactly.
var Mixture = &exhibit.Exhibit{
	ID: "guidance-mixture", Title: "Guidance without a classifier", Year: 2021, References: []int{6},
	Sentences: [3]string{
		"A network that knows a picture’s class, and also how to do without, gives two answers; guidance goes beyond the one with the class, away from the one without.",
		"Here are three classes, each a Gaussian in the plane, and every answer is computed exactly: what you see is guidance itself, not the error of a network.",
		"The more of it, the surer the class and the smaller the variety: the points of each class leave the others’ side, and crowd.",
	},
	Controls: []exhibit.Control{
		{ID: "w", Kind: exhibit.Range, Label: "Guidance w", Default: "1", Min: 0, Max: 4, Step: 0.25,
			Tip: "How far to go beyond the answer with the class, as the paper counts: 0 is plain sampling. Programs say s = 1 + w."},
		{ID: "class", Kind: exhibit.Choice, Label: "Class", Default: "all", Tip: "Which class the points are asked to be of.",
			Options: []exhibit.Option{{ID: "all", Label: "all three"}, {ID: "0", Label: "first"}, {ID: "1", Label: "second"}, {ID: "2", Label: "third"}}},
		{ID: "sampler", Kind: exhibit.Choice, Label: "Sampler", Default: "ddim", Tip: "How the points travel from noise to data.",
			Options: []exhibit.Option{
				{ID: "ddim", Label: "DDIM", Tip: "Without fresh noise: the start decides everything."},
				{ID: "ddpm", Label: "DDPM", Tip: "With fresh noise in every step."}}},
		{ID: "steps", Kind: exhibit.Number, Label: "Steps", Default: "40", Min: 2, Max: 200, Tip: "In how many steps the noise is taken away."},
		{ID: "n", Kind: exhibit.Number, Label: "Points", Default: "3000", Modest: "900", Min: 30, Max: 10000, Tip: "How many points travel, evenly over the classes."},
		exhibit.SeedControl(),
	},
	Presets: []exhibit.Preset{
		{Name: "None, w = 0", Tip: "Plain sampling of each class.", Values: map[string]string{"w": "0"}},
		{Name: "Strong, w = 4", Tip: "Certain, and nearly all the same.", Values: map[string]string{"w": "4"}},
		{Name: "One class", Tip: "Where the points of one class go.", Values: map[string]string{"class": "0", "w": "3"}},
	},
	Panels: []exhibit.Panel{
		{ID: "plane", Title: "Points, and what guidance aims at", Tip: "Behind the points: q(x|c)·q(c|x)^w, scaled to 1, at the same noise. Guided sampling does not follow it exactly: its steps are those of no single distribution."},
		{ID: "trade", Title: "Certainty against variety", Tip: "For the aimed-at distribution without noise, by numerical integration."},
	},
	Timeline: "t",
	Run:      runMixture,
	Quick:    map[string]string{"steps": "6", "n": "90"},
	Probes: []exhibit.Probe{
		{Control: "seed", Value: "1", Readout: "certainty"},
		{Control: "w", Value: "3", Readout: "certainty"},
	},
}

const (
	extent = 3.0 // the plane reaches from −extent to extent
	cells  = 80  // of the density, on each side
)

// classes are the three Gaussians, close enough to lie over each other.
func classes() []plane.Gaussian {
	const std = 0.55
	return []plane.Gaussian{
		{Weight: 1, X: 0, Y: 1, Std: std},
		{Weight: 1, X: -math.Sqrt(3) / 2, Y: -0.5, Std: std},
		{Weight: 1, X: math.Sqrt(3) / 2, Y: -0.5, Std: std},
	}
}

var colours = []figure.Colour{figure.A, figure.B, figure.C}

func runMixture(ctx context.Context, _ *exhibit.Env, s exhibit.State, emit func(exhibit.Frame)) error {
	schedule, err := diffusion.Cosine(1000)
	if err != nil {
		return err
	}
	known, err := newExact(schedule)
	if err != nil {
		return err
	}
	ts, err := diffusion.FractionalStride(schedule.Len(), s.Int("steps"))
	if err != nil {
		return err
	}
	visited, err := schedule.Respace(ts)
	if err != nil {
		return err
	}
	reading := diffusion.Parametrisation{Predict: diffusion.PredictEps}
	updates := diffusion.DDIMUpdates(visited, reading, 0)
	if s.Text("sampler") == "ddpm" {
		updates = diffusion.DDPMUpdates(visited, reading, diffusion.FixedSmall)
	}
	shown := []int{0, 1, 2}
	if c := s.Text("class"); c != "all" {
		number, err := strconv.Atoi(c)
		if err != nil {
			return err
		}
		shown = []int{number}
	}
	n := s.Int("n") / len(shown) * len(shown)
	cond := diffusion.Cond{Class: make([]int, n)}
	for i := range cond.Class {
		cond.Class[i] = shown[i%len(shown)]
	}
	w := s.Float("w")
	start := make([]float32, 2*n)
	generator := rng.New(s.Seed("seed"))
	generator.Normal(start)
	trade := known.trade(w)
	guided := &diffusion.Guided{Predictor: known, Scale: 1 + w}
	noise := func(_ int, dst []float32) { generator.Normal(dst) }
	return diffusion.Sample(ctx, guided, updates, diffusion.Start{Xt: start}, cond, noise, func(step diffusion.Step) error {
		f := exhibit.Frame{
			Index: step.I, Total: len(updates) + 1,
			Label: label(step.Update),
			Figures: map[string]figure.Figure{
				"plane": &figure.Plane{
					X: figure.Axis{Min: -extent, Max: extent}, Y: figure.Axis{Min: -extent, Max: extent}, Square: true,
					Density: known.density(step.Update.AlphaBar, shown, w),
					Clouds:  clouds(step.Xt, cond.Class, shown),
				},
			},
			Equations: equations(w, step.Update),
		}
		certainty, spread := known.measure(step.Update.AlphaBar, step.Xt, cond.Class)
		f.Readouts = []exhibit.Readout{
			{ID: "w", Name: "w, as in the paper", Value: w, Tip: "0 is no guidance."},
			{ID: "s", Name: "s, as in programs", Value: 1 + w, Tip: "s = 1 + w; 1 is no guidance."},
			{ID: "certainty", Name: "certainty of the class", Value: certainty, Tip: "The mean of q(c|x) over the points: how sure the class of each is, at this noise."},
			{ID: "spread", Name: "spread within a class", Value: spread, Tip: "The root mean square distance of a class’s points from their mean."},
		}
		if step.I == 0 {
			f.Figures["trade"] = trade
		}
		f.Words = "Three classes of points, " + label(step.Update) + ": certainty " + strconv.FormatFloat(certainty, 'f', 3, 64) + ", spread " + strconv.FormatFloat(spread, 'f', 3, 64) + "."
		emit(f)
		return nil
	})
}

func label(u diffusion.Update) string {
	if u.T < 0 {
		return "done"
	}
	return "t = " + strconv.Itoa(u.T)
}

func clouds(xt []float32, class, shown []int) []figure.Cloud {
	out := make([]figure.Cloud, len(shown))
	for k, c := range shown {
		out[k] = figure.Cloud{Colour: colours[c], Name: "class " + strconv.Itoa(c+1)}
	}
	for i, c := range class {
		k := slices.Index(shown, c)
		out[k].Values = append(out[k].Values, xt[2*i], xt[2*i+1])
	}
	return out
}
