package blogs

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
	"unnoise/model/figure"
	"unnoise/model/plane"
	"unnoise/model/rng"
)

// Families is the diagram of the four families of generative models, of which the row
// of diffusion runs.
var Families = &exhibit.Exhibit{
	ID: "families", Title: "Four ways to make data", Year: 2022, References: []int{11, 12},
	Sentences: [3]string{
		"Adversarial networks, variational autoencoders, flows and diffusion models all turn noise into data; they differ in what is learned and in how it is judged.",
		"Choose a box to read what it does.",
		"The row of diffusion is alive: the points below go into noise and come back, by the exact score of their shape.",
	},
	Models: []string{},
	Controls: []exhibit.Control{
		{ID: "part", Kind: exhibit.Choice, Label: "Explain", Default: "diffusion-noise", Options: partOptions(), Tip: "The part of the diagram that is explained. Pressing a box does the same."},
		{ID: "shape", Kind: exhibit.Choice, Label: "Data", Default: "swiss-roll", Options: shapeOptions(), Tip: "The points that diffusion takes apart and makes again."},
		{ID: "steps", Kind: exhibit.Number, Label: "Steps", Default: "50", Modest: "30", Min: 10, Max: 200, Tip: "How many steps lie between data and noise, each way."},
		{ID: "points", Kind: exhibit.Number, Label: "Points", Default: "600", Modest: "300", Min: 50, Max: 2000, Tip: "How many points are moved."},
		exhibit.SeedControl(),
	},
	Presets: []exhibit.Preset{
		{Name: "Diffusion", Tip: "Noise is added by a rule; the way back is learned.", Values: map[string]string{}},
		{Name: "Adversarial networks", Tip: "A forger and a judge.", Values: map[string]string{"part": "gan-discriminator"}},
		{Name: "Variational autoencoder", Tip: "Through a narrow place and back.", Values: map[string]string{"part": "vae-encoder"}},
		{Name: "Flow", Tip: "One map that can be turned round.", Values: map[string]string{"part": "flow-forward"}},
	},
	Panels: []exhibit.Panel{
		{ID: "diagram", Title: "The families", Wide: true, Tip: "One row for each family, data at the left: adversarial networks (GAN), variational autoencoder (VAE), flow, diffusion. In the row of diffusion only the way back, dashed, is learned. Press a box."},
		{ID: "about", Title: "What it does", Tip: "The chosen box."},
		{ID: "points", Title: "Diffusion at work", Tip: "Orange: the data going into noise. Blue: new points coming out of it."},
	},
	Timeline: "step",
	Run:      runFamilies,
	Quick:    map[string]string{"steps": "10", "points": "50"},
	Probes: []exhibit.Probe{
		{Control: "seed", Value: "1", Readout: "nearest"},
		{Control: "shape", Value: "moons", Readout: "nearest"},
	},
}

// shapeOptions are the plane's shapes; ids have hyphens for spaces.
func shapeOptions() []exhibit.Option {
	var out []exhibit.Option
	for _, name := range plane.Names() {
		out = append(out, exhibit.Option{ID: strings.ReplaceAll(name, " ", "-"), Label: strings.ToUpper(name[:1]) + name[1:]})
	}
	return out
}

func runFamilies(ctx context.Context, _ *exhibit.Env, s exhibit.State, emit func(exhibit.Frame)) error {
	const known = 500 // points that the exact score knows
	seed, n, steps := s.Seed("seed"), s.Int("points"), s.Int("steps")
	shape, err := plane.Shape(strings.ReplaceAll(s.Text("shape"), "-", " "), seed, known)
	if err != nil {
		return err
	}
	cloud, err := plane.NewCloud(shape)
	if err != nil {
		return err
	}
	schedule, err := diffusion.Cosine(steps)
	if err != nil {
		return err
	}
	g := rng.ForName(seed, "families")
	x0 := cloud.Sample(g, n)
	eps := make([]float32, 2*n)
	g.Normal(eps)
	f := &families{state: s, shape: shape, total: 2*steps + 2, colour: figure.Forward, direction: "forward"}
	for t := -1; t < steps; t++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		xt, bar := slices.Clone(x0), 1.0
		if t >= 0 {
			bar = schedule.AlphaBar[t]
			diffusion.QSample(xt, x0, eps, bar)
		}
		emit(f.frame(xt, bar))
	}
	f.colour, f.direction = figure.Reverse, "reverse"
	start := make([]float32, 2*n)
	g.Normal(start)
	run := &chain.Run{
		Net:     &plane.Predictor{Data: cloud, Schedule: schedule, Target: diffusion.PredictEps},
		Updates: diffusion.DDPMUpdates(schedule, diffusion.Parametrisation{Predict: diffusion.PredictEps}, diffusion.FixedSmall),
		Start:   diffusion.Start{Xt: start},
		Class:   chain.Same(diffusion.NoClass, n),
		Noise:   func(_ int, dst []float32) { g.Normal(dst) },
	}
	return run.Walk(ctx, func(step diffusion.Step) error {
		emit(f.frame(slices.Clone(step.Xt), step.Update.AlphaBar))
		return nil
	})
}

// families is what is shown.
type families struct {
	state     exhibit.State
	shape     []float32
	total     int
	made      int
	colour    figure.Colour
	direction string
}

func (f *families) frame(xt []float32, bar float64) exhibit.Frame {
	nearest := nearest(xt, f.shape)
	out := exhibit.Frame{
		Index: f.made, Total: f.total, Label: fmt.Sprintf("%s, ᾱ = %.3f", f.direction, bar),
		Figures: map[string]figure.Figure{"points": &figure.Plane{
			X: figure.Axis{Min: -3, Max: 3}, Y: figure.Axis{Min: -3, Max: 3}, Square: true,
			Clouds: []figure.Cloud{{Values: xt, Colour: f.colour}},
		}},
		Readouts: []exhibit.Readout{
			{ID: "signal", Name: "signal left, ᾱ", Value: bar},
			{ID: "size", Name: "size", Value: chain.RMS(xt, nil), Tip: "Root mean square of all coordinates: 1 in pure noise."},
			{ID: "nearest", Name: "distance to the data", Value: nearest, Tip: "From a point to the nearest point of the data, on average."},
		},
		Equations: familyEquations(bar),
		Words:     fmt.Sprintf("Going %s: the points are %.3f from the data on average.", f.direction, nearest),
	}
	if f.made == 0 {
		chosen := f.state.Text("part")
		out.Figures["diagram"], out.Figures["about"] = diagram(chosen), about(chosen)
	}
	f.made++
	return out
}

// nearest is the mean distance of points to the nearest of others.
func nearest(xy, others []float32) float64 {
	var sum float64
	for i := 0; i < len(xy); i += 2 {
		least := math.Inf(1)
		for j := 0; j < len(others); j += 2 {
			least = min(least, math.Hypot(float64(xy[i]-others[j]), float64(xy[i+1]-others[j+1])))
		}
		sum += least
	}
	return sum / float64(len(xy)/2)
}
