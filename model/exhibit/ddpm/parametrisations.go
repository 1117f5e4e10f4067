package ddpm

import (
	"context"
	"fmt"

	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
	"unnoise/model/figure"
)

// answer is a thing that a network was trained to answer.
type answer struct {
	model, id, sign, name string
	colour                figure.Colour
}

// answers are the trained networks, one for each parametrisation of §3.2.
var answers = []answer{
	{"fashion", "eps", "ε", "ε, the noise", figure.A},
	{"fashion-x0", "x0", "x₀", "x₀, the picture", figure.B},
	{"fashion-previous", "previous", "μ̃", "μ̃, the mean of the step before", figure.C},
}

// errorTerms is at how many timesteps the networks are compared.
const errorTerms = 12

// Parametrisations compares networks that were trained to answer different things
// about the same x_t: §3.2 and Table 2.
var Parametrisations = parametrisations()

func parametrisations() *exhibit.Exhibit {
	e := &exhibit.Exhibit{
		ID: "ddpm-parametrisations", Title: "DDPM: what the network should answer", Year: year, References: []int{reference},
		Sentences: [3]string{
			"From xₜ a network can be trained to answer the noise ε, the finished picture x₀, or the mean of the picture one step before.",
			"Each is a linear function of the others, so each network can run the same chain; what differs is what its training pays attention to.",
			"The paper found ε with a plain squared error best by far, and could not train the mean by one; told as the way from xₜ, its error weighed like that of ε, the mean is learned here too.",
		},
		Presets: []exhibit.Preset{
			{Name: "Many steps", Tip: "A quarter of the timesteps that the networks were trained on.", Values: map[string]string{"steps": "250", "pictures": "1"}},
			{Name: "A hard picture", Tip: "A bag instead of a dress to be restored.", Values: map[string]string{"garment": "bag", "class": "bag"}},
		},
		Controls: append([]exhibit.Control{
			chain.ClassControl("dress"),
			chain.StepsControl("40", "10"),
			chain.CountControl("2", "1", 4),
			exhibit.SeedControl(),
		}, chain.PictureControls("", "Picture to restore", "dress", 0)...),
		Panels: []exhibit.Panel{
			{ID: "state", Title: "The states xₜ", Tip: "One row for each network. All start from the same noise and get the same fresh noise."},
			{ID: "guess", Title: "The guesses x̂₀", Tip: "The finished pictures as read from each network’s answer."},
			{ID: "answer", Title: "The answers themselves", Tip: "What each network says before it is read: one colour above 0, one below, for all on the same scale. The mean is told as the way to it from xₜ, in standard deviations of the step, and a small part of one at the noisy end."},
			{ID: "error", Title: "Error of the guess by t", Tip: "A real picture is noised to t, and each network guesses it: root mean square error in steps of a byte, 0 to 255."},
			{ID: "restored", Title: "That picture, as each network restores it", Tip: "The guess x̂₀ at the same timesteps, from the same xₜ.", Wide: true},
		},
		Timeline: "t",
		Quick:    map[string]string{"steps": "2", "pictures": "1"},
		Probes: []exhibit.Probe{
			{Control: "seed", Value: "1", Readout: "mean-eps"},
			{Control: "garment", Value: "bag", Readout: "error-eps"},
		},
		Run: runParametrisations,
	}
	for _, a := range answers {
		e.Models = append(e.Models, a.model)
	}
	return e
}

func runParametrisations(ctx context.Context, env *exhibit.Env, s exhibit.State, emit func(exhibit.Frame)) error {
	nets := make([]*chain.Model, len(answers))
	for i, a := range answers {
		var err error
		if nets[i], err = chain.Load(ctx, env, a.model); err != nil {
			return err
		}
	}
	f, err := restore(ctx, env, s, nets)
	if err != nil {
		return err
	}
	n := s.Int("pictures")
	runs := make([]*chain.Run, len(nets))
	next := make([]pull, len(nets))
	for i, m := range nets {
		runs[i] = m.Reverse(s.Int("steps"), chain.Variance("fixed-small"), chain.Same(chain.Class(s), n), s.Seed("seed"))
		step, stop := runs[i].Pull(ctx)
		defer stop()
		next[i] = step
	}
	moments := chain.Moments(len(runs[0].Updates), maxFrames)
	f.Total = len(moments)
	for i := 0; i <= len(runs[0].Updates); i++ {
		if err := film(s, nets, next, n, &f, i == moments[f.Index]); err != nil {
			return err
		}
		if i == moments[f.Index] {
			emit(f)
			f = exhibit.Frame{Index: f.Index + 1, Total: f.Total}
		}
	}
	return nil
}

