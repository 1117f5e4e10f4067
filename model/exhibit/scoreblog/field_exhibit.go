package scoreblog

import "unnoise/model/exhibit"

// Field is a density, its score and particles that follow it: the article's first
// figures.
var Field = &exhibit.Exhibit{
	ID: "score-field", Title: "The score, and how to walk along it", Year: 2021, References: []int{18, 15},
	Sentences: [3]string{
		"At every place the score points to where the density rises fastest, in proportion; it is the slope of the density’s logarithm.",
		"A model of a density must be divided by a constant Z that nobody can compute; the score does not contain it, because a constant has no slope.",
		"Whoever follows the score and is shaken at every step, Langevin dynamics, ends up anywhere as often as the density says; without shaking, on its peaks.",
	},
	Models: []string{},
	Controls: []exhibit.Control{
		{ID: "data", Kind: exhibit.Choice, Label: "Density", Default: "three", Tip: "What is likely in the plane: a sum of round Gaussians, whose score is known exactly.",
			Options: []exhibit.Option{{ID: "two", Label: "Two Gaussians"}, {ID: "three", Label: "Three Gaussians"}, {ID: "ring", Label: "Eight in a ring"}, {ID: "checkerboard", Label: "Checkerboard"}, {ID: "moons", Label: "Two moons"}}},
		{ID: "start", Kind: exhibit.Choice, Label: "Start", Default: "anywhere", Tip: "Where the particles begin.",
			Options: []exhibit.Option{{ID: "anywhere", Label: "Anywhere"}, {ID: "corner", Label: "In one corner"}, {ID: "middle", Label: "In the middle"}}},
		{ID: "shaking", Kind: exhibit.Range, Label: "Shaking", Default: "1", Min: 0, Max: 2, Step: .1, Tip: "Multiplies the noise of every step. At 1 it is Langevin dynamics; at 0 the particles only climb; at 2 they spread too far, as if the density were flatter."},
		{ID: "step", Kind: exhibit.Range, Label: "Step size ε", Default: "0.001", Min: .00002, Max: .02, Step: .00001, Log: true, Tip: "How far a step goes along the score. Too large a step jumps over narrow peaks and never settles; too small a one takes forever."},
		{ID: "steps", Kind: exhibit.Number, Label: "Steps", Default: "400", Modest: "200", Min: 10, Max: 5000, Tip: "How many steps the particles take."},
		{ID: "particles", Kind: exhibit.Number, Label: "Particles", Default: "400", Modest: "200", Min: 20, Max: 3000, Tip: "How many walk at once."},
		{ID: "marked", Kind: exhibit.Number, Label: "Traces", Default: "5", Min: 0, Max: 20, Tip: "How many particles leave a trace, of their last 80 steps."},
		{ID: "behind", Kind: exhibit.Choice, Label: "Field", Default: "both", Tip: "What is drawn behind the particles.",
			Options: []exhibit.Option{{ID: "both", Label: "Contours and score"}, {ID: "score", Label: "Score alone"}, {ID: "contours", Label: "Contours alone"}}},
		{ID: "height", Kind: exhibit.Range, Label: "log Z", Default: "1", Min: -2, Max: 2, Step: .1, Tip: "How much too large the unnormalised density is: its integral is Z. Turn it, and see which of the curves below move."},
		{ID: "line", Kind: exhibit.Range, Label: "Height of the line", Default: "-0.4", Min: -1.4, Max: 1.4, Step: .1, Tip: "Where the dashed line lies along which the curves are drawn."},
		exhibit.SeedControl(),
	},
	Presets: []exhibit.Preset{
		{Name: "Langevin dynamics", Tip: "From anywhere to the density.", Values: map[string]string{}},
		{Name: "Only climbing", Tip: "Without shaking all particles end on the peaks: that is no sample.", Values: map[string]string{"shaking": "0"}},
		{Name: "From one corner", Tip: "Most find the nearest peak, and few cross to the others: Langevin dynamics mixes slowly.", Values: map[string]string{"start": "corner", "steps": "800"}},
		{Name: "Steps too large", Tip: "Narrow peaks are jumped over.", Values: map[string]string{"step": "0.02", "data": "three"}},
		{Name: "Z does not matter", Tip: "The unnormalised density is 7 times the density. Its score is the same.", Values: map[string]string{"height": "2", "data": "two", "line": "-0.1"}},
	},
	Panels: []exhibit.Panel{
		{ID: "field", Title: "Density, score and particles", Wide: true, Tip: "Lines of equal density, each a third of the one within; arrows along the score, longer where it is stronger, compressed; particles walk from the start of the timeline to its end."},
		{ID: "density", Title: "Along the line: density", Tip: "What a model can compute, e to the power of −f, and the density, which is that divided by Z. Finding Z takes an integral over everything."},
		{ID: "score", Title: "Along the line: score", Tip: "The slope of log p and that of −f, along the line. One lies on the other, whatever Z is."},
		{ID: "distance", Title: "How far the particles are from the density", Tip: "Energy distance to points drawn from the density, 0 where both are the same; chance alone leaves a little."},
	},
	Timeline: "step",
	Run:      runField,
	Quick:    map[string]string{"steps": "20", "particles": "60", "marked": "2"},
	Probes: []exhibit.Probe{
		{Control: "seed", Value: "1", Readout: "distance"},
		{Control: "shaking", Value: "0", Readout: "log-density"},
		{Control: "height", Value: "2", Readout: "z"},
	},
}
