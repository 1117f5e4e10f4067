package blogs

import (
	"context"
	"fmt"
	"math"
	"slices"

	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
	"unnoise/model/figure"
	"unnoise/model/rng"
)

// Chains is forward and reverse of one number: Das's two animations and his paths.
var Chains = &exhibit.Exhibit{
	ID: "chains", Title: "There and back, for one number", Year: 2021, References: []int{14, 17},
	Sentences: [3]string{
		"One number instead of a picture: forward, orange, each path drifts to 0 and is shaken until nothing of its start is left.",
		"Backward, blue, the same shaking with a drift along the score, the slope of the logarithm of how likely a number is, brings new numbers of the old distribution.",
		"An ordinary differential equation, without any shaking, has the same distribution at every moment; it needs half the score.",
	},
	Models: []string{},
	Controls: []exhibit.Control{
		{ID: "data", Kind: exhibit.Choice, Label: "Data", Default: "two", Tip: "Where the numbers lie before noise.",
			Options: []exhibit.Option{{ID: "two", Label: "Two bumps"}, {ID: "three", Label: "Three bumps"}, {ID: "uneven", Label: "A large and a small one"}}},
		{ID: "walk", Kind: exhibit.Choice, Label: "Way back", Default: "sde", Tip: "How the way back is taken. Two are as the article prints them.",
			Options: []exhibit.Option{
				{ID: "sde", Label: "SDE", Tip: "Anderson’s reverse-time equation, with fresh noise of variance g²Δt."},
				{ID: "ode", Label: "ODE", Tip: "The probability-flow equation, with ½·g²·score."},
				{ID: "ode-misprint", Label: "ODE without the ½", Tip: "As printed: the numbers are pushed together twice as hard."},
				{ID: "sde-misprint", Label: "SDE with variance g²", Tip: "As printed, without Δt: far too much noise."},
			}},
		{ID: "steps", Kind: exhibit.Number, Label: "Steps", Default: "400", Modest: "200", Min: 20, Max: 2000, Tip: "Euler–Maruyama steps each way. Few leave an error that shrinks with their number."},
		{ID: "particles", Kind: exhibit.Number, Label: "Numbers", Default: "2000", Modest: "1000", Min: 100, Max: 10000, Tip: "How many numbers walk at once, for the histogram."},
		{ID: "paths", Kind: exhibit.Number, Label: "Paths drawn", Default: "12", Min: 1, Max: 40, Tip: "How many of them leave a trace."},
		exhibit.SeedControl(),
	},
	Presets: []exhibit.Preset{
		{Name: "SDE", Tip: "Shaken both ways.", Values: map[string]string{}},
		{Name: "ODE", Tip: "Smooth paths back to the same distribution.", Values: map[string]string{"walk": "ode"}},
		{Name: "The forgotten half", Tip: "The ODE as the article prints it: the bumps become needles.", Values: map[string]string{"walk": "ode-misprint"}},
		{Name: "The forgotten Δt", Tip: "The step of the SDE with variance g²: nothing comes back.", Values: map[string]string{"walk": "sde-misprint"}},
	},
	Panels: []exhibit.Panel{
		{ID: "forward", Title: "Forward", Tip: "Orange: paths of some numbers on their way into noise, over how likely each number is at each time."},
		{ID: "reverse", Title: "Reverse", Tip: "Blue: paths from pure noise, at the right, back to data at the left."},
		{ID: "histogram", Title: "All numbers now", Wide: true, Tip: "Bars of all numbers as points, and the exact density of this time as a line."},
	},
	Timeline: "time",
	Run:      runChains,
	Quick:    map[string]string{"steps": "50", "particles": "200", "paths": "2"},
	Probes: []exhibit.Probe{
		{Control: "seed", Value: "1", Readout: "variance"},
		{Control: "walk", Value: "ode", Readout: "distance"},
	},
}

// datasets are the modes by the ids of the control.
var datasets = map[string][]mode{
	"two":    {{0.5, -1, 0.15}, {0.5, 1, 0.15}},
	"three":  {{1, -1.4, 0.12}, {1, 0, 0.12}, {1, 1.4, 0.12}},
	"uneven": {{0.8, 0.8, 0.25}, {0.2, -1.3, 0.1}},
}

// framesEachWay is how many moments of a way are shown.
const framesEachWay = 30

func runChains(ctx context.Context, _ *exhibit.Env, s exhibit.State, emit func(exhibit.Frame)) error {
	l := newLine(datasets[s.Text("data")]...)
	steps, n := s.Int("steps"), s.Int("particles")
	dt := 1 / float64(steps)
	g := rng.ForName(s.Seed("seed"), "chains")
	shown := chain.Moments(steps, framesEachWay)
	c := &chains{line: l, walk: walks[s.Text("walk")], name: s.Text("walk"), density: background(l), paths: min(n, s.Int("paths")), dt: dt, total: 2 * len(shown)}

	x := l.draw(g, n)
	for k := 0; ; k++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		c.note(x, float64(k)*dt)
		if slices.Contains(shown, k) {
			emit(c.frame(x, float64(k)*dt, true))
		}
		if k == steps {
			break
		}
		forward(x, normals(g, n), float64(k)*dt, dt)
	}
	c.turn()
	x = normals(g, n)
	for k := steps; ; k-- {
		if err := ctx.Err(); err != nil {
			return err
		}
		c.note(x, float64(k)*dt)
		if slices.Contains(shown, k) {
			emit(c.frame(x, float64(k)*dt, false))
		}
		if k == 0 {
			return nil
		}
		var z []float64
		if z = normals(g, n); c.walk.noise == 0 {
			clear(z)
		}
		c.walk.backward(l, x, z, float64(k)*dt, dt)
	}
}

