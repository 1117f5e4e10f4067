package iddpm

import (
	"context"
	"fmt"
	"math"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
	"unnoise/model/figure"
	ml "unnoise/model/mathml"
	"unnoise/model/run"
)

// moments is at how many noise levels the strips show the picture.
const moments = 11

// Schedules shows one picture under the linear and the cosine schedule: §3.2, Fig. 3 and 5.
var Schedules = &exhibit.Exhibit{
	ID: "iddpm-schedules", Title: "Improved DDPM: a gentler way up", Year: year, References: []int{reference},
	Sentences: [3]string{
		"The first paper’s linear schedule destroys small pictures early: the last part of its chain is noise nearly from beginning to end.",
		"The cosine schedule adds little noise at both ends and falls evenly in between, so that every step has something to decide.",
		"Both strips show the same picture with the very same noise; only the amounts differ.",
	},
	Presets: []exhibit.Preset{
		{Name: "4000 steps", Tip: "As long a chain as the paper trained. The amounts hardly change; the steps become smaller.", Values: map[string]string{"timesteps": "4000"}},
		{Name: "25 steps", Tip: "A short chain: every step adds much noise, and the cosine’s last one all but a thousandth.", Values: map[string]string{"timesteps": "25"}},
	},
	Controls: append(chain.PictureControls("", "Picture", "sneaker", 1),
		exhibit.Control{ID: "timesteps", Kind: exhibit.Choice, Label: "Timesteps T", Default: "1000",
			Tip:     "How many steps the chain has. As in the authors’ code the linear β are scaled by 1000/T.",
			Options: []exhibit.Option{{ID: "25", Label: "25"}, {ID: "100", Label: "100"}, {ID: "1000", Label: "1000"}, {ID: "4000", Label: "4000"}}},
		exhibit.SeedControl()),
	Panels: []exhibit.Panel{
		{ID: "strips", Title: "The same picture on the way up", Tip: "Fig. 3 of the paper: above linear, below cosine, at evenly spaced t.", Wide: true},
		{ID: "now", Title: "Now", Tip: "Both at the moment of the timeline."},
		{ID: "alpha-bar", Title: "Signal left, ᾱ", Tip: "Fig. 5 of the paper."},
		{ID: "beta", Title: "Noise added by each step, β", Tip: "On a logarithmic scale."},
		{ID: "snr", Title: "log SNR", Tip: "The logarithm of ᾱ/(1 − ᾱ): where it is 0, picture and noise have the same variance."},
	},
	Timeline: "t",
	Quick:    map[string]string{},
	Probes: []exhibit.Probe{
		{Control: "seed", Value: "1", Readout: "distance"},
		{Control: "timesteps", Value: "100", Readout: "alpha-bar-cosine"},
		{Control: "garment", Value: "bag", Readout: "distance"},
	},
	Run: runSchedules,
}

func runSchedules(ctx context.Context, env *exhibit.Env, s exhibit.State, emit func(exhibit.Frame)) error {
	x0, _, err := chain.Picture(ctx, env, s, "")
	if err != nil {
		return err
	}
	sheet, err := env.Sheet(ctx, "fashion")
	if err != nil {
		return err
	}
	m := &chain.Model{Info: run.Info{Channels: sheet.C, Height: sheet.H, Width: sheet.W}}
	eps := make([]float32, len(x0))
	run.StartNoise(eps, s.Seed("seed"), 0)
	T := s.Int("timesteps")
	var both [2]*diffusion.Schedule
	for k, name := range []string{"linear", "cosine"} {
		if both[k], err = diffusion.ScheduleByName(name, T); err != nil {
			return err
		}
	}
	ts := chain.Moments(T-1, moments)
	strips := stripsOf(m, both, ts, x0, eps)
	for i, t := range ts {
		if err := ctx.Err(); err != nil {
			return err
		}
		var now [2][]float32
		for k, schedule := range both {
			now[k] = make([]float32, len(x0))
			diffusion.QSample(now[k], x0, eps, schedule.AlphaBar[t])
		}
		f := exhibit.Frame{Index: i, Total: len(ts), Label: fmt.Sprintf("t = %d", t)}
		f.Figures = curves(both, t)
		f.Figures["now"] = m.Grid(append(append([]float32(nil), now[0]...), now[1]...), 2, []string{"linear", "cosine"})
		if i == 0 {
			f.Figures["strips"] = strips
		}
		f.Readouts = []exhibit.Readout{
			{ID: "alpha-bar-linear", Name: "ᾱ, linear", Value: both[0].AlphaBar[t], Tip: "The share of the signal’s variance left."},
			{ID: "alpha-bar-cosine", Name: "ᾱ, cosine", Value: both[1].AlphaBar[t], Tip: "The share of the signal’s variance left."},
			{ID: "wasted-linear", Name: "Hardly any signal, linear", Value: wasted(both[0]), Unit: "%", Tip: "The share of all steps where less than 1 % of the signal’s variance is left."},
			{ID: "wasted-cosine", Name: "Hardly any signal, cosine", Value: wasted(both[1]), Unit: "%", Tip: "The share of all steps where less than 1 % of the signal’s variance is left."},
			{ID: "distance", Name: "Distance of the two", Value: chain.RMS(now[0], now[1]), Tip: "Root mean square between both noised pictures."},
		}
		f.Equations = []exhibit.Equation{cosineEquation(t, both[1].AlphaBar[t]), linearEquation(both[0].Beta[t]), chain.ForwardEquation(t, both[1].AlphaBar[t])}
		f.Words = fmt.Sprintf("%s of %d: %.3g of the signal’s variance is left with the linear schedule, %.3g with the cosine.", f.Label, T, both[0].AlphaBar[t], both[1].AlphaBar[t])
		emit(f)
	}
	return nil
}

