package ncsnv2

import (
	"context"
	"fmt"
	"math"

	"unnoise/model/exhibit"
	"unnoise/model/exhibit/anneal"
	"unnoise/model/exhibit/chain"
	"unnoise/model/figure"
	"unnoise/model/langevin"
	ml "unnoise/model/mathml"
	"unnoise/model/rng"
	"unnoise/model/run"
)

// Interpolation leads from one picture to another through the noise of the whole chain:
// anneal_Langevin_dynamics_interpolation of the program.
var Interpolation = &exhibit.Exhibit{
	ID: "ncsnv2-interpolation", Title: "NCSNv2: from one face to another", Year: 2020, References: []int{16},
	Sentences: [3]string{
		"A chain’s picture is decided by all the noise it meets, not by a single latent: to lead from one picture to another, mix the noise of every step.",
		"Each row begins in one and the same random pixels; its first picture meets the noise p, its last the noise q, and those between cos θ·p + sin θ·q.",
		"Mixed like that the noise keeps its size, and every picture of the row is one that the chain might have drawn.",
	},
	Models: models,
	Presets: []exhibit.Preset{
		{Name: "As the rules say", Tip: "The 95 levels of the training, one more than technique 2 asks for, with five steps each.", Values: map[string]string{"levels": allLevels, "per-level": "5", "rule": "best"}},
		{Name: "A long row", Tip: "Eleven pictures, one row.", Values: map[string]string{"rows": "1", "columns": "11"}},
	},
	Controls: append([]exhibit.Control{levelsControl()}, commonControls(
		exhibit.Control{ID: "rows", Kind: exhibit.Number, Label: "Rows", Default: "2", Modest: "1", Min: 1, Max: 4, Tip: "How many pairs of noises are led through."},
		exhibit.Control{ID: "columns", Kind: exhibit.Number, Label: "Pictures in a row", Default: "7", Modest: "4", Min: 3, Max: 15, Tip: "Both ends included."},
	)...),
	Panels: []exhibit.Panel{
		{ID: "state", Title: "The states", Tip: "Cut to the range of colours.", Wide: true},
		{ID: "guess", Title: "The guesses x̂", Tip: "What the score takes the states for.", Wide: true},
		{ID: "distance", Title: "Distance from both ends", Tip: "Root mean square between each guess of the first row and that row’s ends."},
		{ID: "mixture", Title: "What the noise is mixed of", Tip: "cos θ and sin θ: their squares add up to 1, so that the mixture has deviation 1. Along a straight line it would lose some."},
	},
	Timeline: "step",
	Quick:    map[string]string{"levels": "3", "per-level": "1", "rows": "1", "columns": "3", "rule": "half"},
	Probes: []exhibit.Probe{
		{Control: "seed", Value: "1", Readout: "ends"},
		{Control: "levels", Value: "4", Readout: "ends"},
		{Control: "ema", Value: "off", Readout: "ends"},
	},
	Run: exhibit.TellTraining(runInterpolation),
}

func runInterpolation(ctx context.Context, env *exhibit.Env, s exhibit.State, emit func(exhibit.Frame)) error {
	m, err := load(ctx, env, s)
	if err != nil {
		return err
	}
	c := plannedChain(s, m, m.Levels.Sigmas[0], s.Text("rule"))
	rows, n, seed := s.Int("rows"), s.Int("columns"), s.Seed("seed")
	r := &anneal.Run{Model: m, Chain: c, Score: m.At(c.Sigmas, true), N: rows * n, Seed: seed, Most: chainFrames, Emit: emit,
		Noise: langevin.Between(run.StepNoise(seed, rows), rows, n)}
	for k := range rows {
		start := make([]float32, m.Elems())
		rng.ForName(seed+uint64(k), "start").Uniform(start)
		for range n {
			r.Begin = append(r.Begin, start...)
		}
	}
	r.Frame = func(step langevin.Step) (exhibit.Frame, error) {
		guess := anneal.Guess(step)
		picture := func(i int) []float32 { return guess[i*m.Elems() : (i+1)*m.Elems()] }
		var neighbours float64
		for i := range n - 1 {
			neighbours += chain.RMS(picture(i), picture(i+1)) / float64(n-1)
		}
		middle := langevin.Angle(n/2, n)
		f := exhibit.Frame{
			Figures: map[string]figure.Figure{
				"state":    m.Grid(step.X, n, nil),
				"guess":    m.Grid(guess, n, captions(n, rows)),
				"distance": distancePlot(n, picture),
				"mixture":  mixturePlot(),
			},
			Readouts: []exhibit.Readout{
				{ID: "sigma", Name: "Noise σ", Value: step.Sigma, Tip: "Of the level."},
				{ID: "ends", Name: "From end to end", Value: chain.RMS(picture(0), picture(n-1)), Tip: "Root mean square between the first row’s first guess and its last; 1 is black against white."},
				{ID: "neighbours", Name: "From one to the next", Value: neighbours, Tip: "The mean over the first row."},
				{ID: "nfe", Name: "Answers of the network", Value: float64(anneal.Asked(c, step)), Tip: "For each picture."},
			},
			Equations: []exhibit.Equation{mixtureEquation(middle), averageEquation(s.On("ema"))},
		}
		f.Words = fmt.Sprintf("%s: %d rows of %d pictures, %d of %d steps are done.", anneal.Label(step), rows, n, step.I, c.Len())
		return f, nil
	}
	return r.Walk(ctx)
}

