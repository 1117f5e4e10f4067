package iddpm

import (
	"context"
	"fmt"
	"slices"

	"unnoise/model/diffusion"
	"unnoise/model/energy"
	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
	"unnoise/model/figure"
	ml "unnoise/model/mathml"
	"unnoise/model/run"
)

// counts are the numbers of steps that are tried.
var counts = []int{2, 5, 10, 25, 50, 100, 200, 400, 1000}

// pooled is the edge of the squares that are averaged before pictures are compared.
const pooled = 4

// Respacing samples with fewer and fewer of the trained steps and measures the
// pictures: §4 and Fig. 8.
var Respacing = &exhibit.Exhibit{
	ID: "iddpm-respacing", Title: "Improved DDPM: how many steps are enough?", Year: year, References: []int{reference},
	Sentences: [3]string{
		"A chain trained with a thousand steps can be walked with a few of them: the noise that the left-out steps would have added is added at once.",
		"With fixed variances the pictures suffer when steps are few; a learned variance knows how much noise a longer step needs.",
		"The curve measures, here and now, how far the made pictures are from real ones: an energy distance of small grey versions, a rough stand-in for the paper’s FID.",
	},
	Models: []string{plain, hybrid},
	Presets: []exhibit.Preset{
		{Name: "Small against learned", Tip: "As in the paper’s Fig. 8.", Values: map[string]string{"chain": "hybrid-learned", "other": "hybrid-small"}},
		{Name: "Large against small", Tip: "The first paper’s two fixed variances.", Values: map[string]string{"chain": "plain-small", "other": "plain-large"}},
		{Name: "DDIM", Tip: "Without fresh noise few steps suffice.", Values: map[string]string{"chain": "plain-small", "other": "plain-ddim"}},
		{Name: "Up to 1000 steps", Tip: "The whole curve. It takes long.", Values: map[string]string{"most": "1000", "pictures": "20"}},
	},
	Controls: []exhibit.Control{
		{ID: "chain", Kind: exhibit.Choice, Label: "Chain", Default: "hybrid-learned", Options: chains[1:], Tip: "The network, and how much fresh noise its steps add."},
		{ID: "other", Kind: exhibit.Choice, Label: "Beside it", Default: "none", Options: chains, Tip: "A second chain to compare with, from the same noise."},
		{ID: "most", Kind: exhibit.Choice, Label: "Up to", Default: "50", Modest: "10", Tip: "The longest chain that is tried. The time it takes grows with the sum of all.",
			Options: []exhibit.Option{{ID: "2", Label: "2 steps"}, {ID: "5", Label: "5 steps"}, {ID: "10", Label: "10 steps"}, {ID: "25", Label: "25 steps"}, {ID: "50", Label: "50 steps"},
				{ID: "100", Label: "100 steps"}, {ID: "200", Label: "200 steps"}, {ID: "400", Label: "400 steps"}, {ID: "1000", Label: "1000 steps"}}},
		{ID: "pictures", Kind: exhibit.Number, Label: "Pictures", Default: "20", Modest: "10", Min: 3, Max: 100,
			Tip: "How many are made for each number of steps, the ten garments in turn. More make the curve surer."},
		exhibit.SeedControl(),
	},
	Panels: []exhibit.Panel{
		{ID: "quality", Title: "Distance from real pictures", Tip: "The energy distance between the made pictures and a hundred real ones, both averaged over squares of 4 × 4 pixels. 0 is as good as real; it may come out below. The mark is what as many real pictures get.", Wide: true},
		{ID: "pictures", Title: "The pictures", Tip: "Those of the chain being walked: the guesses while it goes on."},
		{ID: "beside", Title: "Those beside it", Tip: "Of the second chain, from the same noise; without one, real pictures."},
		{ID: "table", Title: "Measured", Tip: "The distance with its standard error over the pictures made."},
	},
	Timeline:   "step",
	Quick:      map[string]string{"most": "2", "pictures": "3", "chain": "plain-small"},
	Tolerances: map[string]float64{"distance": 5e-3, "error": 5e-3},
	Probes: []exhibit.Probe{
		{Control: "seed", Value: "1", Readout: "distance"},
		{Control: "chain", Value: "hybrid-learned", Readout: "distance"},
	},
	Run: runRespacing,
}

