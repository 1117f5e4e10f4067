package scoreblog

import (
	"context"
	"fmt"
	"slices"

	"unnoise/model/exhibit"
	"unnoise/model/figure"
	m "unnoise/model/mathml"
	"unnoise/model/plane"
)

// look shows everything after that many steps of the training and of the walk; walked is
// −1 during the training.
func (r *pitfalls) look(ctx context.Context, trained, walked int) error {
	if walked < 0 {
		if err := r.learner.net.Take(ctx, r.learner.trainer); err != nil {
			return err
		}
	}
	scale := 0 // whose score is shown
	if walked >= 0 {
		scale = r.walk.scale
	}
	known, err := r.atScale(ctx, scale, walked >= 0)
	if err != nil {
		return err
	}
	errors, behind := known.errors, known.density
	if walked < 0 {
		r.everywhere.Add(float64(trained), errors.everywhere)
		r.inData.Add(float64(trained), errors.asDataCome)
	}
	typical := typicalLength(known.exact)
	f := exhibit.Frame{
		Index: r.made, Total: r.total, Label: fmt.Sprintf("learning, step %d", trained),
		Figures: map[string]figure.Figure{
			"exact": overDensity(behind, arrows(known.exact, typical, figure.A)), "learned": overDensity(behind, arrows(known.learned, typical, figure.B)),
			"error": mapOf(errors.side, faded(errors.length), 1), "weighted": mapOf(errors.side, slices.Clone(errors.weighted), .1*behind.High),
			"walk": r.particles(r.walk.x, figure.B), "beside": r.particles(r.beside.x, r.besideColour()),
			"errors": r.errorPlot(),
		},
		Readouts:  r.readouts(errors, trained, scale),
		Equations: r.equations(scale),
		Words: fmt.Sprintf("After %d training steps the learned score at noise %.3g is wrong by %.3f where data come by and by %.3f over the whole square.",
			trained, r.sigmas[scale], errors.asDataCome, errors.everywhere),
	}
	if walked >= 0 {
		f.Label = fmt.Sprintf("walking, step %d, σ = %.2g", walked, r.sigmas[scale])
		f.Words += fmt.Sprintf(" After %d steps of the walk the particles are at an energy distance of %.3f from the data; those for comparison at %.3f.", walked, r.distance(r.walk.x), r.distance(r.beside.x))
		if walked == 0 {
			maps, err := r.byScale(ctx)
			if err != nil {
				return err
			}
			f.Figures["levels"] = maps
		}
	}
	r.made++
	r.emit(f)
	return nil
}

// scaleView is what is shown of a noise scale: exactly, and as learned so far.
type scaleView struct {
	density        *figure.Density
	exact, learned []float32 // scores at the lattice's points
	errors         errorMap
	final          bool // the network does not learn any more
}

// atScale looks at a scale; final is after the training.
func (r *pitfalls) atScale(ctx context.Context, scale int, final bool) (*scaleView, error) {
	n := r.data.Spread(r.sigmas[scale])
	known := r.scales[scale]
	if known == nil {
		known = &scaleView{density: density(n, figure.C), exact: sampled(exactScore(n))}
		r.scales[scale] = known
	}
	if known.final {
		return known, nil
	}
	var err error
	if known.errors, err = r.learner.compare(ctx, scale, mapSide, n); err != nil {
		return nil, err
	}
	known.learned, err = r.learner.score(ctx, scale, latticePoints())
	known.final = final
	return known, err
}

func overDensity(d *figure.Density, a figure.Arrows) *figure.Plane {
	p := square()
	own := *d
	own.Values = slices.Clone(own.Values)
	p.Density, p.Arrows = &own, []figure.Arrows{a}
	return p
}

func mapOf(side int, values []float32, high float64) *figure.Plane {
	p := square()
	p.Density = &figure.Density{W: side, H: side, Values: values, High: high, Colour: figure.B}
	return p
}

// faded brings lengths from 0 on to less than 1, and 1 to a half.
func faded(lengths []float32) []float32 {
	out := make([]float32, len(lengths))
	for i, v := range lengths {
		out[i] = v / (1 + v)
	}
	return out
}

// particles are over the data's density.
func (r *pitfalls) particles(x []float32, colour figure.Colour) *figure.Plane {
	p := square()
	own := *r.clean
	own.Values = slices.Clone(own.Values)
	p.Density = &own
	p.Clouds = []figure.Cloud{{Values: slices.Clone(x), Colour: colour}}
	return p
}

func (r *pitfalls) besideColour() figure.Colour {
	if len(r.sigmas) == 1 {
		return figure.A
	}
	return figure.D
}

// byScale are the maps of errors of all scales, from the largest noise.
func (r *pitfalls) byScale(ctx context.Context) (*figure.Pictures, error) {
	p := &figure.Pictures{C: 1, H: mapSide, W: mapSide, Columns: min(5, len(r.sigmas)), Map: figure.Heat, Low: 0, High: 1}
	for k := len(r.sigmas) - 1; k >= 0; k-- {
		known, err := r.atScale(ctx, k, true)
		if err != nil {
			return nil, err
		}
		p.Values = append(p.Values, faded(known.errors.length)...)
		p.Captions = append(p.Captions, fmt.Sprintf("σ = %.2g", r.sigmas[k]))
	}
	return p, nil
}

