package scoresde

import (
	"context"
	"slices"

	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
	"unnoise/model/sde"
)

// Samplers is predictor–corrector sampling beside its predictor alone, with as many
// evaluations of the score: §4.2, algorithm 1 and Table 1.
var Samplers = &exhibit.Exhibit{
	ID: "sde-samplers", Title: "Score SDE: predictor and corrector", Year: year, References: []int{reference},
	Sentences: [3]string{
		"Noise turns into data by going the diffusion’s way back in small steps; the score says where to.",
		"The predictor steps from one noise level to the next and errs a little; the corrector then lets x move about at that level, by Langevin dynamics, until it lies as it should.",
		"Both sides have the same number of evaluations of the score: at the right the predictor has all of them for itself, for smaller steps.",
	},
	Models: models,
	Presets: []exhibit.Preset{
		{Name: "The corrector helps", Tip: "VE in 20 steps, each with one of the corrector, beside 40 of the predictor: its modes are too wide.", Values: map[string]string{}},
		{Name: "Too hot", Tip: "A signal-to-noise ratio of 0.7: the corrector’s own steps are too large, and add noise.", Values: map[string]string{"snr": "0.7"}},
		{Name: "Too timid", Tip: "A ratio of 0.03: the corrector hardly moves, and its evaluations are lost.", Values: map[string]string{"snr": "0.03"}},
		{Name: "Corrector alone", Tip: "No predictor: Langevin dynamics at one noise level after the other, as NCSN draws, but with steps measured by the norms.", Values: map[string]string{"predictor": "none", "corrector-steps": "2", "steps": "100"}},
		{Name: "DDPM’s own sampler", Tip: "VP with the ancestral predictor.", Values: map[string]string{"sde": "vp", "predictor": "ancestral", "steps": "40"}},
		{Name: "Faces", Tip: "A network of the VE SDE, for which the corrector was made.", Values: map[string]string{"what": "ve-faces", "steps": "60", "snr": "0.16"}},
		{Name: "Garments", Tip: "The Fashion network under the VP SDE, where the corrector gains little, as in the paper.", Values: map[string]string{"what": "fashion", "steps": "100", "snr": "0.1"}},
	},
	Controls: slices.Concat(subjectControls(points), []exhibit.Control{
		when(chain.ClassControl("any"), garments),
		{ID: "predictor", Kind: exhibit.Choice, Label: "Predictor", Default: string(sde.ReverseDiffusion), Tip: "How a step goes from one noise level to the next.",
			Options: []exhibit.Option{
				{ID: string(sde.ReverseDiffusion), Label: "Reverse diffusion", Tip: "The forward process as it is discretised, turned round. The paper’s proposal."},
				{ID: string(sde.EulerMaruyama), Label: "Euler–Maruyama", Tip: "The plainest solver of an SDE."},
				{ID: string(sde.Ancestral), Label: "Ancestral", Tip: "DDPM’s sampling under VP, and its like under VE. There is none for sub-VP: reverse diffusion is taken there."},
				{ID: string(sde.NoPredictor), Label: "None", Tip: "The corrector alone at each noise level. The right side then has reverse diffusion."}}},
		{ID: "corrector", Kind: exhibit.Choice, Label: "Corrector", Default: string(sde.Langevin), Tip: "What happens at each noise level, before the predictor’s step: in the paper’s algorithm it comes after, in its code before, and this follows the code.",
			Options: []exhibit.Option{
				{ID: string(sde.Langevin), Label: "Langevin", Tip: "Its step is measured by the norms of noise and score."},
				{ID: string(sde.AnnealedLangevin), Label: "Annealed Langevin", Tip: "Its step goes by the noise level alone, as NCSN’s does."},
				{ID: string(sde.NoCorrector), Label: "None", Tip: "The left side is then the predictor alone too."}}},
		{ID: "snr", Kind: exhibit.Range, Label: "Signal-to-noise ratio r", Default: "0.25", Min: .01, Max: 1, Step: .01,
			When: exhibit.Condition{Control: "corrector", Values: correcting},
			Tip:  "How large the corrector’s steps are. The paper tunes it for every data set: 0.16 for CIFAR-10 under VE. Too small does nothing, too large adds noise."},
		{ID: "corrector-steps", Kind: exhibit.Number, Label: "Corrector steps", Default: "1", Min: 1, Max: 5,
			When: exhibit.Condition{Control: "corrector", Values: correcting},
			Tip:  "How many at each noise level. Each costs one evaluation of the score."},
		{ID: "steps", Kind: exhibit.Number, Label: "Noise levels", Default: "20", Min: 4, Max: 1000,
			Tip: "How many the left side visits: 1000 in the paper. VP and sub-VP need at least 21, since their β₁ is 20: fewer become 21, but for Euler–Maruyama alone. The right side has as many steps as make the same work."},
		{ID: "denoise", Kind: exhibit.Toggle, Label: "End with the mean", Default: "on",
			Tip: "Leave the last step’s noise out. It cannot be seen as such, but it spoils measures: the paper’s appendix G."},
		when(exhibit.Control{ID: "n", Kind: exhibit.Number, Label: "Number of points", Default: "1500", Modest: "800", Min: 50, Max: 5000, Tip: "How many travel on each side."}, onlyPoints),
		when(chain.CountControl("6", "2", 16), onlyPictures),
		exhibit.SeedControl(),
	}),
	Panels: []exhibit.Panel{
		{ID: "left", Title: "Predictor and corrector", Tip: "Points over the exact density at this noise level, or pictures. Where noise is louder than data, pictures are dimmed."},
		{ID: "right", Title: "Predictor alone, same work", Tip: "From the same noise, after as many evaluations of the score."},
		{ID: "error", Title: "What is left over", Tip: "Of points: by how much they lie in less probable places than they should, in nats; above 0 they are spread too widely, below 0 they crowd. Of pictures: their grain."},
		{ID: "right-answer", Title: "What is right", Tip: "Of points: the share of each mode, true and found. Of pictures: real ones, with the grain they have."},
	},
	Timeline: "t",
	Run:      exhibit.TellTraining(runSamplers),
	Quick:    map[string]string{"steps": "8", "n": "200"},
	Probes: []exhibit.Probe{
		{Control: "seed", Value: "1", Readout: "left"},
		{Control: "snr", Value: "0.6", Readout: "left"},
		{Control: "predictor", Value: "ancestral", Readout: "right"},
		{Control: "corrector", Value: "ald", Readout: "left"},
		{Control: "sde", Value: "subvp", Readout: "left"},
	},
	Tolerances: map[string]float64{"left": 1e-2, "right": 1e-2, "left-distance": 1e-3, "right-distance": 1e-3},
}