// chains are the options of both chains, none first.
var chains = []exhibit.Option{
	{ID: "none", Label: "Nothing"},
	{ID: "hybrid-learned", Label: "Cosine, learned variance", Tip: "Trained with L_hybrid."},
	{ID: "hybrid-small", Label: "Cosine, small variance", Tip: "The same network; what it says of the variance is ignored."},
	{ID: "plain-small", Label: "Linear, small variance", Tip: "The network of the first paper’s recipe."},
	{ID: "plain-large", Label: "Linear, large variance", Tip: "The network of the first paper’s recipe."},
	{ID: "plain-ddim", Label: "Linear, DDIM", Tip: "The same network without any fresh noise."},
}

// walk is one of the two chains while it is measured.
type walk struct {
	m        *chain.Model
	id, name string
	distance chain.Line
	errors   []float64
	pictures []float32
}

// updates are the steps of a chain of n of the trained timesteps.
func (w *walk) updates(n int) []diffusion.Update {
	visited := w.m.Respaced(n)
	switch w.id {
	case "hybrid-learned":
		return diffusion.DDPMUpdates(visited, w.m.Reading, diffusion.LearnedRange)
	case "plain-large":
		return diffusion.DDPMUpdates(visited, w.m.Reading, diffusion.FixedLarge)
	case "plain-ddim":
		return diffusion.DDIMUpdates(visited, w.m.Reading, 0)
	}
	return diffusion.DDPMUpdates(visited, w.m.Reading, diffusion.FixedSmall)
}

// real is the sheet's pictures, pooled.
type real struct {
	features []float32
	dim      int
	floor    float64   // what as many real pictures get
	some     []float32 // those pictures, as they are
}

func newReal(ctx context.Context, env *exhibit.Env, n int, seed uint64) (*real, error) {
	sheet, err := env.Sheet(ctx, "fashion")
	if err != nil {
		return nil, err
	}
	r := &real{features: energy.Pool(slices.Concat(sheet.Pictures...), sheet.H, sheet.W, pooled), dim: sheet.C * sheet.H * sheet.W / (pooled * pooled)}
	// Ten garments in turn, as many as are made, against the rest.
	n = min(n, len(sheet.Pictures)/2)
	var some, rest []float32
	picked := turn(sheet.Labels, n)
	for _, i := range picked {
		r.some = append(r.some, sheet.Pictures[i]...)
	}
	for i := range sheet.Pictures {
		feature := r.features[i*r.dim : (i+1)*r.dim]
		if slices.Contains(picked, i) {
			some = append(some, feature...)
		} else {
			rest = append(rest, feature...)
		}
	}
	r.floor, _ = energy.Distance(some, rest, r.dim)
	return r, nil
}

// turn picks n pictures of the sheet, the classes in turn.
func turn(labels []int, n int) []int {
	var picked []int
	for k := range n {
		seen := 0
		for i, label := range labels {
			if label != k%10 {
				continue
			}
			if seen == k/10 {
				picked = append(picked, i)
				break
			}
			seen++
		}
	}
	return picked
}

func runRespacing(ctx context.Context, env *exhibit.Env, s exhibit.State, emit func(exhibit.Frame)) error {
	n := s.Int("pictures")
	truth, err := newReal(ctx, env, n, s.Seed("seed"))
	if err != nil {
		return err
	}
	var walks []*walk
	for _, control := range []string{"chain", "other"} {
		id := s.Text(control)
		if id == "none" {
			continue
		}
		w := &walk{id: id, name: chains[slices.IndexFunc(chains, func(o exhibit.Option) bool { return o.ID == id })].Label}
		model := plain
		if id == "hybrid-learned" || id == "hybrid-small" {
			model = hybrid
		}
		if w.m, err = chain.Load(ctx, env, model); err != nil {
			return err
		}
		walks = append(walks, w)
	}
	tried := counts[:1+slices.Index(counts, s.Int("most"))]
	for i, steps := range tried {
		f := exhibit.Frame{Index: i, Total: len(tried), Label: fmt.Sprintf("%d steps", steps)}
		for _, w := range walks {
			show := func(done int) {
				f.Figures = respacingFigures(walks, truth)
				f.Equations = []exhibit.Equation{respacedEquation(w, steps)}
				f.Words = fmt.Sprintf("%s of %d steps: %d are done.", w.name, steps, done)
				emit(f)
			}
			if err := w.measure(ctx, steps, n, s.Seed("seed"), truth, show); err != nil {
				return err
			}
			f.Readouts = respacingReadouts(walks, truth)
			show(steps)
		}
	}
	return nil
}

