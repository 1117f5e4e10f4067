package scoresde

import (
	"context"
	"fmt"
	"math"
	"slices"

	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
	"unnoise/model/figure"
	"unnoise/model/sde"
)

// Inpainting fills what is missing of a picture, with a network that was never trained
// for it: §5 and appendix I.2.
var Inpainting = &exhibit.Exhibit{
	ID: "sde-inpainting", Title: "Score SDE: what is missing", Year: year, References: []int{reference},
	Sentences: [3]string{
		"Take a part of a real picture away and let the network fill it in, though nobody has trained it to do so.",
		"After every update, what is known is put back, with as much noise as belongs to that time; the rest is drawn as ever and comes to fit.",
		"There is more than one way to go on: each picture has random numbers of its own, and where they differ the rest leaves it open.",
	},
	Models: []string{"fashion"},
	Presets: []exhibit.Preset{
		{Name: "The lower half", Tip: "Half of a dress is taken away. To somebody who only sees the rest, it may as well be trousers.", Values: map[string]string{}},
		{Name: "Told that it is a dress", Tip: "The same, and the network is told the garment.", Values: map[string]string{"class": "dress"}},
		{Name: "The toe of a boot", Tip: "The network has to guess how it ends.", Values: map[string]string{"garment": "ankle-boot", "mask": block(10, 0, 30, 16)}},
		{Name: "Only a strip is left", Tip: "Nearly everything is free.", Values: map[string]string{"garment": "pullover", "mask": without(block(0, 0, 32, 32), 13, 0, 18, 32)}},
	},
	Controls: slices.Concat(chain.PictureControls("", "Picture", "dress", 7), []exhibit.Control{
		{ID: "mask", Kind: exhibit.Mask, Label: "What is missing", Default: block(15, 0, 32, 32), Min: 32, Max: 32,
			Tip: "Paint on the picture what is to be taken away; painting on what is missing puts it back."},
		chain.ClassControl("any"),
	}, completionControls("both parts of the picture", "0.1", "", "150", "80",
		" Fewer than 21 are only possible with Euler–Maruyama alone, since β₁ is 20; otherwise 21 are taken."), []exhibit.Control{
		chain.CountControl("4", "1", 12),
		exhibit.SeedControl(),
	}),
	Panels: []exhibit.Panel{
		{ID: "known", Title: "What is known", Draw: "mask", Tip: "The real picture; what is missing is covered. Paint here."},
		{ID: "filled", Title: "Filled in", Tip: "All of x, known part and new one. What was known comes back exactly; in what is new the paper’s code leaves the last step’s noise, for it takes x itself for the mean there. So does this, to be the same."},
		{ID: "open", Title: "Where it is left open", Tip: "How much the fillings differ, pixel by pixel: their standard deviation. Where they agree, as in all that is known, nothing is drawn."},
		{ID: "original", Title: "What had been there", Tip: "The real picture, whole."},
	},
	Timeline: "t",
	Run:      exhibit.TellTraining(runInpainting),
	// Of what is put back exactly, only rounding is left.
	Tolerances: map[string]float64{"known-error": 1e-4, "open": 1e-6},
	Quick:      map[string]string{"predictor": "euler-maruyama", "corrector": "off", "steps": "4", "pictures": "1"},
	Probes: []exhibit.Probe{
		{Control: "seed", Value: "1", Readout: "to-original"},
		{Control: "mask", Value: block(8, 8, 24, 24), Readout: "missing"},
		{Control: "garment", Value: "bag", Readout: "to-original"},
	},
}

// maskSize is that of the networks' pictures here.
const maskSize = 32

// block is a mask that takes away rows top … bottom−1 and columns left … right−1.
func block(top, left, bottom, right int) string {
	on := make([]bool, maskSize*maskSize)
	for y := top; y < bottom; y++ {
		for x := left; x < right; x++ {
			on[y*maskSize+x] = true
		}
	}
	return exhibit.EncodeMask(on)
}