// stripsOf are the picture at the timesteps ts, a row for each schedule.
func stripsOf(m *chain.Model, both [2]*diffusion.Schedule, ts []int, x0, eps []float32) *figure.Pictures {
	var values []float32
	var captions []string
	for _, schedule := range both {
		for _, t := range ts {
			xt := make([]float32, len(x0))
			diffusion.QSample(xt, x0, eps, schedule.AlphaBar[t])
			values, captions = append(values, xt...), append(captions, fmt.Sprintf("t = %d", t))
		}
	}
	p := m.Grid(values, len(ts), captions)
	p.Rows = []string{"linear", "cosine"}
	return p
}

// curves are ᾱ, β and log SNR of both schedules.
func curves(both [2]*diffusion.Schedule, t int) map[string]figure.Figure {
	figures := map[string]figure.Figure{}
	T := both[0].Len()
	shown := chain.Moments(T-1, 250)
	for _, c := range []struct {
		id string
		y  figure.Axis
		of func(s *diffusion.Schedule, t int) float64
	}{
		{"alpha-bar", figure.Axis{Label: "ᾱ", Min: 0, Max: 1}, func(s *diffusion.Schedule, t int) float64 { return s.AlphaBar[t] }},
		{"beta", figure.Axis{Label: "β", Min: 1e-5, Max: 1, Log: true}, func(s *diffusion.Schedule, t int) float64 { return max(1e-5, s.Beta[t]) }},
		{"snr", figure.Axis{Label: "log SNR"}, func(s *diffusion.Schedule, t int) float64 { return math.Log(s.SNR(t)) }},
	} {
		p := &figure.Plot{X: figure.Axis{Label: "t", Min: 0, Max: float64(T - 1)}, Y: c.y,
			Marks: []figure.Mark{{Name: "now", At: float64(t), Colour: figure.Quiet}}}
		for k, name := range []string{"linear", "cosine"} {
			p.Curves = append(p.Curves, chain.CurveOf(name, []figure.Colour{figure.A, figure.B}[k], len(shown),
				func(i int) float64 { return float64(shown[i]) }, func(i int) float64 { return c.of(both[k], shown[i]) }))
		}
		figures[c.id] = p
	}
	return figures
}

// wasted is the share of a chain, in percent, where hardly any signal is left.
func wasted(s *diffusion.Schedule) float64 {
	var n float64
	for _, alphaBar := range s.AlphaBar {
		if alphaBar < 0.01 {
			n++
		}
	}
	return 100 * n / float64(s.Len())
}

// cosineEquation is Nichol & Dhariwal 2021, eq. 17.
func cosineEquation(t int, alphaBar float64) exhibit.Equation {
	f := func(of string) string { return ml.Row(ml.I("f"), ml.Parens(of)) }
	angle := ml.Row(ml.Frac(ml.Row(ml.Frac(ml.I("t"), ml.I("T")), ml.O("+"), ml.I("s")), ml.Row(ml.N("1"), ml.O("+"), ml.I("s"))), ml.O("·"), ml.Frac(ml.I("π"), ml.N("2")))
	return exhibit.Equation{
		Caption: "Cosine: the signal left falls like a squared cosine, s = 0.008; t counts from 0, where one step is taken",
		Symbols: ml.Line(ml.Of(chain.SymAB), ml.O("="), ml.Frac(f(ml.Row(ml.I("t"), ml.O("+"), ml.N("1"))), f(ml.N("0"))), ml.O(",")) +
			ml.More(f(ml.I("t")), ml.O("="), ml.Sup(ml.I("cos"), ml.N("2")), ml.Parens(angle)),
		Numbers: ml.Line(ml.Sub(ml.Bar(ml.I("α")), ml.N(fmt.Sprint(t))), ml.O("="), ml.Number(alphaBar)),
	}
}

func linearEquation(beta float64) exhibit.Equation {
	return exhibit.Equation{
		Caption: "Linear: each step adds a little more noise than the one before",
		Symbols: ml.Line(ml.Of(chain.SymBeta), ml.O("="), ml.Sub(ml.I("β"), ml.N("0")), ml.O("+"), ml.Frac(ml.I("t"), ml.Row(ml.I("T"), ml.O("−"), ml.N("1"))),
			ml.Parens(ml.Sub(ml.I("β"), ml.Row(ml.I("T"), ml.O("−"), ml.N("1"))), ml.O("−"), ml.Sub(ml.I("β"), ml.N("0")))),
		Numbers: ml.Line(chain.SymBeta.Math, ml.O("="), ml.Number(beta)),
	}
}
