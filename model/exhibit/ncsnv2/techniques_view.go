package ncsnv2

import (
	"fmt"
	"slices"

	"unnoise/model/exhibit"
	"unnoise/model/exhibit/anneal"
	"unnoise/model/exhibit/chain"
	"unnoise/model/figure"
	"unnoise/model/langevin"
	ml "unnoise/model/mathml"
)

func (p *plan) frame() exhibit.Frame {
	part := p.step / (p.last * p.last)
	return exhibit.Frame{Total: 1,
		Figures: map[string]figure.Figure{
			"pair":      p.pairs(),
			"distances": p.distancePlot(),
			"overlap":   p.overlapPlot(),
			"levels":    p.levelPlot(),
			"settled":   p.settledPlot(part),
			"shipped":   shippedTable(),
		},
		Readouts: []exhibit.Readout{
			{ID: "dimension", Name: "Dimensions D", Value: float64(p.sheet.Elems()), Tip: "Values of a picture."},
			{ID: "sigma", Name: "First noise σ₁", Value: p.first, Tip: "The largest distance between two pictures of the sample."},
			{ID: "median", Name: "Median distance", Value: p.distances[len(p.distances)/2], Tip: "Between two pictures of the sample."},
			{ID: "gamma", Name: "Ratio of levels γ", Value: p.gamma, Tip: "Each level’s noise by that of the next."},
			{ID: "overlap", Name: "Overlap", Value: p.overlap, Tip: "With a whole number of levels it comes out a little above what is asked for; with ten levels it is what it is."},
			{ID: "levels", Name: "Levels L", Value: float64(len(p.sigmas)), Tip: "From σ₁ down to σ_L."},
			{ID: "step", Name: "Step size ε", Value: p.step, Tip: "That of the last level."},
			{ID: "settled", Name: "Variance after T steps", Value: p.settled, Tip: "In the level’s own: 1 would be right. The paper’s CIFAR-10 has 1.056."},
			{ID: "nfe", Name: "Answers of the network", Value: float64(len(p.sigmas) * p.perLevel), Tip: "L·T for one picture. NCSN takes 1000."},
		},
		Equations: p.equations(part),
		Words:     p.words(),
	}
}

func (p *plan) pairs() *figure.Pictures {
	var values []float32
	for _, i := range []int{p.far[0], p.far[1], p.near[0], p.near[1]} {
		values = append(values, p.sheet.Pictures[i]...)
	}
	out := anneal.Grid(p.sheet.C, p.sheet.H, p.sheet.W, values, 2, nil)
	out.Rows = []string{fmt.Sprintf("%.3g apart", p.first), fmt.Sprintf("%.3g apart", p.nearest)}
	return out
}

// distancePlot is the share of pairs below each distance.
func (p *plan) distancePlot() *figure.Plot {
	n := len(p.distances)
	most := 1.1 * p.first
	return &figure.Plot{
		X: figure.Axis{Label: "distance", Min: 0, Max: most}, Y: figure.Axis{Label: "share of pairs nearer", Min: 0, Max: 1.02},
		Curves: []figure.Curve{chain.CurveOf("pairs", figure.A, n,
			func(i int) float64 { return p.distances[i] }, func(i int) float64 { return float64(i+1) / float64(n) })},
		Marks: []figure.Mark{
			{Name: "σ₁", At: p.first, Colour: figure.C},
			{Name: "σ₁ of NCSN", At: 1, Colour: figure.Quiet},
		},
	}
}

