package ddpm

import (
	"context"
	"fmt"
	"slices"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
	"unnoise/model/figure"
	"unnoise/model/run"
)

// pull returns the next step of a chain.
type pull = func() (diffusion.Step, error)

// Sharing lets several pictures share the beginning of a chain: §4.3 and Fig. 7.
var Sharing = &exhibit.Exhibit{
	ID: "ddpm-sharing", Title: "DDPM: pictures that share a beginning", Year: year, References: []int{reference},
	Sentences: [3]string{
		"Several pictures go the first part of the way back as one; from xₜ on, each gets fresh noise of its own.",
		"What they share in the end was decided before they parted: parted early they share little, parted late they differ only in details.",
		"So large features are decided at large t and small ones at small t, without anybody having told the network so.",
	},
	Models: []string{"fashion"},
	Presets: []exhibit.Preset{
		{Name: "As in Fig. 7", Tip: "Parting at 999, 750, 500 and 250.", Values: map[string]string{"part": "four"}},
		{Name: "At t = 850", Tip: "Where it is decided which garment it will be.", Values: map[string]string{"part": "one", "at": "850", "class": "any", "pictures": "6"}},
		{Name: "At t = 100", Tip: "Nearly everything is shared.", Values: map[string]string{"part": "one", "at": "100"}},
	},
	Controls: []exhibit.Control{
		chain.ClassControl("any"),
		{ID: "part", Kind: exhibit.Choice, Label: "They part", Default: "four", Modest: "one",
			Tip: "At one timestep, or at four in four rows, as in the paper’s Fig. 7.",
			Options: []exhibit.Option{
				{ID: "one", Label: "At one timestep"},
				{ID: "four", Label: "At 999, 750, 500, 250"},
			}},
		{ID: "at", Kind: exhibit.Range, Label: "Part at t", Default: "500", Min: 0, Max: 999, Step: 1,
			Tip:  "The state at the first visited timestep at or below this is what they share.",
			When: exhibit.Condition{Control: "part", Values: []string{"one"}}},
		chain.StepsControl("50", "12"),
		chain.CountControl("4", "2", 8),
		exhibit.SeedControl(),
	},
	Panels: []exhibit.Panel{
		{ID: "guesses", Title: "The guesses x̂₀", Tip: "One row for each t at which they part. Before it, all of a row are one.", Wide: true},
		{ID: "shared", Title: "The shared chain", Tip: "Its state, and its guess."},
		{ID: "spread", Title: "How far apart they are", Tip: "Root mean square between the guesses of a row, the mean over all pairs."},
	},
	Timeline: "t",
	Quick:    map[string]string{"steps": "3", "part": "one", "pictures": "2"},
	Probes: []exhibit.Probe{
		{Control: "seed", Value: "1", Readout: "spread"},
		{Control: "at", Value: "999", Readout: "spread"},
	},
	Run: runSharing,
}

// branch is the pictures that part at one timestep.
type branch struct {
	at     int
	next   pull // nil before they part
	guess  []float32
	spread chain.Line
}

func runSharing(ctx context.Context, env *exhibit.Env, s exhibit.State, emit func(exhibit.Frame)) error {
	m, err := chain.Load(ctx, env, "fashion")
	if err != nil {
		return err
	}
	trunk := m.Reverse(s.Int("steps"), diffusion.FixedSmall, chain.Same(chain.Class(s), 1), s.Seed("seed"))
	branches := []*branch{{at: s.Int("at")}}
	if s.Text("part") == "four" {
		branches = []*branch{{at: 999}, {at: 750}, {at: 500}, {at: 250}}
	}
	next, stop := trunk.Pull(ctx)
	defer stop()
	moments := chain.Moments(len(trunk.Updates), maxFrames)
	f := exhibit.Frame{Total: len(moments)}
	for i := 0; i <= len(trunk.Updates); i++ {
		step, err := next()
		if err != nil {
			return err
		}
		guess := chain.X0Hat(step)
		for _, b := range branches {
			if b.next == nil && step.Update.T >= 0 && step.Update.T <= b.at {
				stop := b.part(ctx, trunk, step, s.Int("pictures"), s.Seed("seed")+1)
				defer stop()
			}
			if err := b.advance(step.Update, guess, s.Int("pictures")); err != nil {
				return err
			}
		}
		if i == moments[f.Index] {
			showSharing(&f, m, step, guess, branches)
			emit(f)
			f.Index++
		}
	}
	return nil
}