// chains is what is shown so far.
type chains struct {
	line     *line
	walk     walk
	name     string
	density  *figure.Density
	paths    int
	dt       float64
	total    int
	made     int
	out, in  [][]float32 // traces (t, x), forward and reverse
	reversed bool
}

// note adds where the traced numbers are.
func (c *chains) note(x []float64, t float64) {
	traces := &c.out
	if c.reversed {
		traces = &c.in
	}
	for len(*traces) < c.paths {
		*traces = append(*traces, nil)
	}
	for i := range *traces {
		(*traces)[i] = append((*traces)[i], float32(t), float32(min(reach, max(-reach, x[i]))))
	}
}

// turn begins the way back.
func (c *chains) turn() { c.reversed = true }

// reach is how far the plots go.
const reach = 3.5

func (c *chains) frame(x []float64, t float64, ahead bool) exhibit.Frame {
	mean, variance := moments2(x)
	exact := c.line.at(t)
	distance := exact.distance(x)
	direction, colour := "forward", figure.Forward
	if !ahead {
		direction, colour = "reverse", figure.Reverse
	}
	f := exhibit.Frame{
		Index: c.made, Total: c.total, Label: fmt.Sprintf("%s, t = %.2f", direction, t),
		Figures: map[string]figure.Figure{
			direction:   c.plane(ahead),
			"histogram": histogram(x, exact, colour),
		},
		Readouts: []exhibit.Readout{
			{ID: "mean", Name: "mean", Value: mean},
			{ID: "variance", Name: "variance", Value: variance, Tip: "Of all numbers at this moment."},
			{ID: "variance-exact", Name: "exact variance", Value: exact.variance(), Tip: "ᾱ·Var(x₀) + 1 − ᾱ."},
			{ID: "distance", Name: "distance from the exact distribution", Value: distance, Tip: "How far a number has to move on average. Chance alone leaves a little."},
		},
		Equations: chainEquations(c.name, c.walk, t, c.dt),
		Words:     fmt.Sprintf("Going %s at t = %.2f: variance %.3f, exactly %.3f.", direction, t, variance, exact.variance()),
	}
	if c.made == 0 {
		f.Figures["reverse"] = c.plane(false)
	}
	c.made++
	return f
}

// plane is the traces of a way over the density.
func (c *chains) plane(ahead bool) *figure.Plane {
	p := &figure.Plane{
		X: figure.Axis{Label: "t", Min: 0, Max: 1}, Y: figure.Axis{Label: "x", Min: -reach, Max: reach},
		Density: c.density,
	}
	traces, colour := c.out, figure.Forward
	if !ahead {
		traces, colour = c.in, figure.Reverse
	}
	for _, trace := range traces {
		p.Paths = append(p.Paths, figure.Path{Values: slices.Clone(trace), Colour: colour})
	}
	d := *c.density
	d.Values = slices.Clone(d.Values)
	p.Density = &d
	return p
}

// background is the exact density over time and value.
func background(l *line) *figure.Density {
	const w, h = 60, 70
	d := &figure.Density{W: w, H: h, Values: make([]float32, w*h), Colour: figure.Quiet, High: 1}
	columns := make([]*line, w)
	for i := range columns {
		columns[i] = l.at((float64(i) + 0.5) / w)
	}
	for j := range h {
		x := reach - (float64(j)+0.5)*2*reach/h
		for i, now := range columns {
			density, _ := now.density(x)
			d.Values[j*w+i] = float32(density)
		}
	}
	return d
}

// histogram is the share of numbers in cells over the exact density.
func histogram(x []float64, l *line, colour figure.Colour) *figure.Plot {
	const cells = 50
	const width = 2 * reach / cells
	var count [cells]float64
	for _, v := range x {
		if k := int(math.Floor((v + reach) / width)); k >= 0 && k < cells {
			count[k]++
		}
	}
	centre := func(i int) float64 { return -reach + (float64(i)+0.5)*width }
	top := 0.5
	found := chain.CurveOf("numbers", colour, cells, centre, func(i int) float64 {
		share := count[i] / float64(len(x)) / width
		top = max(top, share)
		return share
	})
	found.Points = true
	curve := chain.CurveOf("exact", figure.Quiet, 4*cells,
		func(i int) float64 { return -reach + (float64(i)+0.5)*width/4 },
		func(i int) float64 {
			density, _ := l.density(-reach + (float64(i)+0.5)*width/4)
			top = max(top, density)
			return density
		})
	return &figure.Plot{
		X: figure.Axis{Label: "x", Min: -reach, Max: reach}, Y: figure.Axis{Label: "density", Min: 0, Max: top * 1.05},
		Curves: []figure.Curve{curve, found},
	}
}