func (p *plan) overlapPlot() *figure.Plot {
	const points = 120
	most := max(1.3, 1.1*p.gamma)
	gamma := func(i int) float64 { return 1 + (most-1)*float64(i)/(points-1) }
	return &figure.Plot{
		X: figure.Axis{Label: "γ", Min: 1, Max: most}, Y: figure.Axis{Label: "overlap", Min: 0, Max: 1},
		Curves: []figure.Curve{
			chain.CurveOf(fmt.Sprintf("D = %d", p.sheet.Elems()), figure.A, points, gamma,
				func(i int) float64 { return langevin.Overlap(gamma(i), p.sheet.Elems()) }),
			chain.CurveOf("D = 196,608 (256 × 256)", figure.B, points, gamma,
				func(i int) float64 { return langevin.Overlap(gamma(i), 3*256*256) }),
		},
		Marks: []figure.Mark{
			{Name: "γ", At: p.gamma, Colour: figure.C},
			{Name: "overlap", At: p.overlap, Horizontal: true, Colour: figure.Quiet},
		},
	}
}

func (p *plan) levelPlot() *figure.Plot {
	curve := func(name string, colour figure.Colour, sigmas []float64) figure.Curve {
		c := chain.CurveOf(name, colour, len(sigmas), func(i int) float64 { return float64(i) / float64(len(sigmas)-1) },
			func(i int) float64 { return sigmas[i] })
		c.Points = true
		return c
	}
	return &figure.Plot{
		X: figure.Axis{Label: "part of the way", Min: 0, Max: 1}, Y: figure.Axis{Label: "σ", Min: p.last / 2, Max: 2 * p.first, Log: true},
		Curves: []figure.Curve{
			curve(fmt.Sprintf("%d levels", len(p.sigmas)), figure.A, p.sigmas),
			curve("NCSN: 10 from 1", figure.B, langevin.Geometric(1, .01, 10)),
		},
	}
}

func (p *plan) settledPlot(part float64) *figure.Plot {
	const points = 160
	most := max(.5, 1.1*part) // so that what is chosen is seen
	at := func(i int) float64 { return .002 + (most-.002)*float64(i)/(points-1) }
	plot := &figure.Plot{
		X: figure.Axis{Label: "ε / σ_L²", Min: 0, Max: most},
		Y: figure.Axis{Label: "variance", Min: .95, Max: max(1.3, min(p.gamma*p.gamma, 2))},
		Marks: []figure.Mark{
			{Name: "right", At: 1, Horizontal: true, Colour: figure.Quiet},
			{Name: "chosen", At: part, Colour: figure.C},
		},
	}
	for k, steps := range slices.Compact([]int{1, p.perLevel, 100}) {
		plot.Curves = append(plot.Curves, chain.CurveOf(fmt.Sprintf("T = %d", steps), []figure.Colour{figure.B, figure.A, figure.D}[k], points, at,
			func(i int) float64 { return langevin.Settled(p.gamma, at(i), steps) }))
	}
	return plot
}

// shipped are the settings of ermongroup/ncsnv2's configs/*.yml; the church's pictures
// are 96 × 96 as in the paper.
var shipped = []struct {
	name            string
	size            int
	first           float64
	levels, perStep int
	step            float64
}{
	{"CIFAR-10", 32, 50, 232, 5, 6.2e-6},
	{"CelebA", 64, 90, 500, 5, 3.3e-6},
	{"Church", 96, 140, 788, 4, 4.9e-6},
	{"Bedroom, tower", 128, 190, 1086, 3, 1.8e-6},
	{"FFHQ", 256, 348, 2311, 3, 9e-7},
}

func shippedTable() *figure.Table {
	t := &figure.Table{Header: []string{"data", "D", "σ₁", "L", "γ", "overlap", "T", "ε", "variance", "answers"}}
	const last = .01
	for _, c := range shipped {
		dim, gamma := 3*c.size*c.size, langevin.Ratio(c.first, last, c.levels)
		t.Rows = append(t.Rows, []string{c.name, fmt.Sprint(dim), fmt.Sprint(c.first), fmt.Sprint(c.levels),
			fmt.Sprintf("%.4f", gamma), fmt.Sprintf("%.3f", langevin.Overlap(gamma, dim)), fmt.Sprint(c.perStep), ml.Plain(c.step),
			fmt.Sprintf("%.3f", langevin.Settled(gamma, c.step/(last*last), c.perStep)), fmt.Sprint(c.levels * c.perStep)})
	}
	return t
}
