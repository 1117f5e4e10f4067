package scoresde

import (
	"context"
	"fmt"
	"math"
	"slices"

	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
	"unnoise/model/rng"
	"unnoise/model/sde"
)

// Likelihood computes how probable data are, along the probability-flow ODE: §4.3,
// appendix D.2 and Table 2.
var Likelihood = &exhibit.Exhibit{
	ID: "sde-likelihood", Title: "Score SDE: exact likelihoods", Year: year, References: []int{reference},
	Sentences: [3]string{
		"Along the ODE from data to noise, the density of a point changes by how much the flow spreads there, its divergence; at the end it is that of plain noise, which is known.",
		"For a network the divergence would take one gradient for every pixel; a random vector of signs estimates it with a single one, Hutchinson’s trick.",
		"So each run with another vector gives another estimate, right on average, and the spread of the runs says how sure it is.",
	},
	Models: models,
	Presets: []exhibit.Preset{
		{Name: "Points: exact and estimated", Tip: "The exact divergence ends on the true density; each estimate somewhere near it.", Values: map[string]string{}},
		{Name: "A loose tolerance", Tip: "10⁻¹: the exact divergence cannot save an ODE that is solved badly.", Values: map[string]string{"tolerance": "1"}},
		{Name: "A garment in bits", Tip: "Bits for each pixel, as Table 2 of the paper has it for CIFAR-10.", Values: map[string]string{"what": "fashion", "tolerance": "3"}},
		{Name: "By the sub-VP network", Tip: "The SDE that the paper made for likelihoods, with a network trained for it: compare with VP’s.", Values: map[string]string{"what": "subvp-fashion", "tolerance": "3"}},
		{Name: "A face in bits", Tip: "Flat areas of one colour cost little.", Values: map[string]string{"what": "ve-faces", "tolerance": "3"}},
		{Name: "A garment upside down", Tip: "Less probable, but not by much: nearly all bits go into fine grain.", Values: map[string]string{"what": "fashion", "tolerance": "3", "change": "flip"}},
		{Name: "The negative", Tip: "White where it should be black: nothing the network has seen.", Values: map[string]string{"what": "fashion", "tolerance": "3", "change": "negative"}},
	},
	Controls: slices.Concat(subjectControls(points),
		pictureControls("", "Picture", "bag", 0, "0"),
		[]exhibit.Control{
			when(exhibit.Control{ID: "change", Kind: exhibit.Choice, Label: "Shown", Default: "none", Tip: "What is done to the picture first.",
				Options: []exhibit.Option{{ID: "none", Label: "As it is"}, {ID: "flip", Label: "Upside down"}, {ID: "negative", Label: "As a negative"}}}, onlyPictures),
			when(exhibit.Control{ID: "n", Kind: exhibit.Number, Label: "Number of points", Default: "24", Modest: "12", Min: 2, Max: 500, Tip: "Of how many points the density is computed. What is plotted is their mean."}, onlyPoints),
			{ID: "probes", Kind: exhibit.Number, Label: "Vectors of signs", Default: "4", Modest: "2", Min: 1, Max: 16, Tip: "How often the divergence is estimated, each time with another random vector that stays the same along the way. Each is a run of its own."},
			tolerances("tolerance", "Tolerance", "5", "Of the ODE’s solver, relative and absolute: 10⁻⁵ in the paper’s code."),
			exhibit.SeedControl(),
		}),
	Panels: []exhibit.Panel{
		{ID: "way", Title: "On the way to noise", Tip: "Points over the exact density at this time, or the picture as the flow has changed it."},
		{ID: "integral", Title: "The integral, as it grows", Tip: "Of points: the exact log density at x now and the change so far, which together are the log density at the start, whatever the time, if the change is right; the mean over the points. Of pictures: the change so far, in bits for each pixel. For them time is on a logarithmic scale."},
		{ID: "runs", Title: "Run by run", Wide: true, Tip: "Noise is the log density at the end: of pictures that of plain noise; of points that of the data with all that noise, which is known too and a little different, since a trace of them is left. Bits are those of a file of bytes, of garments with their black margin of two pixels: the paper’s offset of 7 is in them, since the values run from −1 to 1 in 256 steps."},
	},
	Timeline: "t",
	Run:      exhibit.TellTraining(runLikelihood),
	Quick:    map[string]string{"n": "8", "probes": "2", "tolerance": "3"},
	Probes: []exhibit.Probe{
		{Control: "seed", Value: "1", Readout: "estimated"},
		{Control: "sde", Value: "subvp", Readout: "exact"},
		{Control: "probes", Value: "3", Readout: "estimated"},
	},
	Tolerance: 1e-2,
}

// each puts controls under a condition.
func each(controls []exhibit.Control, condition exhibit.Condition) []exhibit.Control {
	for i := range controls {
		controls[i].When = condition
	}
	return controls
}

// looks is at how many times a run is shown, from the data to noise.
const looks = 24

// lookAt is the k-th of those times, evenly spread: for pictures, most of whose bits are
// in the smallest details, on a logarithmic scale.
func (u *subject) lookAt(k int) float64 {
	part := float64(k) / (looks - 1)
	if u.exact != nil {
		return sde.LikelihoodEps + (u.sde.T()-sde.LikelihoodEps)*part
	}
	return sde.LikelihoodEps * math.Pow(u.sde.T()/sde.LikelihoodEps, part)
}

