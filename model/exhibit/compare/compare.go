package compare

import (
	"context"
	"fmt"
	"math"
	"strconv"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
	"unnoise/model/figure"
	"unnoise/model/run"
)

// names are the set-ups, by the letters that their controls begin with.
var names = []string{"a", "b", "c", "d"}

var colours = []figure.Colour{figure.A, figure.B, figure.C, figure.D}

// standard is what each set-up is unless something else is chosen.
var standard = []struct {
	sampler, steps, modest, guidance string
}{
	{run.DDIM, "50", "12", "2"},
	{run.DPMSolverPP2M, "12", "6", "2"},
	{run.Heun, "10", "5", "2"},
	{run.DDPM, "50", "12", "2"},
}

// SideBySide is up to four runs from one noise.
var SideBySide = &exhibit.Exhibit{
	ID: "side-by-side", Title: "Side by side", Year: 2022, References: []int{2, 3, 6},
	Sentences: [3]string{
		"Two to four set-ups start from the very same noise and go down side by side.",
		"The samplers without fresh noise all follow one curve, the solution of one differential equation, and differ only in how well; with many steps they end at the same picture.",
		"Those with fresh noise leave it at once, and another guidance is another equation.",
	},
	Models: []string{"fashion"},
	Controls: append([]exhibit.Control{
		chain.ClassControl("sneaker"),
		exhibit.SeedControl(),
		{ID: "count", Kind: exhibit.Choice, Label: "Set-ups", Default: "3", Tip: "How many are compared.",
			Options: []exhibit.Option{{ID: "2", Label: "2"}, {ID: "3", Label: "3"}, {ID: "4", Label: "4"}}},
		{ID: "moments", Kind: exhibit.Number, Label: "Moments", Default: "24", Modest: "12", Min: 2, Max: 100, Tip: "At how many noise levels the runs are shown."},
	}, setups()...),
	Presets: []exhibit.Preset{
		{Name: "Solvers of one equation", Tip: "DDIM, DPM-Solver++ and Heun.", Values: map[string]string{}},
		{Name: "Few steps against many", Tip: "DDIM with 50, 10 and 5 steps.", Values: map[string]string{"b-sampler": "ddim", "b-steps": "10", "c-sampler": "ddim", "c-steps": "5"}},
		{Name: "Guidance", Tip: "s = 1, 2, 4 and 8.", Values: map[string]string{"count": "4", "a-guidance": "1", "b-sampler": "ddim", "b-steps": "50", "c-sampler": "ddim", "c-steps": "50", "c-guidance": "4", "d-sampler": "ddim", "d-guidance": "8"}},
		{Name: "With and without fresh noise", Tip: "DDIM beside DDPM and Euler ancestral.", Values: map[string]string{"b-sampler": "ddpm", "b-steps": "50", "c-sampler": "euler_ancestral", "c-steps": "50"}},
	},
	Panels: []exhibit.Panel{
		{ID: "runs", Title: "The runs at the same noise", Wide: true, Tip: "Above xₜ, below x̂₀, the finished picture as the network’s answer has it. Each run shows its last step before this noise."},
		{ID: "distance", Title: "Distance from the first", Tip: "Root mean square difference of x̂₀ per pixel from the first set-up’s, over the noise: time runs to the right."},
	},
	Timeline: "noise",
	Run:      runAll,
	// Of all four: what a link leaves open is modest on a slow device.
	Quick: map[string]string{"count": "2", "moments": "4", "a-steps": "3", "b-steps": "2", "c-steps": "2", "d-steps": "2"},
	Probes: []exhibit.Probe{
		{Control: "seed", Value: "1", Readout: "brightness-a"},
		{Control: "b-sampler", Value: "heun", Readout: "distance-b"},
	},
}

