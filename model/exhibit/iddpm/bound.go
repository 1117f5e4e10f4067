package iddpm

import (
	"context"
	"fmt"
	"math"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
	"unnoise/model/figure"
)

// Bound compares the terms of the bound of a plain and a learned variance: §3.1 and
// §3.3, Fig. 2.
var Bound = &exhibit.Exhibit{
	ID: "iddpm-bound", Title: "Improved DDPM: where the bits are", Year: year, References: []int{reference},
	Sentences: [3]string{
		"How many bits a network needs to tell a picture is a sum of one term for each step, and nearly all of it lies in the first few steps of noise.",
		"There the right variance matters most: a network that learns it needs fewer bits, though its pictures look no different.",
		"Since the terms differ so much in size, training on them is noisy; the paper draws each step as often as its term is large.",
	},
	Models: []string{plain, hybrid},
	Presets: []exhibit.Preset{
		{Name: "All 1000 terms", Tip: "Nothing is estimated; it takes a while.", Values: map[string]string{"terms": "1000"}},
		{Name: "Told what it is", Tip: "Both networks are told the garment.", Values: map[string]string{"told": "on"}},
	},
	Controls: append(chain.PictureControls("", "Picture", "pullover", 0),
		chain.TermsControl("64", "20"),
		exhibit.Control{ID: "told", Kind: exhibit.Toggle, Label: "Tell the garment", Default: "off",
			Tip: "Whether the networks are told what the picture shows."},
		exhibit.SeedControl()),
	Panels: []exhibit.Panel{
		{ID: "terms", Title: "Terms by t", Tip: "Fig. 2 of the paper, on logarithmic scales; the term at t = 0 stands at 1. The two schedules reach the same noise at different t, so only the sums compare.", Wide: true},
		{ID: "table", Title: "Bits per pixel", Wide: true, Tip: "With the standard error of measuring some terms instead of all."},
		{ID: "draws", Title: "How often a step should be drawn", Tip: "In proportion to the root of the mean squared term, as the paper trains the bound; here from the one picture. The mean over all steps is 1."},
	},
	Timeline: "step",
	Quick:    map[string]string{"terms": "4"},
	Probes: []exhibit.Probe{
		{Control: "seed", Value: "1", Readout: "plain-small"},
		{Control: "told", Value: "on", Readout: "hybrid-learned"},
	},
	Run: runBound,
}

// reading is a network's chain with one of its variances.
type reading struct {
	model, id, name string
	variance        diffusion.Variance
	colour          figure.Colour
	tally           *chain.Tally
	dots            chain.Line
}

func readings() []*reading {
	return []*reading{
		{model: plain, id: "plain-small", name: "linear, small variance", variance: diffusion.FixedSmall, colour: figure.A},
		{model: plain, id: "plain-large", name: "linear, large variance", variance: diffusion.FixedLarge, colour: figure.B},
		{model: hybrid, id: "hybrid-small", name: "cosine, small variance", variance: diffusion.FixedSmall, colour: figure.C},
		{model: hybrid, id: "hybrid-learned", name: "cosine, learned variance", variance: diffusion.LearnedRange, colour: figure.D},
	}
}

func runBound(ctx context.Context, env *exhibit.Env, s exhibit.State, emit func(exhibit.Frame)) error {
	x0, class, err := chain.Picture(ctx, env, s, "")
	if err != nil {
		return err
	}
	if !s.On("told") {
		class = diffusion.NoClass
	}
	all := readings()
	var f exhibit.Frame
	for _, id := range []string{plain, hybrid} {
		m, err := chain.Load(ctx, env, id)
		if err != nil {
			return err
		}
		strata := m.Strata(s.Int("terms"), s.Seed("seed"))
		f.Total = 2 * ((len(strata) + chain.Batch - 1) / chain.Batch)
		for _, r := range all {
			if r.model == id {
				r.tally = chain.NewTally(m.Bound(r.variance), strata, x0)
			}
		}
		err = m.Answers(ctx, x0, class, chain.Timesteps(strata), s.Seed("seed"), func(part []chain.Answer) {
			var t int
			var bits float64
			for _, a := range part {
				for _, r := range all {
					if r.model == id {
						t, bits = a.T, r.tally.Add(a)
						r.dots.Add(float64(a.T+1), max(least, bits))
					}
				}
			}
			showBound(&f, all, t, bits)
			emit(f)
			f.Index++
		})
		if err != nil {
			return fmt.Errorf("model %q: %w", id, err)
		}
	}
	return nil
}

// least is the smallest term that the logarithmic plot shows.
const least = 1e-8

func showBound(f *exhibit.Frame, all []*reading, t int, bits float64) {
	plot := &figure.Plot{X: figure.Axis{Label: "t + 1", Min: 1, Max: 1000, Log: true}, Y: figure.Axis{Label: "bits per pixel", Min: least, Max: 10, Log: true}}
	draws := &figure.Plot{X: figure.Axis{Label: "t + 1", Min: 1, Max: 1000, Log: true}, Y: figure.Axis{Label: "times as often"}}
	table := &figure.Table{Header: []string{"chain", "steps, t > 0", "t = 0", "together"}}
	f.Readouts = nil
	for _, r := range all {
		if r.tally == nil {
			continue
		}
		c := r.dots.Curve(r.name, r.colour)
		c.Points = len(c.X) < 200
		plot.Curves = append(plot.Curves, c)
		rate, se := r.tally.Rate()
		first := "not yet"
		if len(r.tally.Terms) == len(r.tally.Strata) {
			first = fmt.Sprintf("%.4f", r.tally.First())
			draws.Curves = append(draws.Curves, frequency(r))
		}
		table.Rows = append(table.Rows, []string{r.name, fmt.Sprintf("%.4f ± %.4f", rate, se), first, fmt.Sprintf("%.4f", rate+r.tally.First())})
		f.Readouts = append(f.Readouts,
			exhibit.Readout{ID: r.id, Name: "Bound, " + r.name, Value: rate + r.tally.First(), Unit: "bits/pixel", Tip: "So far; at the end, the bound on the picture’s negative log-likelihood."},
			exhibit.Readout{ID: r.id + "-error", Name: "± " + r.name, Value: se, Unit: "bits/pixel", Tip: "The standard error of measuring some terms instead of all."})
	}
	f.Figures = map[string]figure.Figure{"terms": plot, "table": table}
	if len(draws.Curves) > 0 {
		f.Figures["draws"] = draws
	}
	f.Label = fmt.Sprintf("t = %d", t)
	f.Equations = chain.BoundEquations(t, bits)
	f.Words = fmt.Sprintf("%s: %d chains have been measured, in part or whole.", f.Label, len(table.Rows))
}

// frequency is how often each step would be drawn, p ∝ √E[L²], against drawing all
// alike: Nichol & Dhariwal 2021, eq. 18.
func frequency(r *reading) figure.Curve {
	var sum, entries float64
	for j, s := range r.tally.Strata {
		sum += s.Weight() * math.Abs(r.tally.Terms[j])
		entries += s.Weight()
	}
	return chain.CurveOf(r.name, r.colour, len(r.tally.Strata),
		func(j int) float64 { return float64(r.tally.Strata[j].At + 1) },
		func(j int) float64 { return math.Abs(r.tally.Terms[j]) / sum * entries })
}