func (r *pitfalls) errorPlot() *figure.Plot {
	return &figure.Plot{
		X: figure.Axis{Label: "training step", Min: 0, Max: float64(r.state.Int("training"))}, Y: figure.Axis{Label: "error"},
		Curves: []figure.Curve{r.everywhere.Curve("everywhere", figure.B), r.inData.Curve("where data come by", figure.C)},
	}
}

func (r *pitfalls) distance(x []float32) float64 {
	return plane.EnergyDistance(x[:min(len(x), 2*compared)], r.truth)
}

// smaller is the share of points that belong to the smaller of the uneven modes.
func smaller(x []float32) float64 {
	count := 0.0
	for i := 0; i+1 < len(x); i += 2 {
		if x[i]+x[i+1] < 0 {
			count++
		}
	}
	return count / float64(len(x)/2)
}

func (r *pitfalls) readouts(errors errorMap, trained, scale int) []exhibit.Readout {
	out := []exhibit.Readout{
		{ID: "sigma", Name: "Noise σ shown", Value: r.sigmas[scale], Tip: "Of which the score is shown: that of the walk, or while it learns the smallest."},
		{ID: "error-everywhere", Name: "Error everywhere", Value: errors.everywhere, Tip: "Root mean square of σ·(learned − exact score) over the square."},
		{ID: "error-data", Name: "Error where data come by", Value: errors.asDataCome, Tip: "The same, each place as often as noised data come by."},
	}
	if trained > 0 {
		out = append(out, exhibit.Readout{ID: "loss", Name: "Loss", Value: r.loss, Tip: "Mean squared error of the guessed noise, of about the last 50 steps. It cannot reach 0, for noise cannot be guessed exactly."})
	}
	out = append(out,
		exhibit.Readout{ID: "distance", Name: "Walk from the data", Value: r.distance(r.walk.x), Tip: "Energy distance between the particles and the data without noise."},
		exhibit.Readout{ID: "distance-beside", Name: "Comparison from the data", Value: r.distance(r.beside.x), Tip: "The same for the particles for comparison."})
	if r.state.Text("data") == "uneven" {
		out = append(out,
			exhibit.Readout{ID: "share", Name: "Share of the smaller mode", Value: smaller(r.walk.x), Tip: "Of the particles; 0.2 of the data. Langevin dynamics cannot see the shares of modes far apart."},
			exhibit.Readout{ID: "share-beside", Name: "The same, for comparison", Value: smaller(r.beside.x), Tip: "Of the particles for comparison."})
	}
	return out
}

var (
	symGuess   = m.Symbol{Math: m.Row(m.Sub(m.I("s"), m.I("θ")), m.Parens(m.I("x"), m.O(","), m.I("σ"))), Tip: "The network’s guess of the score at noise σ."}
	symSigma   = m.Symbol{Math: m.I("σ"), Tip: "The standard deviation of the noise."}
	symNoiseE  = m.Symbol{Math: m.I("ε"), Tip: "Noise: a standard normal number for each coordinate."}
	symStepped = m.Symbol{Math: m.I("α"), Tip: "The step size at this noise: ε of the control, times σ² over the square of the smallest σ."}
)

func (r *pitfalls) equations(scale int) []exhibit.Equation {
	step := r.state.Float("step") * r.sigmas[scale] * r.sigmas[scale] / (r.sigmas[0] * r.sigmas[0])
	loss := exhibit.Equation{
		Caption: "The loss, denoising score matching: σ times the guess against the noise that was added. Its mean is over the data, and over the scales.",
		Symbols: m.Line(m.I("L"), m.O("="), m.I("E"), m.O("["), m.Sup(m.Norm(m.Of(symSigma), m.Of(symGuess), m.O("+"), m.Of(symNoiseE)), m.N("2")), m.O("]"), m.O("/"), m.N("2")),
	}
	if r.loss > 0 {
		loss.Numbers = m.Line(m.I("L"), m.O("≈"), m.Number(r.loss))
	}
	return []exhibit.Equation{
		{
			Caption: "The data with noise, of which the network learns the score.",
			Symbols: m.Line(m.Of(symX), m.O("="), m.Of(symX0), m.O("+"), m.Of(symSigma), m.Of(symNoiseE)),
			Numbers: m.Line(symX.Math, m.O("="), symX0.Math, m.Plus(r.sigmas[scale], symNoiseE.Math)),
		},
		loss,
		{
			Caption: "A step of the walk at this noise.",
			Symbols: m.Line(m.Of(symX), m.O("←"), m.Of(symX), m.O("+"), m.Of(symStepped), m.Of(symGuess), m.O("+"), m.Sqrt(m.N("2"), m.Of(symStepped)), m.Of(symZ)),
			Numbers: m.Line(symX.Math, m.O("←"), symX.Math, m.Plus(step, symGuess.Math)) + m.More(m.Plus(root(2*step), symZ.Math)),
		},
	}
}
