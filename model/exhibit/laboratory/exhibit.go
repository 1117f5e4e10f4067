package laboratory

import "unnoise/model/exhibit"

// timesteps of the trained schedule, as in DDPM.
const timesteps = 1000

// scheduleControl and the like are shared by both exhibits.
func scheduleControl(initial string) exhibit.Control {
	return exhibit.Control{ID: "schedule", Kind: exhibit.Choice, Label: "Schedule", Default: initial,
		Tip: "How the share of the data ᾱ falls over the 1000 timesteps.",
		Options: []exhibit.Option{
			{ID: "linear", Label: "Linear", Tip: "β rises evenly from 0.0001 to 0.02: Ho et al. 2020."},
			{ID: "cosine", Label: "Cosine", Tip: "ᾱ falls as cos²: Nichol & Dhariwal 2021."},
			{ID: "scaled_linear", Label: "Scaled linear", Tip: "√β rises evenly: latent diffusion. Some data is left at the end."}}}
}

func fieldControl(live bool) exhibit.Control {
	return exhibit.Control{ID: "field", Live: live, Kind: exhibit.Choice, Label: "Arrows", Default: "score",
		Tip: "What the arrows show at this moment’s noise level. Their lengths are compressed: twice as long is much more than twice as strong.",
		Options: []exhibit.Option{
			{ID: "score", Label: "Score", Tip: "∇log q(xₜ): where the noised points become more likely, fastest."},
			{ID: "velocity", Label: "Velocity", Tip: "Where the ODE carries a point next: xₜ plus the score."},
			{ID: "denoised", Label: "Towards x̂₀", Tip: "From a noised point to the mean of what it may have been."},
			{ID: "none", Label: "None"}}}
}

// Exact is the laboratory with the exact score.
var Exact = exactExhibit()