func captions(n, rows int) []string {
	out := make([]string, 0, n*rows)
	for range rows {
		for k := range n {
			out = append(out, fmt.Sprintf("%.0f°", langevin.Angle(k, n)*180/math.Pi))
		}
	}
	return out
}

// distancePlot is how far the pictures of a row are from its ends.
func distancePlot(n int, picture func(int) []float32) *figure.Plot {
	at := func(i int) float64 { return langevin.Angle(i, n) * 180 / math.Pi }
	from := func(end int) func(i int) float64 {
		return func(i int) float64 { return chain.RMS(picture(i), picture(end)) }
	}
	return &figure.Plot{
		X: figure.Axis{Label: "θ in degrees", Min: 0, Max: 90}, Y: figure.Axis{Label: "distance"},
		Curves: []figure.Curve{
			chain.CurveOf("from the first", figure.A, n, at, from(0)),
			chain.CurveOf("from the last", figure.B, n, at, from(n-1)),
		},
	}
}

func mixturePlot() *figure.Plot {
	at := func(i int) float64 { return float64(i) * 2 }
	of := func(f func(float64) float64) func(i int) float64 {
		return func(i int) float64 { return f(at(i) * math.Pi / 180) }
	}
	onALine := chain.CurveOf("deviation, mixed along a line", figure.Quiet, 46, at, func(i int) float64 { return math.Hypot(1-at(i)/90, at(i)/90) })
	onALine.Dashed = true
	return &figure.Plot{
		X: figure.Axis{Label: "θ in degrees", Min: 0, Max: 90}, Y: figure.Axis{Min: 0, Max: 1.05},
		Curves: []figure.Curve{
			chain.CurveOf("of p", figure.A, 46, at, of(math.Cos)),
			chain.CurveOf("of q", figure.B, 46, at, of(math.Sin)),
			chain.CurveOf("deviation", figure.C, 46, at, of(func(theta float64) float64 { return math.Hypot(math.Cos(theta), math.Sin(theta)) })),
			onALine,
		},
	}
}

func mixtureEquation(theta float64) exhibit.Equation {
	angle := ml.Symbol{Math: ml.I("θ"), Tip: "From 0 at a row’s first picture to a right angle at its last."}
	p := ml.Symbol{Math: ml.I("p"), Tip: "The first picture’s noise, new at every step."}
	q := ml.Symbol{Math: ml.I("q"), Tip: "The last picture’s noise, new at every step."}
	return exhibit.Equation{
		Caption: "The noise of every step; the numbers are those of the row’s middle.",
		Symbols: ml.Line(ml.Of(anneal.SymZ), ml.O("="), ml.I("cos"), ml.Of(angle), ml.Of(p), ml.O("+"), ml.I("sin"), ml.Of(angle), ml.Of(q)),
		Numbers: ml.Line(anneal.SymZ.Math, ml.O("="), ml.Times(ml.Number(math.Cos(theta)), p.Math), ml.Plus(math.Sin(theta), q.Math)),
	}
}
