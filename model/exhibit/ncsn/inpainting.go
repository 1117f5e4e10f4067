package ncsn

import (
	"context"
	"fmt"
	"slices"

	"unnoise/model/exhibit"
	"unnoise/model/exhibit/anneal"
	"unnoise/model/exhibit/chain"
	"unnoise/model/figure"
	"unnoise/model/langevin"
	ml "unnoise/model/mathml"
)

const side = 28 // of the pictures

// Inpainting completes pictures: §5 and Fig. 6 of the paper, algorithm 2 of appendix B.
var Inpainting = &exhibit.Exhibit{
	ID: "ncsn-inpainting", Title: "NCSN: completing a picture", Year: 2019, References: []int{15},
	Sentences: [3]string{
		"Paint over what is to be made up; the rest of the picture is known, and the chain fills in what fits.",
		"At every noise level the known part is put back with as much noise as the level has, so that the network sees a picture that is noisy all over.",
		"Every completion has random numbers of its own: where the known part decides little, they differ.",
	},
	Models: []string{"ncsn-fashion"},
	Presets: []exhibit.Preset{
		{Name: "The lower half", Tip: "What stands below?", Values: map[string]string{"missing": half(func(_, y int) bool { return y >= side/2 })}},
		{Name: "A hole in the middle", Tip: "12 × 12 pixels.", Values: map[string]string{"missing": half(func(x, y int) bool { return x >= 8 && x < 20 && y >= 8 && y < 20 })}},
		{Name: "Every other line", Tip: "Known: 14 of 28 lines.", Values: map[string]string{"missing": half(func(_, y int) bool { return y%2 == 1 })}},
		{Name: "A bag without its handle", Values: map[string]string{"garment": "bag", "missing": half(func(_, y int) bool { return y < 11 })},
			Tip: "The upper part is made up."},
		{Name: "As in the paper: T = 100", Tip: "A thousand answers of the network for each completion.", Values: map[string]string{"per-level": "100", "step": paperStep, "pictures": "2"}},
		{Name: "As NCSNv2 does it", Tip: "The known part is noised anew at every step.", Values: map[string]string{"known": "step"}},
	},
	Controls: slices.Concat(chain.PictureControls("", "Picture", "ankle-boot", 0), []exhibit.Control{
		{ID: "missing", Kind: exhibit.Mask, Label: "To be made up", Default: half(func(x, _ int) bool { return x >= side/2 }), Min: side, Max: side, Step: 3,
			Tip: "Paint on the picture: what is marked is made up. Painting over marked pixels makes them known again. At first it is the right half, as in the program."},
		{ID: "known", Kind: exhibit.Choice, Label: "The known part is noised", Default: "level",
			Tip: "NCSN’s program does it once a level and holds it there; NCSNv2’s before every step.",
			Options: []exhibit.Option{
				{ID: "level", Label: "Once a level"},
				{ID: "step", Label: "At every step"},
			}},
	}, chainControls(), []exhibit.Control{
		{ID: "pictures", Kind: exhibit.Number, Label: "Completions", Default: "4", Modest: "1", Min: 1, Max: 9,
			Tip: "How many are made side by side, each with random numbers of its own."},
		exhibit.SeedControl(),
	}),
	Panels: []exhibit.Panel{
		{ID: "picture", Title: "Paint what is to be made up", Draw: "missing", Tip: "The real picture, of the test split, which the network has not seen. Marked pixels are hidden from the chain."},
		{ID: "state", Title: "The completions", Tip: "The chain’s state. The known part carries the level’s noise."},
		{ID: "guess", Title: "The guess x̂", Tip: "What the score takes the state for: x + σ²·s."},
		{ID: "spread", Title: "Where the completions differ", Tip: "The standard deviation of the guesses, pixel by pixel; with one completion its difference from the real picture."},
	},
	Timeline: "step",
	Quick:    map[string]string{"per-level": "2", "levels": "2", "pictures": "1", "step": "0.00003"},
	Probes: []exhibit.Probe{
		{Control: "seed", Value: "1", Readout: "distance"},
		{Control: "missing", Value: half(func(_, y int) bool { return y >= side/2 }), Readout: "distance"},
		{Control: "which", Value: "3", Readout: "distance"},
		{Control: "known", Value: "step", Readout: "distance"},
	},
	Run: exhibit.TellTraining(runInpainting),
}

// half is the mask of the pixels that are missing.
func half(missing func(x, y int) bool) string {
	on := make([]bool, side*side)
	for i := range on {
		on[i] = missing(i%side, i/side)
	}
	return exhibit.EncodeMask(on)
}

// completion is a picture and what is known of it.
type completion struct {
	*anneal.Run
	picture []float32 // [0, 1]
	missing []bool
	count   int // of missing
}

