package scoreblog

import "unnoise/model/exhibit"

// Tutorial is the samplers of the article's tutorial, on its SDE, with its network or an
// exact score.
var Tutorial = &exhibit.Exhibit{
	ID: "score-tutorial", Title: "The score tutorial: three samplers", Year: 2021, References: []int{18, 17},
	Sentences: [3]string{
		"The article’s tutorial needs one line for its noise, dx = σᵗ dw with σ = 25, a network that has learned the score, and one of three samplers.",
		"Its network is here, trained on garments where the tutorial has digits; and beside it the best score that can be learned from a hundred pictures, known exactly without a network.",
		"With that one all samplers end in these very pictures: a score that fits its data perfectly has learned them by heart. What is new in a network’s pictures comes from its errors.",
	},
	Models: []string{"score-tutorial"},
	Controls: []exhibit.Control{
		{ID: "score", Kind: exhibit.Choice, Label: "Score", Default: "network", Tip: "Who says where pictures are likelier.",
			Options: []exhibit.Option{
				{ID: "network", Label: "The tutorial’s network", Tip: "A small U-Net, trained on garments by denoising score matching. Among the numbers stands how many it has seen: the fewer, the rougher are the ones it makes."},
				{ID: "pictures", Label: "A hundred pictures", Tip: "The exact score of the site’s real pictures with noise: what a network without limits would learn from them."}}},
		{ID: "sampler", Kind: exhibit.Choice, Label: "Sampler", Default: "pc", Tip: "The tutorial’s three ways back.",
			Options: []exhibit.Option{
				{ID: "em", Label: "Euler–Maruyama", Tip: "The plainest: steps of the reverse SDE."},
				{ID: "pc", Label: "Predictor–corrector", Tip: "Before each step of the reverse SDE, one of Langevin dynamics at the same noise."},
				{ID: "ode", Label: "ODE", Tip: "The probability-flow equation by a solver that chooses its own steps."}}},
		{ID: "steps", Kind: exhibit.Number, Label: "Steps", Default: "120", Modest: "40", Min: 4, Max: 1000, When: exhibit.Condition{Control: "sampler", Values: []string{"em", "pc"}},
			Tip: "500 in the tutorial. In proportion to the noise that is left, steps are longest at the end."},
		{ID: "last", Kind: exhibit.Choice, Label: "Last step", Default: "matched", When: exhibit.Condition{Control: "sampler", Values: []string{"em", "pc"}},
			Tip: "At which time the last step is taken.",
			Options: []exhibit.Option{
				{ID: "matched", Label: "Where it arrives", Tip: "At t = Δt, from where one step along the score leads just to the picture."},
				{ID: "tutorial", Label: "At t = 0.001", Tip: "As in the tutorial, whose 500 steps are twice too long there: with a perfect score they turn the last noise over and leave it as large. With fewer steps it grows."}}},
		{ID: "snr", Kind: exhibit.Range, Label: "Signal to noise r", Default: "0.16", Min: .01, Max: 1, Step: .01, When: exhibit.Condition{Control: "sampler", Values: []string{"pc"}},
			Tip: "How large the corrector’s steps are: 0.16 in the tutorial. Large ones shake the pictures apart."},
		{ID: "tolerance", Kind: exhibit.Range, Label: "Error allowed", Default: "0.001", Min: .00001, Max: .1, Step: .00001, Log: true, When: exhibit.Condition{Control: "sampler", Values: []string{"ode"}},
			Tip: "By how much a step of the solver may be wrong: 0.00001 in the tutorial. A smaller one costs more evaluations of the score."},
		{ID: "sigma", Kind: exhibit.Range, Label: "σ", Default: "25", Min: 2, Max: 50, Step: 1, When: exhibit.Condition{Control: "score", Values: []string{"pictures"}}, Tip: "The noise grows like σ to the power of t. 25 in the tutorial; with little, the end is not noise enough to begin from."},
		{ID: "pictures", Kind: exhibit.Number, Label: "Pictures", Default: "8", Modest: "4", Min: 1, Max: 64, Tip: "How many are made side by side; 64 in the tutorial."},
		exhibit.SeedControl(),
	},
	Presets: []exhibit.Preset{
		{Name: "Predictor–corrector", Tip: "With the tutorial’s r.", Values: map[string]string{}},
		{Name: "Learned by heart", Tip: "The exact score of a hundred pictures makes these hundred.", Values: map[string]string{"score": "pictures"}},
		{Name: "Euler–Maruyama", Tip: "The predictor alone.", Values: map[string]string{"sampler": "em"}},
		{Name: "As the tutorial has it", Tip: "500 steps of Euler and Maruyama, the last at t = 0.001.", Values: map[string]string{"sampler": "em", "steps": "500", "last": "tutorial"}},
		{Name: "ODE", Tip: "Without any new noise, in steps that the solver chooses.", Values: map[string]string{"sampler": "ode"}},
		{Name: "Too few steps", Tip: "Ten: noise is left over.", Values: map[string]string{"sampler": "em", "steps": "10"}},
		{Name: "Shaken apart", Tip: "A corrector with steps far too large.", Values: map[string]string{"snr": "1"}},
	},
	Panels: []exhibit.Panel{
		{ID: "pictures", Title: "The pictures now", Wide: true, Tip: "Where noise is louder than a picture, both are dimmed."},
		{ID: "guess", Title: "What the score makes out", Tip: "x + std²·score: the mean of all pictures that may be under this noise. At first it is that of all; then it takes sides."},
		{ID: "nearest", Title: "The nearest real pictures", Tip: "Of the hundred, the one nearest to each guess."},
		{ID: "noise", Title: "The noise", Tip: "The deviation of the noise at each time, and g = σᵗ, how fast it grows."},
		{ID: "distance", Title: "How far the guesses are from a real picture", Tip: "Root mean square over pixels, whose values are from 0 to 1; mean over the pictures."},
	},
	Timeline: "time",
	Run:      exhibit.TellTraining(runTutorial),
	Quick:    map[string]string{"score": "pictures", "sampler": "em", "steps": "6", "pictures": "2"},
	Probes: []exhibit.Probe{
		{Control: "seed", Value: "1", Readout: "distance"},
		{Control: "sigma", Value: "10", Readout: "std"},
		{Control: "sampler", Value: "ode", Readout: "nfe"},
		{Control: "last", Value: "tutorial", Readout: "std"},
		{Control: "score", Value: "network", Readout: "distance"},
	},
}