// correcting are the correctors that there are.
var correcting = []string{string(sde.Langevin), string(sde.AnnealedLangevin)}

// when is a control that matters only under a condition.
func when(c exhibit.Control, condition exhibit.Condition) exhibit.Control {
	c.When = condition
	return c
}

// count is how many of the subject are drawn.
func (u *subject) count(s exhibit.State) int {
	if u.exact != nil {
		return s.Int("n")
	}
	return s.Int("pictures")
}

// told is the subject with what its network is told.
func told(ctx context.Context, env *exhibit.Env, s exhibit.State) (*subject, error) {
	u, err := load(ctx, env, s)
	if err == nil && u.info.NumClasses > 0 {
		u.class = chain.Class(s)
	}
	return u, err
}

func runSamplers(ctx context.Context, env *exhibit.Env, s exhibit.State, emit func(exhibit.Frame)) error {
	u, err := told(ctx, env, s)
	if err != nil {
		return err
	}
	r := &race{subject: u, n: u.count(s), judge: judge{u, s.Seed("seed")}}
	if u.exact == nil {
		if r.real, err = u.real(ctx, env); err != nil {
			return err
		}
	}
	left, right := samplers(u.sde, s)
	if r.left, err = u.newLeg(ctx, left, r.n, s.Seed("seed")); err != nil {
		return err
	}
	defer r.left.stop()
	if r.right, err = u.newLeg(ctx, right, r.n, s.Seed("seed")); err != nil {
		return err
	}
	defer r.right.stop()
	return walk([]*leg{r.left, r.right}, r.show, emit)
}

// samplers are those of the left side and of the right, which does the same work.
func samplers(process sde.SDE, s exhibit.State) (left, right *sde.Sampler) {
	left = &sde.Sampler{
		SDE: process, Predictor: sde.Predictor(s.Text("predictor")),
		Corrector: sde.Corrector(s.Text("corrector")), CorrectorSteps: s.Int("corrector-steps"), SNR: s.Float("snr"),
		N: s.Int("steps"), Noisy: !s.On("denoise"),
	}
	if left.Predictor != sde.EulerMaruyama || left.Corrector != sde.NoCorrector {
		left.N = max(left.N, sde.MinSteps(process))
	}
	if _, sub := process.(sde.SubVP); sub && left.Predictor == sde.Ancestral {
		left.Predictor = sde.ReverseDiffusion
	}
	alone := *left
	alone.Corrector = sde.NoCorrector
	if alone.Predictor == sde.NoPredictor {
		alone.Predictor = sde.ReverseDiffusion
	}
	if left.Predictor == sde.NoPredictor && left.Corrector == sde.NoCorrector {
		left.Predictor = sde.ReverseDiffusion // nothing would move
	}
	alone.N = left.NFE()
	return left, &alone
}
