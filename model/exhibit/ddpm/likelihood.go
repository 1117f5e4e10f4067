package ddpm

import (
	"context"
	"fmt"
	"slices"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
	"unnoise/model/figure"
)

// Likelihood measures the negative log-likelihood of a picture by the discretised
// decoder, term by term: §3.3, §3.4 and Table 1.
var Likelihood = &exhibit.Exhibit{
	ID: "ddpm-likelihood", Title: "DDPM: how likely is a picture?", Year: year, References: []int{reference},
	Sentences: [3]string{
		"The chain gives every picture a probability, of which a bound can be computed: the fewer bits per pixel, the likelier the network finds it.",
		"The bound is a sum over the steps; the last step’s Gaussian is integrated over the 256 values of a byte, so that the bits are those of a real file.",
		"A few of the thousand terms are measured and the sum is estimated with its standard error, or all of them if you have the time.",
	},
	Models: []string{"fashion"},
	Presets: []exhibit.Preset{
		{Name: "All 1000 terms", Tip: "The whole bound: no estimate.", Values: map[string]string{"terms": "1000"}},
		{Name: "Told what it is", Tip: "The network is told the garment: how many bits does that save?", Values: map[string]string{"told": "on"}},
	},
	Controls: append(chain.PictureControls("", "Picture", "bag", 0),
		chain.TermsControl("64", "24"),
		exhibit.Control{ID: "told", Kind: exhibit.Toggle, Label: "Tell the garment", Default: "off",
			Tip: "Whether the network is told what the picture shows."},
		exhibit.SeedControl()),
	Panels: []exhibit.Panel{
		{ID: "picture", Title: "The picture"},
		{ID: "where", Title: "Where its bits go", Tip: "Bits of each pixel, of all terms so far, with the small variance."},
		{ID: "table", Title: "The bound in bits per pixel", Wide: true, Tip: "With the standard error of measuring some terms instead of all. A picture of bytes told without any model takes 8."},
		{ID: "terms", Title: "Terms by t", Tip: "Each dot is a measured term, on logarithmic scales; the term at t = 0 stands at 1. Nearly all bits are those of the last few steps.", Wide: true},
	},
	Timeline: "t",
	Quick:    map[string]string{"terms": "4"},
	Probes: []exhibit.Probe{
		{Control: "seed", Value: "1", Readout: "nll-small"},
		{Control: "told", Value: "on", Readout: "nll-large"},
	},
	Run: runLikelihood,
}

// likelihood is the two bounds of a picture while they are measured.
type likelihood struct {
	m            *chain.Model
	x0           []float32
	small, large *chain.Tally
	dots         [2]chain.Line
	pixels       []float32
}

func runLikelihood(ctx context.Context, env *exhibit.Env, s exhibit.State, emit func(exhibit.Frame)) error {
	m, err := chain.Load(ctx, env, "fashion")
	if err != nil {
		return err
	}
	x0, class, err := chain.Picture(ctx, env, s, "")
	if err != nil {
		return err
	}
	if !s.On("told") {
		class = diffusion.NoClass
	}
	strata := m.Strata(s.Int("terms"), s.Seed("seed"))
	l := &likelihood{m: m, x0: x0, pixels: make([]float32, len(x0)),
		small: chain.NewTally(m.Bound(diffusion.FixedSmall), strata, x0),
		large: chain.NewTally(m.Bound(diffusion.FixedLarge), strata, x0)}
	f := exhibit.Frame{Total: (len(strata) + chain.Batch - 1) / chain.Batch}
	return m.Answers(ctx, x0, class, chain.Timesteps(strata), s.Seed("seed"), func(part []chain.Answer) {
		for _, a := range part {
			weight := strata[len(l.small.Terms)].Weight()
			l.small.Pixels(l.pixels, a, weight)
			l.dots[0].Add(float64(a.T+1), max(least, l.small.Add(a)))
			l.dots[1].Add(float64(a.T+1), max(least, l.large.Add(a)))
		}
		l.show(&f, part[len(part)-1].T)
		emit(f)
		f.Index++
	})
}

// least is the smallest term that the logarithmic plot shows.
const least = 1e-8

func (l *likelihood) show(f *exhibit.Frame, t int) {
	high := 0.0
	for _, v := range l.pixels {
		high = max(high, float64(v))
	}
	where := l.m.Grid(l.pixels, 1, nil)
	where.Map, where.Low, where.High = figure.Heat, 0, max(1, high)
	plot := &figure.Plot{X: figure.Axis{Label: "t + 1", Min: 1, Max: 1000, Log: true}, Y: figure.Axis{Label: "bits per pixel", Min: least, Max: 10, Log: true}}
	for k, name := range []string{"small variance", "large variance"} {
		c := l.dots[k].Curve(name, []figure.Colour{figure.A, figure.B}[k])
		c.Points = len(c.X) < 200
		plot.Curves = append(plot.Curves, c)
	}
	table := &figure.Table{Header: []string{"", "small", "large"}}
	f.Readouts = []exhibit.Readout{{ID: "prior", Name: "Prior", Value: l.small.Prior, Unit: "bits/pixel", Tip: "What is still to be seen of the picture in the pure noise at the end: nearly nothing."}}
	var cells [4][2]string
	for k, y := range []*chain.Tally{l.small, l.large} {
		id, name := []string{"small", "large"}[k], []string{"small variance", "large variance"}[k]
		rate, se := y.Rate()
		cells[0][k] = fmt.Sprintf("%.5f", y.Prior)
		cells[1][k] = fmt.Sprintf("%.4f ± %.4f", rate-y.Prior, se)
		cells[2][k] = "not yet"
		if first := y.First(); len(y.Terms) == len(y.Strata) {
			cells[2][k] = fmt.Sprintf("%.4f", first)
			f.Readouts = append(f.Readouts, exhibit.Readout{ID: "last-" + id, Name: "Byte values, " + name, Value: first, Unit: "bits/pixel", Tip: "The term of t = 0."})
		}
		cells[3][k] = fmt.Sprintf("%.4f ± %.4f", rate+y.First(), se)
		f.Readouts = append(f.Readouts,
			exhibit.Readout{ID: "nll-" + id, Name: "Bound, " + name, Value: rate + y.First(), Unit: "bits/pixel", Tip: "So far; at the end, the bound on the picture’s negative log-likelihood."},
			exhibit.Readout{ID: "error-" + id, Name: "± " + name, Value: se, Unit: "bits/pixel", Tip: "The standard error of measuring some terms instead of all."})
	}
	for i, name := range []string{"Prior, L at T", "Steps, t > 0", "Byte values, t = 0", "Together so far"} {
		table.Rows = append(table.Rows, []string{name, cells[i][0], cells[i][1]})
	}
	f.Figures = map[string]figure.Figure{
		"where": where, "table": table, "terms": plot,
	}
	if f.Index == 0 {
		f.Figures["picture"] = l.m.Grid(slices.Clone(l.x0), 1, nil)
	}
	f.Label = fmt.Sprintf("t = %d", t)
	f.Equations = chain.BoundEquations(t, l.small.Terms[len(l.small.Terms)-1])
	f.Words = fmt.Sprintf("%d of %d terms are measured. The picture costs %s bits per pixel with the small variance.",
		len(l.small.Terms), len(l.small.Strata), cells[3][0])
}