// part lets n pictures go on from a step of the trunk, each with noise of its own.
func (b *branch) part(ctx context.Context, trunk *chain.Run, at diffusion.Step, n int, seed uint64) (stop func()) {
	own := *trunk
	own.Start = diffusion.Start{I: at.I, Xt: slices.Repeat(at.Xt, n)}
	own.Class = chain.Same(trunk.Class[0], n)
	own.Noise = run.StepNoise(seed, n)
	b.next, stop = own.Pull(ctx)
	return stop
}

// advance takes the next step, or that of the trunk before the parting.
func (b *branch) advance(u diffusion.Update, shared []float32, n int) error {
	if b.next == nil {
		b.guess = slices.Repeat(shared, n)
	} else {
		step, err := b.next()
		if err != nil {
			return err
		}
		b.guess = chain.X0Hat(step)
	}
	b.spread.Add(float64(max(0, u.T)), spread(b.guess, n))
	return nil
}

// spread is the mean root mean square distance between n pictures.
func spread(x []float32, n int) float64 {
	elems := len(x) / n
	var sum float64
	var pairs int
	for i := range n {
		for j := range i {
			sum += chain.RMS(x[i*elems:(i+1)*elems], x[j*elems:(j+1)*elems])
			pairs++
		}
	}
	return sum / float64(max(1, pairs))
}

func showSharing(f *exhibit.Frame, m *chain.Model, step diffusion.Step, guess []float32, branches []*branch) {
	colours := []figure.Colour{figure.A, figure.B, figure.C, figure.D}
	plot := &figure.Plot{X: figure.Axis{Label: "t", Min: 0, Max: 999}, Y: figure.Axis{Label: "distance"}}
	var values []float32
	var rows []string
	f.Readouts = []exhibit.Readout{{ID: "signal", Name: "Signal left, ᾱ", Value: step.Update.AlphaBar, Tip: "The share of the variance of xₜ that is picture."}}
	n := len(branches[0].guess) / m.Elems()
	for k, b := range branches {
		values, rows = append(values, b.guess...), append(rows, fmt.Sprintf("t = %d", b.at))
		plot.Curves = append(plot.Curves, b.spread.Curve("parting at "+rows[k], colours[k]))
		id, name := "spread", "Distance between them"
		if len(branches) > 1 {
			id, name = fmt.Sprintf("spread-%d", b.at), fmt.Sprintf("Distance, parting at %d", b.at)
		}
		f.Readouts = append(f.Readouts, exhibit.Readout{ID: id, Name: name, Value: float64(b.spread.Y[len(b.spread.Y)-1]),
			Tip: "Root mean square between the guesses, the mean over all pairs."})
	}
	if len(branches) == 1 {
		plot.Marks = []figure.Mark{{Name: "they part", At: float64(branches[0].at), Colour: figure.Quiet}}
	}
	grid := m.Grid(values, n, nil)
	grid.Rows = rows
	f.Figures = map[string]figure.Figure{
		"guesses": grid, "spread": plot,
		"shared": m.Grid(append(slices.Clone(step.Xt), guess...), 2, []string{"xₜ", "x̂₀"}),
	}
	f.Label = chain.StepLabel(step.Update)
	f.Equations = chain.StepEquations(step.Update)
	f.Words = fmt.Sprintf("%s: %d rows of %d pictures. The pictures of the last row are %.2f apart.",
		f.Label, len(branches), n, spread(branches[len(branches)-1].guess, n))
}
