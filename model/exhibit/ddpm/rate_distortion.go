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

// RateDistortion tells a picture bit by bit: §4.3, Algorithms 3 and 4, Fig. 5.
var RateDistortion = &exhibit.Exhibit{
	ID: "ddpm-rate-distortion", Title: "DDPM: a picture told bit by bit", Year: year, References: []int{reference},
	Sentences: [3]string{
		"A picture can be sent by telling its xₜ from the noisiest on; the better the network foresees the next, the fewer bits that takes.",
		"After every step the receiver can already guess the picture: the rate is what has been told so far, the distortion how wrong the guess still is.",
		"The first few hundredths of a bit tell the shape; most of the bits describe differences that nobody sees.",
	},
	Models: []string{"fashion"},
	Presets: []exhibit.Preset{
		{Name: "All 1000 terms", Tip: "Nothing is estimated; it takes a while.", Values: map[string]string{"terms": "1000"}},
		{Name: "A patterned shirt", Tip: "More to tell than of a plain one.", Values: map[string]string{"garment": "shirt", "which": "4"}},
	},
	Controls: append(chain.PictureControls("", "Picture", "sandal", 0),
		chain.TermsControl("64", "24"),
		exhibit.Control{ID: "variance", Kind: exhibit.Choice, Label: "Variance", Default: "fixed-small", Options: chain.VarianceOptions,
			Tip: "The chain’s own variance: the bits depend on it."},
		exhibit.SeedControl()),
	Panels: []exhibit.Panel{
		{ID: "now", Title: "Told so far", Tip: "The state xₜ, the receiver’s guess, and the truth."},
		{ID: "curve", Title: "Distortion against rate", Tip: "The right of the paper’s Fig. 5: bits per pixel told, root mean square error in steps of a byte."},
		{ID: "progress", Title: "The receiver’s guesses", Tip: "At ten moments, with the bits per pixel told until then.", Wide: true},
		{ID: "by-t", Title: "Distortion by t", Tip: "The left of Fig. 5."},
		{ID: "rate", Title: "Rate by t", Tip: "The middle of Fig. 5: what has been told when xₜ is known."},
	},
	Timeline: "t",
	Quick:    map[string]string{"terms": "4"},
	Probes: []exhibit.Probe{
		{Control: "seed", Value: "1", Readout: "rate"},
		{Control: "variance", Value: "fixed-large", Readout: "total"},
	},
	Run: runRateDistortion,
}

func runRateDistortion(ctx context.Context, env *exhibit.Env, s exhibit.State, emit func(exhibit.Frame)) error {
	m, err := chain.Load(ctx, env, "fashion")
	if err != nil {
		return err
	}
	x0, _, err := chain.Picture(ctx, env, s, "")
	if err != nil {
		return err
	}
	strata := m.Strata(s.Int("terms"), s.Seed("seed"))
	bits := chain.NewTally(m.Bound(chain.Variance(s.Text("variance"))), strata, x0)
	strip := chain.Moments(len(strata)-1, 10)
	var curve, byT, rates chain.Line
	var progress []float32
	var captions []string
	f := exhibit.Frame{Total: len(strata)}
	return m.Answers(ctx, x0, diffusion.NoClass, chain.Timesteps(strata), s.Seed("seed"), func(part []chain.Answer) {
		for _, a := range part {
			before, _ := bits.Rate() // what tells x_t: the terms above t
			guess := make([]float32, len(x0))
			chain.Guess(bits.Bound, guess, a)
			distortion := bits.Bound.Distortion(a.T, x0, a.Xt, a.Output.Pred)
			term := bits.Add(a)
			rate, se := bits.Rate()
			curve.Add(before, distortion)
			byT.Add(float64(a.T), distortion)
			rates.Add(float64(a.T), before)
			f.Figures = map[string]figure.Figure{
				"now":   m.Grid(slices.Concat(a.Xt, guess, x0), 3, []string{"xₜ", "guess", "truth"}),
				"curve": onePlot("bits per pixel", "error, 0–255", curve.Curve("", figure.A)),
				"by-t":  byTime("error, 0–255", byT.Curve("", figure.A)),
				"rate":  byTime("bits per pixel", rates.Curve("", figure.B)),
			}
			if slices.Contains(strip, f.Index) {
				progress, captions = append(progress, guess...), append(captions, fmt.Sprintf("%.3f bits", before))
				f.Figures["progress"] = m.Grid(progress, 5, slices.Clone(captions))
			}
			f.Label = fmt.Sprintf("t = %d", a.T)
			f.Readouts = []exhibit.Readout{
				{ID: "rate", Name: "Rate", Value: rate, Unit: "bits/pixel", Tip: "What has been told: the prior and all terms down to this one, without that of t = 0."},
				{ID: "rate-error", Name: "± from the choice of terms", Value: se, Unit: "bits/pixel", Tip: "The standard error of measuring some terms instead of all."},
				{ID: "distortion", Name: "Distortion", Value: distortion, Unit: "of 255", Tip: "Root mean square error of the guess, in steps of a byte."},
				{ID: "total", Name: "All bits so far", Value: rate + bits.First(), Unit: "bits/pixel", Tip: "With the last term, that of the byte values: at the end, the bound on the picture’s negative log-likelihood."},
			}
			f.Equations = chain.BoundEquations(a.T, term)
			f.Words = fmt.Sprintf("%s: %.3f bits per pixel have been told; the guess is wrong by %.1f of 255.", f.Label, before, distortion)
			emit(f)
			f.Index++
		}
	})
}

func onePlot(x, y string, curves ...figure.Curve) *figure.Plot {
	return &figure.Plot{X: figure.Axis{Label: x}, Y: figure.Axis{Label: y}, Curves: curves}
}

func byTime(y string, curves ...figure.Curve) *figure.Plot {
	p := onePlot("t", y, curves...)
	p.X.Max = 999
	return p
}
