package scoresde

import (
	"fmt"
	"math"
	"slices"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
	"unnoise/model/figure"
	ml "unnoise/model/mathml"
)

// show fills in a frame at a time.
func (l *latents) show(f *exhibit.Frame, t float64, done bool) {
	u := l.subject
	way := "to noise"
	if l.back {
		way = "back"
	}
	f.Label = fmt.Sprintf("t = %.3f, %s", t, way)
	if u.exact != nil {
		f.Figures = l.planes(t)
	} else {
		f.Figures = l.pictures(t, done)
	}
	f.Equations = []exhibit.Equation{flowEquation(u.sde, t), arcEquation(), temperatureEquation(l.temperature)}
	f.Readouts = []exhibit.Readout{{ID: "nfe-there", Name: "Evaluations to noise", Value: float64(l.there), Tip: "How often the score has been asked for on the way there."}}
	f.Words = fmt.Sprintf("%s, %s at t = %.3f.", u.name, way, t)
	if !l.back {
		return
	}
	f.Readouts = append(f.Readouts,
		exhibit.Readout{ID: "nfe-back", Name: "Evaluations back", Value: float64(l.home), Tip: "How often on the way back, of all that comes back together."},
		exhibit.Readout{ID: "latent", Name: "Size of the noise", Value: chain.RMS(l.latent, nil) / u.sde.PriorStd(), Tip: "Root mean square of what the data have become, as a part of the prior’s standard deviation: 1 if it is like any other noise."})
	if !done {
		return
	}
	same, _, tempered := l.parts()
	f.Readouts = append(f.Readouts, exhibit.Readout{ID: "identity", Name: "Error of there and back", Value: chain.RMS(same, l.x0), Tip: "Root mean square. The network’s errors play no part in it, only the solver’s."},
		exhibit.Readout{ID: "tempered", Name: "Moved by the temperature", Value: chain.RMS(tempered, same[:len(tempered)]), Tip: "Root mean square between what comes back from noise at this temperature and at 1."})
	f.Words = fmt.Sprintf("%s: there and back again, the error is %.2g.", u.name, chain.RMS(same, l.x0))
}

// modeColours tell modes apart, the first ones.
var modeColours = []figure.Colour{figure.A, figure.B, figure.D}

// coloured are points in the colours of the modes that they were drawn from.
func (l *latents) coloured(xs []float32) []figure.Cloud {
	components := l.subject.exact.Data.Components()
	clouds := make([]figure.Cloud, min(len(components), len(modeColours)))
	for k := range clouds {
		clouds[k].Colour = modeColours[k]
	}
	for i := range len(xs) / 2 {
		best, nearest := 0, math.Inf(1)
		for k, c := range components {
			if d := math.Hypot(float64(l.x0[2*i])-c.Mean[0], float64(l.x0[2*i+1])-c.Mean[1]) / c.Std; d < nearest {
				best, nearest = k, d
			}
		}
		k := best % len(clouds)
		clouds[k].Values = append(clouds[k].Values, xs[2*i], xs[2*i+1])
	}
	return clouds
}

// planes are the panels of points.
func (l *latents) planes(t float64) map[string]figure.Figure {
	u := l.subject
	xs, latent := l.now, []float32{}
	if l.back {
		xs, _, _ = l.parts()
		latent = l.latent
	}
	data, noise, back := u.view(t), u.view(u.sde.T()), u.view(u.sde.Eps())
	data.Clouds = l.coloured(xs)
	noise.Clouds = l.coloured(latent)
	if l.back {
		back = u.view(t)
		_, arc, tempered := l.parts()
		noise.Paths = []figure.Path{{Values: slices.Clone(l.arc), Colour: figure.Quiet, Name: "the arc"}}
		back.Clouds = append(l.coloured(tempered), figure.Cloud{Values: slices.Clone(arc), Colour: figure.Quiet, Size: 7, Name: "the arc"})
		back.Paths = []figure.Path{{Values: slices.Clone(arc), Colour: figure.Quiet}}
	}
	return map[string]figure.Figure{"data": data, "latent": noise, "back": back}
}

// pictures are the panels of pictures.
func (l *latents) pictures(t float64, done bool) map[string]figure.Figure {
	u := l.subject
	elems := u.elems
	shown := l.now
	if l.back {
		shown, _, _ = l.parts()
	}
	data := u.grid(l.x0, 2, nil)
	data.Values = append(data.Values, u.pictured(shown, t, 2, nil).Values...)
	difference := make([]float32, len(l.x0))
	if done {
		diffusion.Combine(difference, shown, l.x0, 1, -1)
	}
	data.Values = append(data.Values, difference...)
	data.Rows = []string{"x₀", "on the way", "difference"}
	figures := map[string]figure.Figure{"data": data}
	latent := u.grid(l.now, l.n, nil)
	back := u.grid(make([]float32, (l.between+3)*elems), l.between+3, l.captions())
	if l.back {
		latent = u.grid(l.arc, columns(l.between+2), l.captions()[:l.between+2])
		_, arc, tempered := l.parts()
		back = u.pictured(slices.Concat(arc, tempered), t, l.between+3, l.captions())
	}
	if u.info.Channels > 1 {
		factor := float32(.4 / u.sde.PriorStd())
		for i := range latent.Values {
			latent.Values[i] *= factor
		}
	} else {
		latent.Map, latent.Low, latent.High = figure.Signed, -2.5*u.sde.PriorStd(), 2.5*u.sde.PriorStd()
	}
	figures["latent"], figures["back"] = latent, back
	return figures
}

func (l *latents) captions() []string {
	var out []string
	for k := range l.between + 2 {
		out = append(out, fmt.Sprintf("%.2g", float64(k)/float64(l.between+1)))
	}
	return append(out, fmt.Sprintf("τ = %.2g", l.temperature))
}

// arcEquation is the spherical interpolation.
func arcEquation() exhibit.Equation {
	u, angle := ml.I("u"), ml.Symbol{Math: ml.I("θ"), Tip: "The angle between the two pieces of noise."}
	sin := func(of ...string) string { return ml.Row(append([]string{ml.I("sin")}, of...)...) }
	a, b := ml.Symbol{Math: ml.Sub(ml.I("z"), ml.N("0")), Tip: "The noise that the first belongs to."}, ml.Symbol{Math: ml.Sub(ml.I("z"), ml.N("1")), Tip: "The noise that the second belongs to."}
	return exhibit.Equation{
		Caption: "The arc between two pieces of noise, which keeps their size",
		Symbols: ml.Line(ml.Sub(ml.I("z"), u), ml.O("="), ml.Frac(sin(ml.Parens(ml.N("1"), ml.O("−"), u), ml.Of(angle)), sin(ml.Of(angle))), ml.Of(a),
			ml.O("+"), ml.Frac(sin(u, ml.Of(angle)), sin(ml.Of(angle))), ml.Of(b)),
	}
}

// temperatureEquation is what the temperature does to noise.
func temperatureEquation(temperature float64) exhibit.Equation {
	tau := ml.Symbol{Math: ml.I("τ"), Tip: "The temperature that you set."}
	return exhibit.Equation{
		Caption: "Noise at another temperature",
		Symbols: ml.Line(ml.Prime(ml.I("z")), ml.O("="), ml.Sqrt(ml.Of(tau)), ml.I("z")),
		Numbers: ml.Line(ml.Prime(ml.I("z")), ml.O("="), ml.Times(ml.Number(math.Sqrt(temperature)), ml.I("z"))),
	}
}