// measure makes n pictures in some steps and compares them with real ones. It calls
// show now and then on the way.
func (w *walk) measure(ctx context.Context, steps, n int, seed uint64, truth *real, show func(done int)) error {
	class := make([]int, n)
	for k := range class {
		class[k] = k % 10
	}
	r := &chain.Run{Net: w.m.Net, Updates: w.updates(steps), Class: class,
		Start: diffusion.Start{Xt: w.m.StartNoise(n, seed)}, Noise: run.StepNoise(seed, n)}
	err := r.Walk(ctx, func(step diffusion.Step) error {
		w.pictures = chain.X0Hat(step)
		if step.Update.T >= 0 && step.I%5 == 0 {
			show(step.I)
		}
		return nil
	})
	if err != nil {
		return err
	}
	distance, se := energy.Distance(energy.Pool(w.pictures, w.m.Height, w.m.Width, pooled), truth.features, truth.dim)
	w.distance.Add(float64(steps), distance)
	w.errors = append(w.errors, se)
	return nil
}

func respacingReadouts(walks []*walk, truth *real) []exhibit.Readout {
	var out []exhibit.Readout
	for k, w := range walks {
		last := len(w.errors) - 1
		if last < 0 {
			continue
		}
		id := []string{"", "other-"}[k]
		out = append(out,
			exhibit.Readout{ID: id + "distance", Name: "Distance, " + w.name, Value: float64(w.distance.Y[last]), Tip: "The energy distance from real pictures; 0 is as good as real."},
			exhibit.Readout{ID: id + "error", Name: "± " + w.name, Value: w.errors[last], Tip: "The standard error over the pictures made, by the jackknife."})
	}
	return append(out, exhibit.Readout{ID: "floor", Name: "Distance of real pictures", Value: truth.floor, Tip: "Of as many real pictures from the others: what is as good as real, give or take chance."})
}

func respacingFigures(walks []*walk, truth *real) map[string]figure.Figure {
	plot := &figure.Plot{X: figure.Axis{Label: "steps", Min: 1.5, Max: 1250, Log: true}, Y: figure.Axis{Label: "energy distance"},
		Marks: []figure.Mark{{Name: "real pictures", At: truth.floor, Horizontal: true, Colour: figure.Quiet}}}
	table := &figure.Table{Header: []string{"chain", "steps", "distance"}}
	figures := map[string]figure.Figure{"quality": plot, "table": table}
	for k, w := range walks {
		plot.Curves = append(plot.Curves, w.distance.Curve(w.name, []figure.Colour{figure.A, figure.B}[k]))
		for i, se := range w.errors {
			table.Rows = append(table.Rows, []string{w.name, fmt.Sprintf("%.0f", w.distance.X[i]), fmt.Sprintf("%.3f ± %.3f", w.distance.Y[i], se)})
		}
		if w.pictures != nil {
			figures[[]string{"pictures", "beside"}[k]] = w.m.Grid(w.pictures, min(10, len(w.pictures)/w.m.Elems()), nil)
		}
	}
	if m := walks[0].m; len(walks) == 1 {
		figures["beside"] = m.Grid(truth.some, min(10, len(truth.some)/m.Elems()), nil)
	}
	return figures
}

// respacedEquation is the noise of a longer step: Nichol & Dhariwal 2021, eq. 19.
func respacedEquation(w *walk, steps int) exhibit.Equation {
	visited := w.m.Respaced(steps)
	mid := steps / 2
	return exhibit.Equation{
		Caption: fmt.Sprintf("A longer step adds the noise of all it leaves out; here the one to t = %d", visited.Timesteps[mid]),
		Symbols: ml.Line(ml.Of(chain.SymBeta), ml.O("="), ml.N("1"), ml.O("−"), ml.Frac(ml.Of(chain.SymAB), ml.Of(chain.SymABP))),
		Numbers: ml.Line(chain.SymBeta.Math, ml.O("="), ml.N("1"), ml.O("−"), ml.Frac(ml.Number(visited.AlphaBar[mid]), ml.Number(visited.AlphaBarPrev(mid))),
			ml.O("="), ml.Number(visited.Beta[mid])),
	}
}
