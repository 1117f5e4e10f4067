package scoreblog

import "unnoise/model/exhibit"

// Pitfalls is score matching with one noise scale and with many: the article's figures of
// what goes wrong, and of what helps.
var Pitfalls = &exhibit.Exhibit{
	ID: "score-pitfalls", Title: "Where a learned score is wrong, and why noise helps", Year: 2021, References: []int{18, 15},
	Sentences: [3]string{
		"A small network learns the score from data, on your device, while you watch; where there are no data it learns nothing, and guesses.",
		"Its loss does not see that, for it counts errors as often as data come by; but a walk along the score begins just there.",
		"Much noise brings data everywhere and blurs them; many noise scales, from much to little, lead from anywhere to sharp samples.",
	},
	Models: []string{},
	Controls: []exhibit.Control{
		{ID: "data", Kind: exhibit.Choice, Label: "Data", Default: "uneven", Tip: "The density that the points come from. Its score is known exactly, to compare with.",
			Options: []exhibit.Option{{ID: "uneven", Label: "One of 4/5, one of 1/5", Tip: "NCSN’s example: a Gaussian with most of the points, and one with few, far apart."}, {ID: "three", Label: "Three Gaussians"}, {ID: "ring", Label: "Eight in a ring"}, {ID: "moons", Label: "Two moons"}}},
		{ID: "noise", Kind: exhibit.Choice, Label: "Noise scales", Default: "one", Tip: "How much noise the data get from which the network learns.",
			Options: []exhibit.Option{{ID: "one", Label: "One"}, {ID: "many", Label: "Many", Tip: "One network learns all of them, told which, and the walk goes from the largest to the smallest: annealed Langevin dynamics."}}},
		{ID: "sigma", Kind: exhibit.Range, Label: "Smallest noise σ", Default: "0.06", Min: .02, Max: 1.5, Step: .01, Log: true, Tip: "The standard deviation of the only noise, or of the least of many. The data are about 1 wide."},
		{ID: "levels", Kind: exhibit.Number, Label: "How many scales", Default: "10", Min: 2, Max: 20, When: exhibit.Condition{Control: "noise", Values: []string{"many"}}, Tip: "From σ = 1.5 down to the smallest, each the same factor below the one before."},
		{ID: "training", Kind: exhibit.Number, Label: "Training steps", Default: "1000", Modest: "500", Min: 4, Max: 20000, Tip: "How long the network learns. More steps help where there are data, and hardly elsewhere."},
		{ID: "width", Kind: exhibit.Range, Label: "Width", Default: "64", Modest: "48", Min: 16, Max: 256, Step: 16, Tip: "How many values each of the network’s layers has."},
		{ID: "walking", Kind: exhibit.Number, Label: "Steps of the walk", Default: "400", Modest: "300", Min: 10, Max: 5000, Tip: "Steps of Langevin dynamics after the training, shared by all noise scales."},
		{ID: "step", Kind: exhibit.Range, Label: "Step size ε", Default: "0.0008", Min: .00005, Max: .01, Step: .00001, Log: true, Tip: "How far a step goes along the score, at the smallest noise. With many scales it grows with σ², as in NCSN."},
		{ID: "particles", Kind: exhibit.Number, Label: "Particles", Default: "300", Modest: "150", Min: 20, Max: 2000, Tip: "How many walk. They start anywhere."},
		exhibit.SeedControl(),
	},
	Presets: []exhibit.Preset{
		{Name: "One small noise", Tip: "Right where the data are, wrong elsewhere; many particles never arrive, and those that do are shared out wrongly.", Values: map[string]string{}},
		{Name: "One large noise", Tip: "The score is right everywhere, but it is that of blurred data.", Values: map[string]string{"sigma": "0.6"}},
		{Name: "Many noise scales", Tip: "What NCSN does: the walk begins with the score of much noise and ends with that of little.", Values: map[string]string{"noise": "many", "training": "2000"}},
		{Name: "Many, on a ring", Tip: "All eight are found.", Values: map[string]string{"noise": "many", "training": "2000", "data": "ring"}},
	},
	Panels: []exhibit.Panel{
		{ID: "exact", Title: "Exact score", Tip: "The score of the data with the noise of this moment, over their density."},
		{ID: "learned", Title: "Learned score", Tip: "The network’s arrows, drawn to the same measure."},
		{ID: "error", Title: "Error everywhere", Tip: "How long the difference of the two is, times σ: no colour is none, half of it 1, full colour far more."},
		{ID: "weighted", Title: "Error as the loss counts it", Tip: "The squared error times the density. It fades while the network learns; where no data come by an error counts nothing, whatever it is."},
		{ID: "levels", Title: "Error everywhere, by noise scale", Tip: "The map of errors of every scale, from the largest noise to the smallest, after the training. Half colour is 1.", Wide: true},
		{ID: "walk", Title: "A walk along the learned score", Tip: "After the training, particles from anywhere: Langevin dynamics, with many scales annealed."},
		{ID: "beside", Title: "For comparison", Tip: "From the same starts in as many steps. With one scale: by the exact score. With many: by the network’s score of the smallest noise alone."},
		{ID: "errors", Title: "Error while it learns", Wide: true, Tip: "Root mean square of σ·(learned − exact score) at the smallest noise: over the square, and as often as data come by."},
	},
	Timeline: "step",
	Run:      runPitfalls,
	Quick:    map[string]string{"training": "6", "width": "16", "walking": "10", "particles": "40", "levels": "3"},
	Probes: []exhibit.Probe{
		{Control: "seed", Value: "1", Readout: "loss"},
		{Control: "noise", Value: "many", Readout: "error-everywhere"},
		{Control: "sigma", Value: "0.6", Readout: "distance"},
	},
	Tolerances: map[string]float64{"distance": 2e-3, "distance-beside": 2e-3, "share": .02, "share-beside": .02},
}
