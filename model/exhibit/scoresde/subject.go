package scoresde

import (
	"context"
	"fmt"
	"slices"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
	"unnoise/model/figure"
	"unnoise/model/plane"
	"unnoise/model/rng"
	"unnoise/model/run"
	"unnoise/model/sde"
)

// subject is what is drawn, with its score: points of the plane, or pictures.
type subject struct {
	sde   sde.SDE
	score sde.Score
	name  string // for sentences
	elems int

	exact *sde.Exact // of points; nil for pictures

	model string // of pictures, as in the catalogue; "" for points
	info  run.Info
	class int // that the network is told; diffusion.NoClass where it is told none
}

// points is the value of "what" that stands for the plane.
const points = "points"

// subjectControls choose the subject: with the given ones of pictures, by model.
func subjectControls(standard string, models ...string) []exhibit.Control {
	known := map[string]exhibit.Option{
		points:    {ID: points, Label: "Points of the plane", Tip: "A mixture of Gaussians, whose score is known exactly: no network, no error of one."},
		"fashion": {ID: "fashion", Label: "Garments, VP", Tip: "The Fashion network, trained as DDPM on 1000 timesteps; the VP SDE is what they tend to, and the network is told 999·t."},
	}
	what := exhibit.Control{ID: "what", Kind: exhibit.Choice, Label: "What is drawn", Default: standard, Options: []exhibit.Option{known[points]},
		Tip: "Points with an exact score, or pictures with a network that has learned one."}
	for _, model := range models {
		what.Options = append(what.Options, known[model])
	}
	ofPoints := exhibit.Condition{Control: "what", Values: []string{points}}
	return []exhibit.Control{
		what,
		{ID: "sde", Kind: exhibit.Choice, Label: "SDE", Default: "ve", When: ofPoints, Tip: "How the data turn into noise. A network is bound to the one it was trained with; the exact score is known for all.",
			Options: []exhibit.Option{
				{ID: "ve", Label: "VE, variance exploding", Tip: "Noise is added and the data stay: NCSN in continuous time. Here σ goes from 0.01 to 10; for CIFAR-10 the paper’s code goes to 50."},
				{ID: "vp", Label: "VP, variance preserving", Tip: "The data fade while noise comes in: DDPM in continuous time. β goes from 0.1 to 20, as in the paper’s code."},
				{ID: "subvp", Label: "sub-VP", Tip: "The paper’s own: the drift of VP with less noise, made for likelihoods."}}},
		{ID: "data", Kind: exhibit.Choice, Label: "Points", Default: "two", When: ofPoints, Tip: "The distribution of the data.",
			Options: []exhibit.Option{
				{ID: "two", Label: "Two modes, 2 : 1"}, {ID: "three", Label: "Three modes"}, {ID: "ring", Label: "Eight in a ring"}, {ID: "grid", Label: "A grid of 25"}}},
	}
}

// garments are the models that can be told a garment.
var garments = exhibit.Condition{Control: "what", Values: []string{"fashion"}}

// load reads the subject that was chosen.
func load(ctx context.Context, env *exhibit.Env, s exhibit.State) (*subject, error) {
	if s.Text("what") != points {
		return loadModel(ctx, env, s.Text("what"))
	}
	process, err := process(s.Text("sde"))
	if err != nil {
		return nil, err
	}
	entry, err := plane.Find(s.Text("data"))
	if err != nil {
		return nil, err
	}
	exact := sde.NewExact(sde.OfPlane(entry.Mixture()), process)
	return &subject{sde: process, score: exact, name: entry.Name, elems: 2, exact: exact, class: diffusion.NoClass}, nil
}

// loadModel makes a network of the catalogue ready to be asked for its score.
func loadModel(ctx context.Context, env *exhibit.Env, model string) (*subject, error) {
	network, info, err := env.Network(ctx, model)
	if err != nil {
		return nil, err
	}
	score, process, err := info.Score(network)
	if err != nil {
		return nil, fmt.Errorf("model %q: %w", model, err)
	}
	return &subject{sde: process, score: score, name: info.Name, elems: info.Elems(), model: model, info: info, class: diffusion.NoClass}, nil
}

// Noise levels of the VE SDE in the plane, whose data lie within about 1 of the middle.
const (
	sigmaMin = .01
	sigmaMax = 10
)

func process(id string) (sde.SDE, error) {
	switch id {
	case "ve":
		return sde.NewVE(sigmaMin, sigmaMax)
	case "vp":
		return sde.NewVP(.1, 20)
	case "subvp":
		return sde.NewSubVP(.1, 20)
	}
	return nil, fmt.Errorf("there is no SDE %q", id)
}

// cond is what the network is told of n pictures.
func (u *subject) cond(n int) diffusion.Cond { return diffusion.Cond{Class: chain.Same(u.class, n)} }

// normal draws the standard normal numbers from which n of the subject start.
func (u *subject) normal(seed uint64, n int) []float32 {
	z := make([]float32, n*u.elems)
	if u.exact != nil {
		rng.ForName(seed, "scoresde.start").Normal(z)
		return z
	}
	for k := range n {
		run.StartNoise(z[k*u.elems:(k+1)*u.elems], seed, k)
	}
	return z
}

// noise is that of the steps of n of the subject.
func (u *subject) noise(seed uint64, n int) diffusion.Noise {
	if u.exact != nil {
		g := rng.ForName(seed, "scoresde.noise")
		return func(_ int, dst []float32) { g.Normal(dst) }
	}
	return run.StepNoise(seed, n)
}

// grid shows pictures.
func (u *subject) grid(values []float32, columns int, captions []string) *figure.Pictures {
	return &figure.Pictures{C: u.info.Channels, H: u.info.Height, W: u.info.Width, Columns: columns,
		Values: slices.Clone(values), Map: figure.Tone, Captions: captions}
}

// pictured shows x_t as pictures: without the factor by which the SDE has scaled the data,
// and where noise is far louder than data, no louder than can be seen.
func (u *subject) pictured(values []float32, t float64, columns int, captions []string) *figure.Pictures {
	scale, std := u.sde.Marginal(t)
	p := u.grid(values, columns, captions)
	factor := float32(1 / max(scale, std))
	for i := range p.Values {
		p.Values[i] *= factor
	}
	return p
}

// sheet is the name of the real pictures that the site has of the model's kind.
func (u *subject) sheet() string {
	if u.info.Channels == 3 {
		return "faces"
	}
	return "fashion"
}

// real are the real pictures, one after another.
func (u *subject) real(ctx context.Context, env *exhibit.Env) ([]float32, error) {
	sheet, err := env.Sheet(ctx, u.sheet())
	if err != nil {
		return nil, err
	}
	return slices.Concat(sheet.Pictures...), nil
}
