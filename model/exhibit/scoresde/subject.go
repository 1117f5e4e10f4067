package scoresde

import (
	"context"
	"fmt"
	"math"
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

// Models of pictures, and those of them that draw garments or faces.
var (
	models       = []string{"fashion", "subvp-fashion", "ve-faces"}
	garments     = exhibit.Condition{Control: "what", Values: []string{"fashion", "subvp-fashion"}}
	faces        = exhibit.Condition{Control: "what", Values: []string{"ve-faces"}}
	onlyPictures = exhibit.Condition{Control: "what", Values: models}
	onlyPoints   = exhibit.Condition{Control: "what", Values: []string{points}}
)

// modelOptions are what there is to draw, by model.
var modelOptions = map[string]exhibit.Option{
	"fashion":       {ID: "fashion", Label: "Garments, VP", Tip: "The Fashion network, trained as DDPM on 1000 timesteps; the VP SDE is what they tend to."},
	"subvp-fashion": {ID: "subvp-fashion", Label: "Garments, sub-VP", Tip: "A network that was trained on the score of the sub-VP SDE."},
	"ve-faces":      {ID: "ve-faces", Label: "Faces, VE", Tip: "A network that was trained on the score of the VE SDE; drawn faces of 16×16 pixels."},
}

// subjectControls choose the subject: points of the plane, or what a network draws.
func subjectControls(standard string) []exhibit.Control {
	what := exhibit.Control{ID: "what", Kind: exhibit.Choice, Label: "What is drawn", Default: standard,
		Options: []exhibit.Option{{ID: points, Label: "Points of the plane", Tip: "A mixture of Gaussians, whose score is known exactly: no network, no error of one."}},
		Tip:     "Points with an exact score, or pictures with a network that has learned one."}
	for _, model := range models {
		what.Options = append(what.Options, modelOptions[model])
	}
	return []exhibit.Control{
		what,
		{ID: "sde", Kind: exhibit.Choice, Label: "SDE", Default: "ve", When: onlyPoints, Tip: "How the data turn into noise. A network is bound to the one it was trained with; the exact score is known for all.",
			Options: []exhibit.Option{
				{ID: "ve", Label: "VE, variance exploding", Tip: "Noise is added and the data stay: NCSN in continuous time. Here σ goes from 0.01 to 10; for CIFAR-10 the paper’s code goes to 50."},
				{ID: "vp", Label: "VP, variance preserving", Tip: "The data fade while noise comes in: DDPM in continuous time. β goes from 0.1 to 20, as in the paper’s code."},
				{ID: "subvp", Label: "sub-VP", Tip: "The paper’s own: the drift of VP with less noise, made for likelihoods."}}},
		{ID: "data", Kind: exhibit.Choice, Label: "Points", Default: "two", When: onlyPoints, Tip: "The distribution of the data.",
			Options: []exhibit.Option{
				{ID: "two", Label: "Two modes, 2 : 1"}, {ID: "three", Label: "Three modes"}, {ID: "close", Label: "Three that overlap", Tip: "Classes that cannot be told apart everywhere."}, {ID: "ring", Label: "Eight in a ring"}, {ID: "grid", Label: "A grid of 25"}}},
	}
}

// load reads the subject that was chosen.
func load(ctx context.Context, env *exhibit.Env, s exhibit.State) (*subject, error) {
	if s.Text("what") != points {
		return loadModel(ctx, env, s.Text("what"))
	}
	process, err := process(s.Text("sde"))
	if err != nil {
		return nil, err
	}
	data, name, err := mixture(s.Text("data"))
	if err != nil {
		return nil, err
	}
	exact := sde.NewExact(sde.OfPlane(data), process)
	return &subject{sde: process, score: exact, name: name, elems: 2, exact: exact, class: diffusion.NoClass}, nil
}

// mixture is the data of an id, and their name.
func mixture(id string) (*plane.Mixture, string, error) {
	if id != "close" {
		entry, err := plane.Find(id)
		if err != nil {
			return nil, "", err
		}
		return entry.Mixture(), entry.Name, nil
	}
	const std, radius = .35, .55
	var modes []plane.Gaussian
	for k := range 3 {
		sin, cos := math.Sincos(math.Pi * (.5 + 2*float64(k)/3))
		modes = append(modes, plane.Gaussian{Weight: 1, X: radius * cos, Y: radius * sin, Std: std})
	}
	m, err := plane.NewMixture(modes...)
	return m, "Three Gaussians that overlap", err
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

// pictureControls let the visitor choose a real picture of what the network draws.
func pictureControls(prefix, label, garment string, which int, face string) []exhibit.Control {
	return append(each(chain.PictureControls(prefix, label, garment, which), garments),
		exhibit.Control{ID: prefix + "face", Kind: exhibit.Number, Label: label, Default: face, Min: 0, Max: 19, When: faces,
			Tip: "A drawn face that the network was not trained on."})
}

// picture is the one that pictureControls chose, CHW.
func (u *subject) picture(ctx context.Context, env *exhibit.Env, s exhibit.State, prefix string) ([]float32, error) {
	if u.sheet() == "fashion" {
		picture, _, err := chain.Picture(ctx, env, s, prefix)
		return picture, err
	}
	return u.faceOf(ctx, env, s.Int(prefix+"face"))
}

// faceOf is a drawn face.
func (u *subject) faceOf(ctx context.Context, env *exhibit.Env, which int) ([]float32, error) {
	sheet, err := env.Sheet(ctx, "faces")
	if err != nil {
		return nil, err
	}
	if which >= len(sheet.Pictures) || sheet.C != u.info.Channels || sheet.H != u.info.Height || sheet.W != u.info.Width {
		return nil, fmt.Errorf("the site has %d faces of %d×%d×%d for a network of %d×%d×%d: the site is incomplete",
			len(sheet.Pictures), sheet.C, sheet.H, sheet.W, u.info.Channels, u.info.Height, u.info.Width)
	}
	return sheet.Pictures[which], nil
}
