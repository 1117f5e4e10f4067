package blogs

import (
	"math"

	"unnoise/model/exhibit"
	"unnoise/model/figure"
	m "unnoise/model/mathml"
)

// part is a box of the diagram.
type part struct {
	id, text string
	row      int     // from the top
	x        float64 // in [0, 1]
	about    string
}

// parts are the boxes. Each row reads from data to noise and back to data.
var parts = []part{
	{"gan-data", "x", 0, 0.08, "A real picture. The judge sees real and forged ones mixed."},
	{"gan-discriminator", "Judge D(x): 0 or 1", 0, 0.36, "A network that learns to tell real pictures from forged ones. Its mistakes are what the forger is rewarded for."},
	{"gan-generator", "Forger G(z)", 0, 0.64, "A network that makes a picture of noise in one go. It never sees a real one, only whether the judge was deceived, which makes the training delicate."},
	{"gan-noise", "z", 0, 0.92, "Noise. The forger gives every noise a picture, but nothing makes sure that every picture has one."},

	{"vae-data", "x", 1, 0.08, "A real picture, which shall come out again at the end."},
	{"vae-encoder", "Encoder q(z|x)", 1, 0.36, "A network that says which short codes might stand for the picture. It is kept close to plain noise, so that noise can be decoded later."},
	{"vae-noise", "z", 1, 0.64, "The code: far fewer numbers than the picture has. Diffusion models keep its place, but with as many numbers as the picture, and without learning the way to it."},
	{"vae-decoder", "Decoder p(x|z)", 1, 0.92, "A network that makes a picture of the code. What is lost on the way comes out blurred."},

	{"flow-data", "x", 2, 0.08, "A real picture."},
	{"flow-forward", "Flow f(x)", 2, 0.36, "A network built so that it can be turned round exactly. So the likelihood of a picture is known, at the price of a network of special layers only."},
	{"flow-noise", "z", 2, 0.64, "Noise with as many numbers as the picture."},
	{"flow-inverse", "Inverse f⁻¹(z)", 2, 0.92, "The same network backwards: noise in, picture out, in one go."},

	{"diffusion-data", "x₀", 3, 0.08, "A real picture, or here points of the plane."},
	{"diffusion-early", "x₁, x₂, …", 3, 0.36, "A little noise at each step, by a fixed rule: nothing is learned on this way. A network learns the way back, one small step at a time, by telling the noise in a picture."},
	{"diffusion-late", "…, xₜ, …", 3, 0.64, "Halfway. From any step to the one before it is nearly a Gaussian, if the steps are small: that is why a network can learn it."},
	{"diffusion-noise", "z", 3, 0.92, "Pure noise, with as many numbers as the picture. Sampling begins here and walks to the left; it takes many passes through the network where the others take one."},
}

// arrows are those of the diagram; dashed ones are diffusion’s way back.
var arrows = []figure.Edge{
	{From: "gan-data", To: "gan-discriminator"}, {From: "gan-noise", To: "gan-generator"},
	{From: "gan-generator", To: "gan-discriminator", Text: "forged"},
	{From: "vae-data", To: "vae-encoder"}, {From: "vae-encoder", To: "vae-noise"}, {From: "vae-noise", To: "vae-decoder"},
	{From: "flow-data", To: "flow-forward"}, {From: "flow-forward", To: "flow-noise"}, {From: "flow-noise", To: "flow-inverse"},
	{From: "diffusion-data", To: "diffusion-early", Text: "noise"}, {From: "diffusion-early", To: "diffusion-late"}, {From: "diffusion-late", To: "diffusion-noise"},
	{From: "diffusion-noise", To: "diffusion-late", Dashed: true}, {From: "diffusion-late", To: "diffusion-early", Dashed: true},
	{From: "diffusion-early", To: "diffusion-data", Text: "learned", Dashed: true},
}

// familyNames are the rows of the diagram.
var familyNames = [...]string{"Adversarial networks", "Variational autoencoder", "Flow", "Diffusion"}

// familySigns stand in the first box of each row.
var familySigns = [...]string{"GAN", "VAE", "Flow", "Diffusion"}

func partOptions() []exhibit.Option {
	var out []exhibit.Option
	for _, p := range parts {
		out = append(out, exhibit.Option{ID: p.id, Label: familyNames[p.row] + ": " + p.text})
	}
	return out
}

// diagram is the families with the chosen box.
func diagram(chosen string) *figure.Diagram {
	d := &figure.Diagram{Edges: append([]figure.Edge(nil), arrows...)}
	for i, p := range parts {
		text := p.text
		if i == 0 || parts[i-1].row != p.row {
			text = familySigns[p.row] + ": " + text
		}
		d.Nodes = append(d.Nodes, figure.Node{
			ID: p.id, Text: text, X: p.x, Y: (float64(p.row) + 0.5) / float64(len(familyNames)),
			Chosen: p.id == chosen, Control: "part", Choice: p.id,
		})
	}
	return d
}

// about explains the chosen box.
func about(chosen string) *figure.Table {
	for _, p := range parts {
		if p.id == chosen {
			return &figure.Table{Header: []string{familyNames[p.row], p.text}, Rows: [][]string{{"What it does", p.about}}}
		}
	}
	panic("there is no part " + chosen) // the control has only parts
}

// familyEquations are the way into noise, and what is learned of the way back.
func familyEquations(bar float64) []exhibit.Equation {
	return []exhibit.Equation{
		{
			Caption: "Into noise: a rule, nothing is learned.",
			Symbols: m.Line(m.Of(xt), m.O("="), m.Sqrt(m.Of(barT)), m.Of(x0), m.O("+"), m.Sqrt(m.N("1"), m.O("−"), barT.Math), m.Of(epsilon)),
			Numbers: m.Line(xt.Math, m.O("="), m.Times(m.Number(math.Sqrt(bar)), x0.Math), m.Plus(math.Sqrt(1-bar), epsilon.Math)),
		},
		{
			Caption: "Back: from the noise that is told in xₜ, one step at a time.",
			Symbols: m.Line(m.Sub(m.Hat(m.I("x")), m.N("0")), m.O("="), m.Frac(m.Row(m.Of(xt), m.O("−"), m.Sqrt(m.N("1"), m.O("−"), barT.Math), m.Of(answer)), m.Sqrt(barT.Math))),
			Numbers: m.Line(m.Sub(m.Hat(m.I("x")), m.N("0")), m.O("="), m.Times(m.Number(1/math.Sqrt(bar)), xt.Math), m.Plus(-math.Sqrt((1-bar)/bar), answer.Math)),
		},
	}
}