// without is a mask that leaves a block of the picture.
func without(mask string, top, left, bottom, right int) string {
	on, err := exhibit.DecodeMask(mask, maskSize, maskSize)
	if err != nil {
		panic(err) // a preset here is wrong
	}
	for y := top; y < bottom; y++ {
		for x := left; x < right; x++ {
			on[y*maskSize+x] = false
		}
	}
	return exhibit.EncodeMask(on)
}

// inpainting is one run.
type inpainting struct {
	completion
	x0      []float32
	missing []bool
}

func runInpainting(ctx context.Context, env *exhibit.Env, s exhibit.State, emit func(exhibit.Frame)) error {
	u, err := loadModel(ctx, env, "fashion")
	if err != nil {
		return err
	}
	u.class = chain.Class(s)
	p := &inpainting{completion: completion{u, s.Int("pictures")}, missing: s.Mask("mask")}
	if p.x0, _, err = chain.Picture(ctx, env, s, ""); err != nil {
		return err
	}
	known := make([]float32, len(p.x0))
	for i := range known {
		if !p.missing[i] {
			known[i] = 1
		}
	}
	return p.run(ctx, s, &sde.Inpainting{Data: slices.Repeat(p.x0, p.n), Mask: slices.Repeat(known, p.n)}, p.show, emit)
}

// show fills in a frame.
func (p *inpainting) show(f *exhibit.Frame, l *leg) error {
	u := p.subject
	spread, open := p.spread(l.now.X)
	f.Figures = map[string]figure.Figure{"filled": u.pictured(l.now.X, l.now.Time, columns(p.n), nil), "open": spread}
	if f.Index == 0 {
		hole := slices.Clone(p.x0)
		for i, missing := range p.missing {
			if missing {
				hole[i] = 0
			}
		}
		f.Figures["known"], f.Figures["original"] = u.grid(hole, 1, nil), u.grid(p.x0, 1, nil)
	}
	predictor, err := l.predictorEquation()
	if err != nil {
		return err
	}
	f.Equations = []exhibit.Equation{predictor, l.knownEquation()}
	inside, outside, share := p.errors(l.now.X)
	f.Readouts = []exhibit.Readout{
		{ID: "nfe", Name: "Evaluations", Value: float64(l.now.NFE), Tip: "How often the network has been asked so far."},
		{ID: "missing", Name: "Missing", Value: 100 * share, Unit: "%", Tip: "The share of the picture that was taken away."},
		{ID: "to-original", Name: "New part from the original", Value: inside, Tip: "Root mean square difference within what was missing; 2 is black against white. It need not be small: there is more than one way."},
		{ID: "known-error", Name: "Known part from the original", Value: outside, Tip: "The same within what is known: noise on the way, nothing in the end."},
		{ID: "open", Name: "Left open", Value: open, Tip: "Root mean square, over what was missing, of the standard deviation between the fillings; 0 with only one."},
	}
	f.Words = fmt.Sprintf("%s: %d fillings of the %.0f %% that are missing of a picture. They differ by %.2f from each other and by %.2f from what had been there.",
		f.Label, p.n, 100*share, open, inside)
	return nil
}

// spread is the standard deviation between the pictures, pixel by pixel, and its root mean
// square over what was missing.
func (p *inpainting) spread(xs []float32) (*figure.Pictures, float64) {
	values := make([]float32, p.subject.elems)
	var square float64
	count := 0
	for i, variance := range p.variances(xs) {
		values[i] = float32(math.Sqrt(variance))
		if p.missing[i] {
			square += variance
			count++
		}
	}
	return p.heat(values), math.Sqrt(square / float64(max(1, count)))
}

// errors are the differences from the original within what was missing and what was not,
// and how much was missing.
func (p *inpainting) errors(xs []float32) (inside, outside, share float64) {
	elems := p.subject.elems
	var in, out float64
	for i, v := range xs {
		d := float64(v - p.x0[i%elems])
		if p.missing[i%elems] {
			inside += d * d
			in++
		} else {
			outside += d * d
			out++
		}
	}
	return math.Sqrt(inside / max(1, in)), math.Sqrt(outside / max(1, out)), in / (in + out)
}