// setups are the controls of each set-up.
func setups() []exhibit.Control {
	samplers := []exhibit.Option{
		{ID: run.DDPM, Label: "DDPM", Tip: "With fresh noise in every step."},
		{ID: run.DDIM, Label: "DDIM", Tip: "The same without: the start decides everything."},
		{ID: run.Euler, Label: "Euler", Tip: "Straight lines along the differential equation."},
		{ID: run.EulerAncestral, Label: "Euler a", Tip: "Goes too far and adds noise back."},
		{ID: run.Heun, Label: "Heun", Tip: "Two answers a step, a far smaller error."},
		{ID: run.DPMSolverPP2M, Label: "DPM++ 2M", Tip: "Extrapolates from the step before."},
	}
	var out []exhibit.Control
	for k, name := range names {
		var when exhibit.Condition
		if k >= 2 {
			when = exhibit.Condition{Control: "count", Values: []string{"3", "4"}[k-2:]}
		}
		letter := string(rune('A' + k))
		out = append(out,
			exhibit.Control{ID: name + "-sampler", Kind: exhibit.Choice, Label: letter + ": sampler", Default: standard[k].sampler, Options: samplers, When: when, Tip: "How set-up " + letter + " takes its steps."},
			exhibit.Control{ID: name + "-steps", Kind: exhibit.Number, Label: letter + ": steps", Default: standard[k].steps, Modest: standard[k].modest, Min: 2, Max: 250, When: when, Tip: "In how many steps set-up " + letter + " takes the noise away."},
			exhibit.Control{ID: name + "-guidance", Kind: exhibit.Range, Label: letter + ": guidance s", Default: standard[k].guidance, Min: 0, Max: 8, Step: 0.25, When: when, Tip: "How far beyond the answer with the class set-up " + letter + " goes; 1 is plain sampling."})
	}
	return out
}

// setup is a set-up that goes down.
type setup struct {
	next   func() (diffusion.Step, error)
	stop   func()
	now    diffusion.Step // the last step whose noise is not below the moment's
	ahead  *diffusion.Step
	x0     []float32
	asked  int
	length int
	ddpm   bool // steps are draws from the posterior
}

func runAll(ctx context.Context, env *exhibit.Env, s exhibit.State, emit func(exhibit.Frame)) error {
	model, err := chain.Load(ctx, env, "fashion")
	if err != nil {
		return err
	}
	runs, err := begin(ctx, model, s)
	if err != nil {
		return err
	}
	defer func() {
		for _, r := range runs {
			r.stop()
		}
	}()
	moments := s.Int("moments")
	lines := make([]chain.Line, len(runs))
	for k := range moments + 1 {
		level := model.Trained.At(float64(model.Trained.Len()-1) * (1 - float64(k)/float64(moments)))
		time := level.Time
		if k == moments {
			time = -1
		}
		for _, r := range runs {
			if err := r.to(time); err != nil {
				return err
			}
		}
		emit(frame(model, runs, lines, k, moments, time))
	}
	return nil
}

// begin starts every set-up from the same noise.
func begin(ctx context.Context, model *chain.Model, s exhibit.State) ([]*setup, error) {
	var runs []*setup
	for _, name := range names[:s.Int("count")] {
		spec := run.Default()
		spec.Class, spec.Seed, spec.N = chain.Class(s), s.Seed("seed"), 1
		spec.Sampler, spec.Steps, spec.Guidance = s.Text(name+"-sampler"), s.Int(name+"-steps"), s.Float(name+"-guidance")
		plan, err := run.NewPlan(spec, model.Info)
		if err != nil {
			return nil, fmt.Errorf("set-up %s: %w", name, err)
		}
		start, err := plan.Start(nil)
		if err != nil {
			return nil, err
		}
		chained := &chain.Run{
			Net: &diffusion.Guided{Predictor: model.Net, Scale: spec.Guidance}, Updates: plan.Updates, Start: start,
			Class: []int{spec.Class}, Noise: run.StepNoise(spec.Seed, 1),
		}
		r := &setup{length: len(plan.Updates), asked: diffusion.Evaluations(plan.Updates), ddpm: spec.Sampler == run.DDPM}
		r.next, r.stop = chained.Pull(ctx)
		runs = append(runs, r)
	}
	return runs, nil
}

