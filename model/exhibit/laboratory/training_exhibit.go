package laboratory

import "unnoise/model/exhibit"

// Training is the laboratory with a network that is trained while one watches.
var Training = trainingExhibit()

func trainingExhibit() *exhibit.Exhibit {
	controls := append(dataControls("moons"),
		exhibit.Control{ID: "predict", Kind: exhibit.Choice, Label: "The network predicts", Default: "v", Tip: "What the network is taught to answer. From any of them the others follow, but the errors weigh differently.",
			Options: []exhibit.Option{
				{ID: "eps", Label: "ε, the noise", Tip: "DDPM’s choice. At much noise a small error of it is a large one of x₀."},
				{ID: "x0", Label: "x₀, the data", Tip: "At little noise a small error of it is a large one of the score."},
				{ID: "v", Label: "v, between both", Tip: "√ᾱ·ε − √(1−ᾱ)·x₀: well behaved at all noise levels. Salimans & Ho 2022."}}},
		scheduleControl("cosine"),
		exhibit.Control{ID: "width", Kind: exhibit.Range, Label: "Width", Default: "128", Modest: "48", Min: 16, Max: 256, Step: 16, Tip: "How many values each layer of the network has."},
		exhibit.Control{ID: "depth", Kind: exhibit.Range, Label: "Depth", Default: "3", Modest: "2", Min: 0, Max: 6, Step: 1, Tip: "How many layers lie between the first and the last."},
		exhibit.Control{ID: "batch", Kind: exhibit.Range, Label: "Batch", Default: "256", Modest: "128", Min: 32, Max: 1024, Step: 32, Tip: "How many noised points one step of training sees."},
		exhibit.Control{ID: "rate", Kind: exhibit.Range, Label: "Learning rate", Default: "0.003", Min: .0001, Max: .1, Step: .0001, Log: true, Tip: "How far one step of Adam goes. Too large a rate never settles."},
		exhibit.Control{ID: "steps", Kind: exhibit.Range, Label: "Training steps", Default: "2000", Modest: "500", Min: 10, Max: 20000, Step: 10, Log: true, Tip: "After how many steps the training ends."},
		exhibit.Control{ID: "time", Kind: exhibit.Range, Label: "Noise level t", Default: "100", Min: 1, Max: 1000, Step: 1, Live: true,
			Tip: "At which moment of the noising the field is shown, of 1000. It can be turned while the network learns."},
		fieldControl(true),
		exhibit.Control{ID: "samples", Kind: exhibit.Range, Label: "Samples", Default: "500", Modest: "200", Min: 50, Max: 4000, Step: 50, Tip: "How many points the network draws whenever it is looked at."},
		exhibit.Control{ID: "sampling-steps", Kind: exhibit.Range, Label: "Sampling steps", Default: "20", Modest: "12", Min: 4, Max: 50, Step: 1, Tip: "In how many steps of DPM-Solver++(2M) the samples are drawn, by the network and by the exact score."},
		exhibit.Control{ID: "speed", Kind: exhibit.Choice, Label: "Speed", Default: "full", Live: true, Tip: "How fast the training goes. In slow motion every step is shown.",
			Options: []exhibit.Option{{ID: "full", Label: "As fast as it can"}, {ID: "slow", Label: "Ten steps a second"}, {ID: "slower", Label: "A step a second"}}},
		exhibit.Control{ID: "pause", Kind: exhibit.Button, Label: "Pause / go on", Tip: "Stops the training, or lets it go on."},
		exhibit.Control{ID: "step", Kind: exhibit.Button, Label: "Single step", Tip: "Takes one step of training and stops."},
		exhibit.SeedControl())
	return &exhibit.Exhibit{
		ID: "laboratory-training", Title: "The laboratory: a network learns the score", Year: 2021, References: []int{17, 2, 15, 18},
		Sentences: [3]string{
			"A small network learns to take noise away, on your device, while you watch: its field turns from nothing into the true one.",
			"It never sees the score; it only learns to tell data and noise apart in noised points, and from the best such guess the score follows.",
			"As the data is a sum of Gaussians that best guess is known, so the network’s error can be measured where it is usually a secret.",
		},
		Controls: controls,
		Panels: []exhibit.Panel{
			{ID: "field", Title: "Learned field, over the exact one", Tip: "The network’s arrows in colour, the exact ones quiet behind them, over the density at this noise level."},
			{ID: "samples", Title: "The network’s samples", Tip: "Points drawn with the network from the same noise every time, over the data’s density. With “Draw your own” chosen, draw here.", Draw: "drawing"},
			{ID: "exact", Title: "The same noise, exact score", Tip: "Where the same starts lead with the exact score."},
			{ID: "loss", Title: "Loss", Tip: "Mean squared error of the prediction, each step’s. The line is the least there can be: a noised point does not tell which noise it has."},
			{ID: "error", Title: "Error of the score, by t", Tip: "Root mean square of √(1−ᾱ)·(learned − exact score), which is the error of ε̂ beyond the unavoidable, at points as they occur at each t."},
		},
		Timeline: "step",
		Presets: []exhibit.Preset{
			{Name: "Train an MLP on moons", Tip: "Two thousand steps.", Values: map[string]string{}},
			{Name: "In slow motion", Tip: "Every step is shown; press “Single step” to go one by one.", Values: map[string]string{"speed": "slow", "data": "three", "steps": "200", "width": "64"}},
			{Name: "It predicts ε", Tip: "DDPM’s target, on a ring of eight.", Values: map[string]string{"predict": "eps", "data": "ring"}},
			{Name: "It predicts x₀", Tip: "The error of the score moves to small t.", Values: map[string]string{"predict": "x0", "data": "ring"}},
			{Name: "Too small a network", Tip: "Sixteen wide and without inner layers: a spiral is too much for it.", Values: map[string]string{"data": "spirals", "width": "16", "depth": "0"}},
			{Name: "Too large a rate", Tip: "It never settles.", Values: map[string]string{"rate": "0.08", "steps": "600"}},
			{Name: "Learn your drawing", Tip: "Draw on the panel of the samples.", Values: map[string]string{"data": "draw", "field": "velocity"}},
		},
		Quick: map[string]string{"width": "16", "depth": "0", "batch": "64", "steps": "10", "samples": "50", "sampling-steps": "4", "rate": "0.01"},
		Probes: []exhibit.Probe{
			{Control: "seed", Value: "1", Readout: "loss"},
			{Control: "data", Value: "ring", Readout: "score-error"},
			{Control: "width", Value: "32", Readout: "score-error"},
		},
		Tolerances: map[string]float64{"distance": 1e-3, "modes": .1},
		Run:        runTraining,
	}
}