func exactExhibit() *exhibit.Exhibit {
	controls := append(dataControls("swiss-roll"),
		exhibit.Control{ID: "particles", Kind: exhibit.Range, Label: "Particles", Default: "3000", Modest: "1000", Min: 100, Max: 10000, Step: 100,
			Tip: "How many points are followed. Each asks the exact score once or twice a step: ten thousand take half a minute."},
		exhibit.Control{ID: "steps", Kind: exhibit.Range, Label: "Steps", Default: "40", Modest: "24", Min: 2, Max: 200, Step: 1,
			Tip: "How many steps the way takes in either direction. Few steps show each sampler’s error."},
		scheduleControl("linear"),
		exhibit.Control{ID: "spacing", Kind: exhibit.Choice, Label: "Spacing", Default: "even", Tip: "Which noise levels the steps visit.",
			Options: []exhibit.Option{
				{ID: "even", Label: "Even in t"},
				{ID: "karras", Label: "Karras", Tip: "Most steps at small noise, where details form: Karras et al. 2022, ρ = 7."}}},
		exhibit.Control{ID: "sde", Kind: exhibit.Choice, Label: "SDE by", Default: "ancestral", Tip: "How the reverse SDE is stepped.",
			Options: []exhibit.Option{
				{ID: "ancestral", Label: "Ancestral", Tip: "DDPM’s sampler with its smaller variance: it estimates x₀, goes there part of the way, and adds noise."},
				{ID: "maruyama", Label: "Euler–Maruyama", Tip: "The plain step for any SDE: Song et al. 2021. It needs many steps."}}},
		exhibit.Control{ID: "eta", Kind: exhibit.Range, Label: "Noise η", Default: "1", Min: 0, Max: 1, Step: .05, When: exhibit.Condition{Control: "sde", Values: []string{"ancestral"}},
			Tip: "How much of the noise is added: 1 is DDPM, 0 is DDIM, which is the ODE by straight lines."},
		exhibit.Control{ID: "ode", Kind: exhibit.Choice, Label: "ODE by", Default: "heun", Tip: "How the probability-flow ODE is solved.",
			Options: []exhibit.Option{
				{ID: "euler", Label: "Euler (DDIM)", Tip: "Straight lines; one evaluation a step."},
				{ID: "heun", Label: "Heun", Tip: "The mean of the directions at both ends; two evaluations a step."},
				{ID: "dpmpp-2m", Label: "DPM-Solver++(2M)", Tip: "Carries the last estimate on; one evaluation a step."}}},
		exhibit.Control{ID: "start", Kind: exhibit.Choice, Label: "Reverse from", Default: "forward", Tip: "Where the reverse process starts.",
			Options: []exhibit.Option{
				{ID: "forward", Label: "Where noising ended", Tip: "Both start where the forward SDE has carried the points: watch how different their ways back are."},
				{ID: "fresh", Label: "Fresh noise", Tip: "Both start from the same new points of a standard normal distribution, as when sampling."},
				{ID: "own", Label: "Each its own end", Tip: "The ODE is run forwards as well and returns from there: to where every point came from, up to the solver’s error."}}},
		fieldControl(false),
		exhibit.Control{ID: "marked", Kind: exhibit.Range, Label: "Marked points", Default: "6", Min: 0, Max: 24, Step: 1,
			Tip: "How many points are drawn large, with the way that they have come."},
		exhibit.SeedControl())
	return &exhibit.Exhibit{
		ID: "laboratory", Title: "The laboratory in the plane", Year: 2021, References: []int{17, 18, 14, 2},
		Sentences: [3]string{
			"In the plane a picture is a point, and everything about diffusion can be seen: the density, the score, and the way of every single particle.",
			"The forward process carries the data into noise; the reverse one carries noise back, either by a stochastic equation that jitters or by an ordinary one that flows, and both have the same density at every moment.",
			"Nothing is learned here: the score of a sum of Gaussians is known exactly, so what you see wrong is the sampler’s doing alone.",
		},
		Controls: controls,
		Panels: []exhibit.Panel{
			{ID: "sde", Title: "Stochastic: the SDE", Tip: "Particles, their exact density at this noise level, and the chosen field."},
			{ID: "ode", Title: "Deterministic: the ODE", Tip: "The same density, reached without noise. Ways never cross at the same moment."},
			{ID: "data", Title: "The data", Tip: "The distribution of x₀. With “Draw your own” chosen, draw here.", Draw: "drawing"},
			{ID: "distance", Title: "Distance to the true distribution", Tip: "Energy distance between 500 of the particles and 500 points of the exact distribution at the same noise level: 0 if they are the same, and by chance a little above or below. Quiet: the noised data itself, where there is only that chance."},
		},
		Timeline: "t",
		Presets: []exhibit.Preset{
			{Name: "Swiss roll, exact", Tip: "The shape of the first paper on diffusion models.", Values: map[string]string{}},
			{Name: "Draw your own", Tip: "A heart to start with: clear it and draw.", Values: map[string]string{"data": "draw"}},
			{Name: "Your initials", Tip: "Letters, and the velocity field that writes them.", Values: map[string]string{"data": "letters", "field": "velocity"}},
			{Name: "Ten thousand particles", Tip: "A checkerboard, dense enough to see its density.", Values: map[string]string{"data": "checkerboard", "particles": "10000", "field": "none"}},
			{Name: "There and back", Tip: "The ODE forwards and back: every point comes home.", Values: map[string]string{"data": "moons", "start": "own", "marked": "16", "field": "velocity"}},
			{Name: "Too few steps", Tip: "Eight steps: Euler–Maruyama fails, Heun hardly.", Values: map[string]string{"data": "ring", "steps": "8", "sde": "maruyama"}},
			{Name: "Memorised", Tip: "Softness 0: a data set of points, found again one by one.", Values: map[string]string{"data": "letters", "softness": "0", "spacing": "karras"}},
			{Name: "Straight lines", Tip: "η = 0 makes the left panel DDIM: the same as the right one by Euler.", Values: map[string]string{"data": "grid", "eta": "0", "ode": "euler"}},
		},
		Quick: map[string]string{"particles": "300", "steps": "8"},
		Probes: []exhibit.Probe{
			{Control: "seed", Value: "1", Readout: "sde-distance"},
			{Control: "data", Value: "ring", Readout: "sde-near"},
			{Control: "ode", Value: "euler", Readout: "ode-distance"},
			{Control: "schedule", Value: "cosine", Readout: "ode-distance"},
		},
		// Points divide where they may go either way, and rounding may tip one over.
		Tolerance:  1e-2,
		Tolerances: map[string]float64{"floor": 1e-3, "sde-distance": 2e-3, "ode-distance": 2e-3, "sde-modes": .1, "ode-modes": .1},
		Run:        runExact,
	}
}
