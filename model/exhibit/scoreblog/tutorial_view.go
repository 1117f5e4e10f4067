package scoreblog

import (
	"context"
	"fmt"
	"math"
	"slices"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
	"unnoise/model/figure"
	m "unnoise/model/mathml"
)

// alike is how near two pictures are that look the same. The ODE ends with a noise of
// 0.03 on them; different garments are farther apart than 0.1.
const alike = .05

// show is a moment of a run: x at time t.
func (r *tutorial) show(ctx context.Context, x []float32, t float64, nfe int, done bool) error {
	_, std := r.law.Marginal(t)
	guess := make([]float32, len(x))
	if err := r.score.Score(ctx, x, slices.Repeat([]float64{t}, r.n), r.cond(), guess); err != nil {
		return err
	}
	diffusion.Combine(guess, x, guess, 1, std*std)
	near, distance := r.nearest(guess)
	r.distance.Add(t, distance)
	copies, different := r.copies(x), len(slices.Compact(slices.Sorted(slices.Values(near))))
	f := exhibit.Frame{
		Index: r.made, Total: r.total, Label: fmt.Sprintf("t = %.3f", t),
		Figures: map[string]figure.Figure{
			"pictures": grid(x, max(.5, std)), "guess": grid(guess, .5), "nearest": grid(r.of(near), .5),
			"noise": r.noise(t), "distance": r.plot(),
		},
		Readouts: []exhibit.Readout{
			{ID: "std", Name: "Noise now", Value: std, Tip: "The deviation of the noise that x has at this time."},
			{ID: "nfe", Name: "Evaluations of the score", Value: float64(nfe), Tip: "Of all pictures together. By the network each is one pass through it."},
			{ID: "distance", Name: "Guesses from a real picture", Value: distance, Tip: "Root mean square over pixels to the nearest one."},
			{ID: "copies", Name: "Copies", Value: float64(copies), Unit: fmt.Sprintf("of %d", r.n), Tip: "How many of the pictures cannot be told from a real one."},
			{ID: "different", Name: "Different ones", Value: float64(different), Tip: "How many different real pictures are the nearest."},
		},
		Equations: r.equations(t, done),
		Words:     fmt.Sprintf("At t = %.3f the noise has a deviation of %.3g. The guesses are %.3f from a real picture on average, %d different ones; %d of %d pictures are copies.", t, std, distance, different, copies, r.n),
	}
	if done {
		f.Label = "done"
	}
	r.made++
	r.emit(f)
	return nil
}

// grid shows pictures whose values are from 0 to 1, and further by spread at most.
func grid(values []float32, spread float64) *figure.Pictures {
	n := len(values) / tutorialElems
	p := &figure.Pictures{C: 1, H: tutorialSide, W: tutorialSide, Columns: max(1, int(math.Ceil(math.Sqrt(1.5*float64(n))))), Map: figure.Tone, Values: make([]float32, len(values))}
	for i, v := range values {
		p.Values[i] = float32((float64(v) - .5) / spread)
	}
	return p
}

// nearest are the real pictures nearest to each of the pictures, and how far they are on
// average, by root mean square over pixels.
func (r *tutorial) nearest(pictures []float32) (near []int, distance float64) {
	for k := range r.n {
		best, at := math.Inf(1), 0
		for i, real := range r.real {
			if d := chain.RMS(pictures[k*tutorialElems:(k+1)*tutorialElems], real); d < best {
				best, at = d, i
			}
		}
		near = append(near, at)
		distance += best / float64(r.n)
	}
	return near, distance
}

// copies is how many of the pictures are real ones.
func (r *tutorial) copies(x []float32) int {
	near, _ := r.nearest(x)
	count := 0
	for k, i := range near {
		if chain.RMS(x[k*tutorialElems:(k+1)*tutorialElems], r.real[i]) < alike {
			count++
		}
	}
	return count
}

// of are real pictures one after another.
func (r *tutorial) of(which []int) []float32 {
	var out []float32
	for _, i := range which {
		out = append(out, r.real[i]...)
	}
	return out
}

func (r *tutorial) noise(t float64) *figure.Plot {
	const n = 80
	at := func(i int) float64 { return math.Max(1e-3, float64(i)/(n-1)) }
	return &figure.Plot{
		X: figure.Axis{Label: "t", Min: 0, Max: 1}, Y: figure.Axis{Label: "std, g", Log: true},
		Curves: []figure.Curve{
			chain.CurveOf("std", figure.B, n, at, func(i int) float64 { _, std := r.law.Marginal(at(i)); return std }),
			chain.CurveOf("g", figure.A, n, at, func(i int) float64 { return r.law.Diffusion(at(i)) }),
		},
		Marks: []figure.Mark{{Name: "now", At: t, Colour: figure.Quiet}},
	}
}