// likelihood is the runs of the exhibit: with the exact divergence where it is known, and
// with one probe after another.
type likelihood struct {
	subject *subject
	xs      []float32
	n       int
	truth   []float64 // log densities of points
	runs    []*density
}

// density is one run.
type density struct {
	name   string
	probe  []float32 // nil for the exact divergence
	line   chain.Line
	found  sde.Densities
	nfe    int
	done   bool
	change []float64 // so far, of each
}

func runLikelihood(ctx context.Context, env *exhibit.Env, s exhibit.State, emit func(exhibit.Frame)) error {
	u, err := load(ctx, env, s)
	if err != nil {
		return err
	}
	l := &likelihood{subject: u, n: 1}
	if err := l.choose(ctx, env, s); err != nil {
		return err
	}
	if u.exact != nil {
		l.runs = append(l.runs, &density{name: "exact"})
	}
	for k, probe := range sde.Rademacher(s.Seed("seed"), l.n, u.elems, s.Int("probes")) {
		l.runs = append(l.runs, &density{name: fmt.Sprintf("vector %d", k+1), probe: probe})
	}
	tolerance := math.Pow(10, -s.Float("tolerance"))
	f := exhibit.Frame{Total: looks * len(l.runs)}
	for k := range l.runs {
		if err := l.run(ctx, k, tolerance, &f, emit); err != nil {
			return err
		}
	}
	return nil
}

// choose sets what the densities are of.
func (l *likelihood) choose(ctx context.Context, env *exhibit.Env, s exhibit.State) error {
	u := l.subject
	if u.exact != nil {
		l.n = s.Int("n")
		data := u.exact.At(sde.LikelihoodEps)
		l.xs = data.Sample(rng.ForName(s.Seed("seed"), "scoresde.likelihood"), l.n)
		for i := range l.n {
			l.truth = append(l.truth, data.LogDensity([]float64{float64(l.xs[2*i]), float64(l.xs[2*i+1])}))
		}
		return nil
	}
	picture, err := u.picture(ctx, env, s, "")
	if err != nil {
		return err
	}
	l.xs = spread(changed(picture, s.Text("change"), u.info.Height, u.info.Width), s.Seed("seed"))
	return nil
}

// changed is a picture as it is to be shown.
func changed(x0 []float32, how string, height, width int) []float32 {
	x := slices.Clone(x0)
	switch how {
	case "flip":
		for i := range x {
			channel, row, column := i/(height*width), i/width%height, i%width
			x[i] = x0[(channel*height+height-1-row)*width+column]
		}
	case "negative":
		for i := range x {
			x[i] = -x[i]
		}
	}
	return x
}

// spread makes values of bytes, v, those of (v + u)/256 with u even in [0, 1): a density
// of such values is one of bytes (uniform dequantisation, as in the code's data).
func spread(x []float32, seed uint64) []float32 {
	g := rng.ForName(seed, "scoresde.bytes")
	for i, v := range x {
		byte := math.Round((float64(v) + 1) * 127.5)
		x[i] = float32((byte+g.Float64())/128 - 1)
	}
	return x
}

// run carries out one run and shows it.
func (l *likelihood) run(ctx context.Context, k int, tolerance float64, f *exhibit.Frame, emit func(exhibit.Frame)) error {
	u, d := l.subject, l.runs[k]
	flow := sde.Flow{SDE: u.sde, Score: u.score, Cond: u.cond(l.n), RelTol: tolerance, AbsTol: tolerance}
	of := sde.Likelihood{Flow: flow}
	if d.probe != nil {
		of.Probes = [][]float32{d.probe}
	}
	if u.exact != nil {
		// At T the data are not quite gone; their own density there makes the result exact.
		of.Prior = u.exact.At(u.sde.T()).LogDensity
	}
	values := l.n * u.elems
	times := make([]float64, looks)
	for i := range times {
		times[i] = u.lookAt(i)
	}
	times[0], times[looks-1] = sde.LikelihoodEps, u.sde.T()
	at := sde.Visit(times[1:], func(i int, t float64, y []float64) error {
		l.look(k, t, y[:values], y[values:])
		if i < looks-2 { // the last is shown when the density is there
			l.show(f, k, t, y[:values])
			emit(*f)
			f.Index++
		}
		return nil
	})
	start := make([]float64, values)
	for i, v := range l.xs {
		start[i] = float64(v)
	}
	l.look(k, times[0], start, make([]float64, l.n))
	l.show(f, k, times[0], start)
	emit(*f)
	f.Index++
	found, err := of.Run(ctx, l.xs, func(step *sde.ODEStep) error {
		d.nfe = step.NFE
		return at(step)
	})
	if err != nil {
		return err
	}
	d.found, d.done = found, true
	end := make([]float64, values)
	for i, v := range found.Latent {
		end[i] = float64(v)
	}
	l.show(f, k, u.sde.T(), end)
	emit(*f)
	f.Index++
	return nil
}

// look keeps what run k has come to.
func (l *likelihood) look(k int, t float64, y, change []float64) {
	d := l.runs[k]
	d.change = slices.Clone(change)
	var mean float64
	for i := range l.n {
		value := change[i]
		if l.subject.exact != nil {
			value += l.subject.exact.At(t).LogDensity(y[2*i : 2*i+2])
		} else {
			value = -change[i] / math.Ln2 / float64(l.subject.elems)
		}
		mean += value / float64(l.n)
	}
	d.line.Add(t, mean)
}
