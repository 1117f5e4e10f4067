package scoreblog

import "unnoise/model/exhibit"

// Sheet is the article's overview of SDEs: paths of one number over the density.
var Sheet = &exhibit.Exhibit{
	ID: "sde-sheet", Title: "The SDE sheet: time across, value down", Year: 2021, References: []int{18, 17},
	Sentences: [3]string{
		"One number goes from data, at the left, into noise, in the middle, and new noise goes back to data, at the right; behind lies how likely every value is at every time.",
		"The SDE shakes each path on its way; the reverse SDE, which needs the score, undoes that for all paths together, but for none by itself.",
		"The ODE has the same density at every time without any shaking: its paths are smooth and never cross, so that each noise belongs to one value of the data.",
	},
	Models: []string{},
	Controls: append(append([]exhibit.Control{
		{ID: "data", Kind: exhibit.Choice, Label: "Data", Default: "two", Tip: "Where the numbers lie before noise.",
			Options: []exhibit.Option{{ID: "two", Label: "Two bumps"}, {ID: "three", Label: "Three bumps"}, {ID: "uneven", Label: "A large and a small one"}}},
	}, lawControls("vp")...),
		exhibit.Control{ID: "shown", Kind: exhibit.Choice, Label: "Paths", Default: "both", Tip: "Which paths are drawn. Both kinds start at the same places.",
			Options: []exhibit.Option{{ID: "both", Label: "SDE and ODE"}, {ID: "sde", Label: "SDE"}, {ID: "ode", Label: "ODE"}}},
		exhibit.Control{ID: "paths", Kind: exhibit.Number, Label: "Number of paths", Default: "8", Min: 1, Max: 40, Tip: "How many numbers leave a trace."},
		exhibit.Control{ID: "start", Kind: exhibit.Choice, Label: "Back from", Default: "prior", Tip: "Where the way back begins.",
			Options: []exhibit.Option{
				{ID: "prior", Label: "New noise", Tip: "Both kinds of path start from the same new numbers, drawn from the noise of the end: new data come out."},
				{ID: "own", Label: "Where each has come to", Tip: "The ODE goes its own way back, to the very number it came from; the SDE, shaken anew, does not."},
			}},
		exhibit.Control{ID: "steps", Kind: exhibit.Number, Label: "Steps", Default: "250", Modest: "150", Min: 10, Max: 2000, Tip: "Steps each way. The reverse SDE goes by Euler and Maruyama’s rule, whose error shrinks with their number; the ODE by a rule of fourth order, Runge and Kutta’s."},
		exhibit.Control{ID: "particles", Kind: exhibit.Number, Label: "Numbers", Default: "1000", Modest: "500", Min: 50, Max: 10000, Tip: "How many numbers walk at once; those without a trace are in the panel of all numbers."},
		exhibit.Control{ID: "scaled", Kind: exhibit.Toggle, Label: "Scale by the spread", Default: "off", Tip: "Divides values by the standard deviation of their time. That makes the data visible beside the large noise of VE."},
		exhibit.SeedControl()),
	Presets: []exhibit.Preset{
		{Name: "VP", Tip: "The SDE of DDPM.", Values: map[string]string{}},
		{Name: "VE", Tip: "The SDE of NCSN: the noise grows far beyond the data.", Values: map[string]string{"sde": "ve"}},
		{Name: "sub-VP", Tip: "Less noise on the way to the same end.", Values: map[string]string{"sde": "sub-vp"}},
		{Name: "The ODE alone", Tip: "Its paths never cross.", Values: map[string]string{"shown": "ode", "paths": "24", "data": "three"}},
		{Name: "There and back", Tip: "The ODE brings each number back to where it came from.", Values: map[string]string{"start": "own", "paths": "5"}},
		{Name: "Too few steps", Tip: "Ten steps of the reverse SDE do not lead back to the data.", Values: map[string]string{"steps": "10"}},
		{Name: "VE, scaled", Tip: "In units of the spread, VE looks like VP.", Values: map[string]string{"sde": "ve", "scaled": "on", "sigma-max": "50"}},
	},
	Panels: []exhibit.Panel{
		{ID: "sheet", Title: "Into noise, and back", Wide: true, Tip: "Across: time, from 0 into noise at 1, and on, back to data at 2. Down: the number. The darkest value of every time is its likeliest. Dots are where the traced numbers are now."},
		{ID: "now", Title: "All numbers now", Tip: "Points: the shares of all numbers, those of the SDE and those of the ODE. Line: the exact density of this time."},
		{ID: "noise", Title: "What the SDE does to a number", Tip: "How much of the data is left at each time, and how large the noise is: x(t) = scale·x(0) + std·ε."},
	},
	Timeline: "time",
	Run:      runSheet,
	Quick:    map[string]string{"steps": "30", "particles": "60", "paths": "3"},
	Probes: []exhibit.Probe{
		{Control: "seed", Value: "1", Readout: "variance-sde"},
		{Control: "sde", Value: "sub-vp", Readout: "variance-ode"},
		{Control: "start", Value: "own", Readout: "distance-ode"},
	},
	// A crossing more or less may come out where two paths run close.
	Tolerances: map[string]float64{"crossings-sde": 2},
}