// to goes on until the next step would have less noise than there is at a time.
func (r *setup) to(time float64) error {
	for {
		if r.ahead == nil {
			if r.x0 != nil && r.now.Update.T < 0 {
				return nil
			}
			step, err := r.next()
			if err != nil {
				return err
			}
			step.Xt, step.Pred = append([]float32{}, step.Xt...), append([]float32(nil), step.Pred...)
			r.ahead = &step
		}
		if r.x0 != nil && r.ahead.Update.Time < time-1e-9 {
			return nil
		}
		r.now, r.ahead = *r.ahead, nil
		r.x0 = chain.X0Hat(r.now)
	}
}

// frame shows all set-ups where they are.
func frame(model *chain.Model, runs []*setup, lines []chain.Line, k, moments int, time float64) exhibit.Frame {
	grid := model.Grid(nil, len(runs), nil)
	var below []float32
	f := exhibit.Frame{Index: k, Total: moments + 1, Label: "t = " + strconv.Itoa(int(math.Round(time)))}
	if time < 0 {
		f.Label = "done"
	}
	plot := &figure.Plot{X: figure.Axis{Label: "progress, % of the noise’s time", Min: 0, Max: 100}, Y: figure.Axis{Label: "distance", Min: 0, Max: 1}}
	for i, r := range runs {
		letter := string(rune('A' + i))
		grid.Values = append(grid.Values, r.now.Xt...)
		below = append(below, r.x0...)
		at := "t = " + strconv.Itoa(r.now.Update.T)
		if r.now.Update.T < 0 {
			at = "done"
		}
		grid.Captions = append(grid.Captions, fmt.Sprintf("%s, %s", letter, at))
		f.Readouts = append(f.Readouts, exhibit.Readout{ID: "brightness-" + names[i], Name: "mean of " + letter, Value: chain.Mean(r.x0), Tip: "Of its x̂₀, from −1, black, to 1, white."})
		f.Equations = append(f.Equations, r.equation(letter))
		if i == 0 {
			continue
		}
		distance := chain.RMS(r.x0, runs[0].x0)
		lines[i].Add(100*float64(k)/float64(moments), distance)
		plot.Curves = append(plot.Curves, lines[i].Curve(letter, colours[i]))
		plot.Y.Max = math.Max(plot.Y.Max, 1.1*float64(maximum(lines[i].Y)))
		f.Readouts = append(f.Readouts, exhibit.Readout{ID: "distance-" + names[i], Name: "distance of " + letter + " from A", Value: distance, Tip: "Root mean square difference of x̂₀ per pixel."})
	}
	for i, r := range runs {
		f.Readouts = append(f.Readouts, exhibit.Readout{ID: "evaluations-" + names[i], Name: "answers " + string(rune('A'+i)) + " needs", Value: float64(r.asked), Tip: "How often this set-up asks the network in all; guidance doubles the work of each."})
	}
	for range runs {
		grid.Captions = append(grid.Captions, "x̂₀")
	}
	grid.Values = append(grid.Values, below...)
	f.Figures = map[string]figure.Figure{"runs": grid, "distance": plot}
	f.Words = fmt.Sprintf("%d set-ups at %s.", len(runs), f.Label)
	return f
}

// equation is the step that a set-up takes next.
func (r *setup) equation(letter string) exhibit.Equation {
	u := r.now.Update
	e := chain.SolverEquation(u)
	switch {
	case u.T < 0:
		return exhibit.Equation{Caption: letter + ": " + chain.StepLabel(u) + "."}
	case r.ddpm:
		e = chain.StepEquation(u)
	}
	e.Caption = letter + ": " + e.Caption
	return e
}

func maximum(values []float32) float32 {
	var top float32
	for _, v := range values {
		top = max(top, v)
	}
	return top
}