// film takes the next step of every network's chain and shows it, if it is to be.
func film(s exhibit.State, nets []*chain.Model, next []pull, n int, f *exhibit.Frame, show bool) error {
	var states, guesses, said []float32
	var rows []string
	m := nets[0]
	for i := range nets {
		step, err := next[i]()
		if err != nil {
			return fmt.Errorf("model %q: %w", nets[i].ID, err)
		}
		if !show {
			continue
		}
		guess := chain.X0Hat(step)
		states, guesses = append(states, step.Xt...), append(guesses, guess...)
		if step.Pred != nil {
			said = append(said, step.Pred...)
		}
		rows = append(rows, answers[i].sign)
		f.Label = chain.StepLabel(step.Update)
		f.Equations = append(f.Equations, chain.StepEquations(step.Update)[0])
		f.Readouts = append(f.Readouts, exhibit.Readout{ID: "mean-" + answers[i].id, Name: "Mean of the guess, network of " + answers[i].name,
			Value: chain.Mean(guess), Tip: "−1 is black, 1 white."})
		if i == 0 {
			f.Words = fmt.Sprintf("%s: %d networks make %s from the same noise, each in a row of its own.",
				f.Label, len(nets), chain.GarmentName(chain.Class(s)))
		}
		if i == len(nets)-1 && step.Update.T >= 0 {
			f.Equations = append(f.Equations, chain.StepEquation(step.Update))
		}
	}
	if !show {
		return nil
	}
	if f.Figures == nil {
		f.Figures = map[string]figure.Figure{}
	}
	inRows := func(p *figure.Pictures) *figure.Pictures { p.Rows = rows; return p }
	f.Figures["state"] = inRows(m.Grid(states, n, nil))
	f.Figures["guess"] = inRows(m.Grid(guesses, n, nil))
	if said != nil {
		f.Figures["answer"] = inRows(m.SignedGrid(said, n, 2.5, nil))
	}
	return nil
}

// restore has every network guess a noised picture at some timesteps: the panels and
// readouts of the first frame.
func restore(ctx context.Context, env *exhibit.Env, s exhibit.State, nets []*chain.Model) (exhibit.Frame, error) {
	x0, class, err := chain.Picture(ctx, env, s, "")
	if err != nil {
		return exhibit.Frame{}, err
	}
	m := nets[0]
	count := min(errorTerms, s.Int("steps"))
	ts := chain.Moments(m.Trained.Len()-1, count)
	plot := &figure.Plot{X: figure.Axis{Label: "t", Min: 0, Max: 999}, Y: figure.Axis{Label: "error, 0–255"}}
	var pictures []float32
	captions := []string{}
	rows := []string{"xₜ"}
	var f exhibit.Frame
	for i, net := range nets {
		var line chain.Line
		bound := net.Bound(chain.Variance("fixed-small"))
		var noisy, guesses []float32
		var mean float64
		err := net.Answers(ctx, x0, class, ts, s.Seed("seed"), func(part []chain.Answer) {
			for _, a := range part {
				guess := make([]float32, len(x0))
				chain.Guess(bound, guess, a)
				noisy, guesses = append(noisy, a.Xt...), append(guesses, guess...)
				e := bound.Distortion(a.T, x0, a.Xt, a.Output.Pred)
				mean += e / float64(len(ts))
				line.Add(float64(a.T), e)
				captions = append(captions, fmt.Sprintf("t = %d", a.T))
			}
		})
		if err != nil {
			return f, fmt.Errorf("model %q: %w", net.ID, err)
		}
		if i == 0 {
			captions = captions[:len(ts)]
			pictures = append(pictures, noisy...)
		}
		pictures = append(pictures, guesses...)
		rows = append(rows, answers[i].sign)
		plot.Curves = append(plot.Curves, line.Curve(answers[i].name, answers[i].colour))
		f.Readouts = append(f.Readouts, exhibit.Readout{ID: "error-" + answers[i].id, Name: "Error, network of " + answers[i].name, Value: mean,
			Unit: "of 255", Tip: "The mean over the timesteps of the plot."})
	}
	all := make([]string, 0, len(rows)*len(ts))
	for range rows {
		all = append(all, captions[:len(ts)]...)
	}
	grid := m.Grid(pictures, len(ts), all)
	grid.Rows = rows
	f.Figures = map[string]figure.Figure{"error": plot, "restored": grid}
	return f, nil
}