func runInpainting(ctx context.Context, env *exhibit.Env, s exhibit.State, emit func(exhibit.Frame)) error {
	r, err := settings(ctx, env, s)
	if err != nil {
		return err
	}
	c := &completion{Run: r, missing: s.Mask("missing")}
	if c.picture, err = anneal.Garment(ctx, env, s); err != nil {
		return err
	}
	if m := r.Model; m.Height != side || m.Width != side || len(c.picture) != m.Elems() {
		return fmt.Errorf("the network's pictures are %d×%d×%d and the site's have %d values: the site is incomplete", m.Channels, m.Height, m.Width, len(c.picture))
	}
	known := make([]bool, len(c.missing))
	for i, m := range c.missing {
		known[i] = !m
		if m {
			c.count++
		}
	}
	r.Chain.Known = &langevin.Known{Picture: c.picture, Mask: known, Anew: s.Text("known") == "step"}
	r.Emit, r.Frame = emit, c.frame
	return r.Walk(ctx)
}

func (c *completion) frame(step langevin.Step) (exhibit.Frame, error) {
	guess := anneal.Guess(step)
	m := c.Model
	f := exhibit.Frame{
		Figures: map[string]figure.Figure{
			"picture": m.Grid(c.picture, 1, nil),
			"state":   m.Grid(step.X, columns(c.N), nil),
			"guess":   m.Grid(guess, columns(c.N), nil),
			"spread":  c.spread(guess),
		},
		Readouts: []exhibit.Readout{
			{ID: "missing", Name: "Pixels to be made up", Value: float64(c.count), Tip: fmt.Sprintf("Of %d.", side*side)},
			{ID: "sigma", Name: "Noise σ", Value: step.Sigma, Tip: "Of the level."},
			{ID: "distance", Name: "Guess from the real picture", Value: c.distance(guess, c.real), Tip: "Root mean square over what is made up, of all completions; 1 is black against white. A good completion need not be the real one."},
		},
	}
	if c.N > 1 {
		first := guess[:m.Elems()]
		f.Readouts = append(f.Readouts, exhibit.Readout{ID: "apart", Name: "From the first completion", Value: c.distance(guess[m.Elems():], func(i int) float32 { return first[i] }),
			Tip: "Root mean square over what is made up, between the first guess and the others."})
	}
	if !step.Done {
		f.Equations = []exhibit.Equation{knownEquation(step.Sigma)}
	}
	f.Words = fmt.Sprintf("%s: %d of %d pixels are made up in %d completions, %d of %d steps are done.", anneal.Label(step), c.count, side*side, c.N, step.I, c.Chain.Len())
	if c.count == 0 {
		f.Words += " Nothing is marked: paint on the picture."
	}
	return f, nil
}

func (c *completion) real(i int) float32 { return c.picture[i] }

// distance is how far pictures are from another one in what is made up; 0 where nothing
// is.
func (c *completion) distance(pictures []float32, other func(i int) float32) float64 {
	var apart, against []float32
	for i, v := range pictures {
		if c.missing[i%len(c.missing)] {
			apart, against = append(apart, v), append(against, other(i%len(c.missing)))
		}
	}
	if len(apart) == 0 {
		return 0
	}
	return chain.RMS(apart, against)
}

// spread is the deviation of each pixel over the completions.
func (c *completion) spread(guess []float32) *figure.Pictures {
	size := c.Model.Elems()
	values := make([]float32, size)
	for i := range values {
		of := make([]float32, 0, c.N)
		for k := range c.N {
			of = append(of, guess[k*size+i])
		}
		around := make([]float32, c.N)
		for k := range around {
			around[k] = float32(chain.Mean(of))
			if c.N == 1 {
				around[k] = c.picture[i]
			}
		}
		values[i] = float32(chain.RMS(of, around))
	}
	return &figure.Pictures{C: 1, H: side, W: side, Columns: 1, Values: values, Map: figure.Heat, Low: 0, High: .5}
}

// knownEquation is what the known part is at a level.
func knownEquation(sigma float64) exhibit.Equation {
	known := ml.Symbol{Math: ml.Sub(ml.I("x"), ml.Text("known")), Tip: "The known pixels of the chain’s state."}
	picture := ml.Symbol{Math: ml.I("y"), Tip: "The same pixels of the real picture."}
	return exhibit.Equation{
		Caption: "The known part, with the noise of the level.",
		Symbols: ml.Line(ml.Of(known), ml.O("="), ml.Of(picture), ml.O("+"), ml.Of(anneal.SymSigma), ml.Of(anneal.SymZ)),
		Numbers: ml.Line(known.Math, ml.O("="), picture.Math, ml.Plus(sigma, anneal.SymZ.Math)),
	}
}