func (r *tutorial) plot() *figure.Plot {
	return &figure.Plot{X: figure.Axis{Label: "t", Min: 0, Max: 1}, Y: figure.Axis{Label: "distance", Min: 0, Max: max(.1, 1.1*float64(slices.Max(r.distance.Y)))},
		Curves: []figure.Curve{r.distance.Curve("", figure.B)}}
}

// equations are the SDE and the sampler's step, with the coefficients of time t. The last step
// leaves its noise out.
func (r *tutorial) equations(t float64, done bool) []exhibit.Equation {
	g := r.law.Diffusion(t)
	_, std := r.law.Marginal(t)
	out := []exhibit.Equation{
		{
			Caption: "The tutorial’s SDE: noise that grows like σ to the power of t, and nothing else.",
			Symbols: m.Line(m.Of(symDX), m.O("="), m.Sup(m.I("σ"), m.I("t")), m.Of(symDW)),
			Numbers: m.Line(symDX.Math, m.O("="), m.Times(m.Number(g), symDW.Math)),
		},
		{
			Caption: "What it has made of the data at this time.",
			Symbols: m.Line(m.Of(symX), m.O("="), m.Of(symX0), m.O("+"), m.Sqrt(m.Frac(m.Row(m.Sup(m.I("σ"), m.Row(m.N("2"), m.I("t"))), m.O("−"), m.N("1")), m.Row(m.N("2"), m.I("log"), m.I("σ")))), m.Of(symEps)),
			Numbers: m.Line(symX.Math, m.O("="), symX0.Math, m.Plus(std, symEps.Math)),
		},
	}
	if r.state.Text("sampler") == "ode" {
		return append(out, exhibit.Equation{
			Caption: "The ODE: half the score, and no noise.",
			Symbols: m.Line(m.Of(symDX), m.O("="), m.O("−"), m.Frac(m.N("1"), m.N("2")), m.Sup(m.I("σ"), m.Row(m.N("2"), m.I("t"))), m.Of(symScoreT), m.Of(symDT)),
			Numbers: m.Line(symDX.Math, m.O("="), m.Times(m.Number(-g*g/2), symScoreT.Math), symDT.Math),
		})
	}
	dt := 1 / float64(r.state.Int("steps"))
	step := m.Symbol{Math: m.Row(m.O("Δ"), m.I("t")), Tip: "The time that a step takes."}
	if r.state.Text("sampler") == "pc" {
		corrector := exhibit.Equation{
			Caption: "The corrector: Langevin dynamics, its step set by the norms of noise and score.",
			Symbols: m.Line(m.Of(symX), m.O("←"), m.Of(symX), m.O("+"), m.Of(symStep), m.Of(symScoreT), m.O("+"), m.Sqrt(m.N("2"), m.Of(symStep)), m.Of(symZ)) +
				m.More(m.Of(symStep), m.O("="), m.N("2"), m.Sup(m.Parens(m.I("r"), m.Norm(m.Of(symZ)), m.O("/"), m.Norm(m.Of(symScoreT))), m.N("2"))),
		}
		if r.size > 0 {
			corrector.Numbers = m.Line(symX.Math, m.O("←"), symX.Math, m.Plus(r.size, symScoreT.Math)) + m.More(m.Plus(math.Sqrt(2*r.size), symZ.Math))
		}
		out = append(out, corrector)
	}
	predictor := exhibit.Equation{
		Caption: "A step of the reverse SDE, by Euler and Maruyama.",
		Symbols: m.Line(m.Of(symX), m.O("←"), m.Of(symX), m.O("+"), m.Sup(m.I("σ"), m.Row(m.N("2"), m.I("t"))), m.Of(symScoreT), m.Of(step)),
		Numbers: m.Line(symX.Math, m.O("←"), symX.Math, m.Plus(g*g*dt, symScoreT.Math)),
	}
	if done {
		predictor.Caption = "The last step of the reverse SDE: its noise is left out."
	} else {
		predictor.Symbols += m.More(m.O("+"), m.Sup(m.I("σ"), m.I("t")), m.Sqrt(m.Of(step)), m.Of(symZ))
		predictor.Numbers += m.More(m.Plus(g*math.Sqrt(dt), symZ.Math))
	}
	return append(out, predictor)
}
