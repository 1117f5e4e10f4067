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
	ml "unnoise/model/mathml"
	"unnoise/model/sde"
)

// Colour gives grey faces colours, with a network that was never trained for it: §5 and
// appendix I.3.
var Colour = &exhibit.Exhibit{
	ID: "sde-colour", Title: "Score SDE: colours for grey faces", Year: year, References: []int{reference},
	Sentences: [3]string{
		"A picture in grey knows one of three numbers of every pixel; which colours it had, it does not say.",
		"Turn red, green and blue so that grey is one of three axes: then colouring is filling in the two others, with the grey put back after every update.",
		"What can be known comes out right, skin is never green; what cannot, the colour of a hat or of the background, is another one each time.",
	},
	Models: []string{"ve-faces"},
	Presets: []exhibit.Preset{
		{Name: "Four colourings", Tip: "The same grey, other random numbers.", Values: map[string]string{}},
		{Name: "Another face", Tip: "Other things are left open.", Values: map[string]string{"face": "7"}},
		{Name: "Many", Tip: "Which colours does the network consider?", Values: map[string]string{"pictures": "16", "face": "3"}},
		{Name: "In few steps", Tip: "Ten noise levels: the colours do not come to agree.", Values: map[string]string{"steps": "10"}},
	},
	Controls: slices.Concat([]exhibit.Control{
		{ID: "face", Kind: exhibit.Number, Label: "Face", Default: "0", Min: 0, Max: 19, Tip: "A drawn face that the network was not trained on; its colours are taken away."},
	}, completionControls("grey and colours", "0.16", "; 0.16 in the paper", "60", "25", ""), []exhibit.Control{
		chain.CountControl("4", "2", 16),
		exhibit.SeedControl(),
	}),
	Panels: []exhibit.Panel{
		{ID: "known", Title: "What is known", Tip: "The grey, and the face that it was made from."},
		{ID: "coloured", Title: "Coloured", Tip: "All of x. The grey comes back exactly; in the colours the paper’s code leaves the last step’s noise, and so does this."},
		{ID: "open", Title: "Where the colours are left open", Tip: "How much the colourings differ, pixel by pixel: the standard deviation of their colours."},
	},
	Timeline: "t",
	Run:      exhibit.TellTraining(runColour),
	// Of what is put back exactly, only rounding is left.
	Tolerances: map[string]float64{"grey-error": 1e-5, "open": 1e-6},
	Quick:      map[string]string{"corrector": "off", "steps": "4", "pictures": "1"},
	Probes: []exhibit.Probe{
		{Control: "seed", Value: "1", Readout: "to-original"},
		{Control: "face", Value: "3", Readout: "to-original"},
	},
}

// colouring is one run.
type colouring struct {
	completion
	original []float32
	grey     []float32
}

func runColour(ctx context.Context, env *exhibit.Env, s exhibit.State, emit func(exhibit.Frame)) error {
	u, err := loadModel(ctx, env, "ve-faces")
	if err != nil {
		return err
	}
	c := &colouring{completion: completion{u, s.Int("pictures")}}
	if c.original, err = u.faceOf(ctx, env, s.Int("face")); err != nil {
		return err
	}
	c.grey = greyOf(c.original)
	return c.run(ctx, s, &sde.Colourisation{Grey: slices.Repeat(c.grey, c.n), Pixels: len(c.grey) / 3}, c.show, emit)
}

// greyOf is a picture of three channels whose colours are all its mean.
func greyOf(x []float32) []float32 {
	pixels := len(x) / 3
	grey := make([]float32, len(x))
	for p := range pixels {
		mean := (x[p] + x[pixels+p] + x[2*pixels+p]) / 3
		grey[p], grey[pixels+p], grey[2*pixels+p] = mean, mean, mean
	}
	return grey
}

// show fills in a frame.
func (c *colouring) show(f *exhibit.Frame, l *leg) error {
	u := c.subject
	spread, open := c.spread(l.now.X)
	f.Figures = map[string]figure.Figure{"coloured": u.pictured(l.now.X, l.now.Time, columns(c.n), nil), "open": spread}
	if f.Index == 0 {
		f.Figures["known"] = u.grid(slices.Concat(c.grey, c.original), 2, []string{"known", "original"})
	}
	predictor, err := l.predictorEquation()
	if err != nil {
		return err
	}
	f.Equations = []exhibit.Equation{turnEquation(), l.knownEquation(), predictor}
	first := l.now.X[:u.elems]
	colour := make([]float32, u.elems) // what is not grey of the first, and of the original
	diffusion.Combine(colour, first, greyOf(first), 1, -1)
	wanted := make([]float32, u.elems)
	diffusion.Combine(wanted, c.original, c.grey, 1, -1)
	f.Readouts = []exhibit.Readout{
		{ID: "nfe", Name: "Evaluations", Value: float64(l.now.NFE), Tip: "How often the network has been asked so far."},
		{ID: "to-original", Name: "Colours from the original’s", Value: chain.RMS(colour, wanted), Tip: "Root mean square difference of what is not grey, of the first picture. It need not be small."},
		{ID: "grey-error", Name: "Grey from the original’s", Value: chain.RMS(greyOf(first), c.grey), Tip: "Noise on the way, nothing in the end."},
		{ID: "saturation", Name: "How colourful", Value: chain.RMS(colour, nil), Tip: "Root mean square of what is not grey, of the first picture."},
		{ID: "original-saturation", Name: "How colourful, original", Value: chain.RMS(wanted, nil), Tip: "The same of the face that the grey was made from."},
		{ID: "open", Name: "Left open", Value: open, Tip: "Root mean square of the standard deviation between the colourings; 0 with only one."},
	}
	f.Words = fmt.Sprintf("%s: %d colourings of a grey face. Their colours differ by %.2f from each other, and the first one’s by %.2f from the original’s.",
		f.Label, c.n, open, chain.RMS(colour, wanted))
	return nil
}

// spread is the standard deviation between the colourings, the root of the mean over the
// three colours, and its root mean square over all pixels.
func (c *colouring) spread(xs []float32) (*figure.Pictures, float64) {
	variances := c.variances(xs)
	pixels := len(variances) / 3
	values := make([]float32, pixels)
	var square float64
	for p := range pixels {
		variance := variances[p]/3 + variances[pixels+p]/3 + variances[2*pixels+p]/3
		values[p] = float32(math.Sqrt(variance))
		square += variance / float64(pixels)
	}
	return c.heat(values), math.Sqrt(square)
}

// turnEquation is the matrix that makes grey an axis.
func turnEquation() exhibit.Equation {
	grey := ml.Symbol{Math: ml.I("Ω"), Tip: "The channel that is known: the grey, up to a factor."}
	return exhibit.Equation{
		Caption: "Grey as one axis of three at right angles; the two others are free",
		Symbols: ml.Line(ml.Of(grey), ml.O("="), ml.Frac(ml.Row(ml.I("red"), ml.O("+"), ml.I("green"), ml.O("+"), ml.I("blue")), ml.Sqrt(ml.N("3")))),
	}
}
