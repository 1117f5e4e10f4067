package blogs

import (
	"math"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
)

// The constants that The Annotated Diffusion Model gives all its schedules, for
// T = 200 as DDPM does for T = 1000.
const betaStart, betaEnd = 1e-4, 0.02

// schedules are the noise schedules of the articles, by the ids of a control.
var schedules = []struct {
	exhibit.Option
	make func(T int) (*diffusion.Schedule, error)
}{
	{exhibit.Option{ID: "linear", Label: "Linear", Tip: "β grows evenly from 0.0001 to 0.02: DDPM."},
		func(T int) (*diffusion.Schedule, error) { return diffusion.Linear(T, betaStart, betaEnd) }},
	{exhibit.Option{ID: "cosine", Label: "Cosine", Tip: "ᾱ falls as a squared cosine: improved DDPM. β is at most 0.999 here; The Annotated Diffusion Model keeps it between 0.0001 and 0.9999."},
		diffusion.Cosine},
	{exhibit.Option{ID: "scaled-linear", Label: "Scaled linear", Tip: "√β grows evenly, from 0.00085 to 0.012 at 1000 steps: latent diffusion. The constants are stretched so that the noise at the end is the same for any T."},
		func(T int) (*diffusion.Schedule, error) { return diffusion.ScheduleByName("scaled_linear", T) }},
	{exhibit.Option{ID: "sigmoid", Label: "Sigmoid", Tip: "β follows an S from 0.0001 to 0.02: slow at both ends."},
		sigmoid},
	{exhibit.Option{ID: "quadratic", Label: "Quadratic", Tip: "√β grows evenly from √0.0001 to √0.02."},
		func(T int) (*diffusion.Schedule, error) { return diffusion.ScaledLinear(T, betaStart, betaEnd) }},
	{exhibit.Option{ID: "quadratic-misprint", Label: "Quadratic, as first printed", Tip: "The first edition squared the ends instead of taking their roots, and then squared again: hardly any noise is ever added."},
		misprint},
}

// scheduleOptions are their names for a menu.
func scheduleOptions() []exhibit.Option {
	var out []exhibit.Option
	for _, s := range schedules {
		out = append(out, s.Option)
	}
	return out
}

// sigmoid is the article's: β = σ(u)·(end − start) + start with u even in [−6, 6].
func sigmoid(T int) (*diffusion.Schedule, error) {
	return diffusion.FromBetas(spread(T, func(part float64) float64 {
		return betaStart + (betaEnd-betaStart)/(1+math.Exp(6-12*part))
	}))
}

// misprint is the quadratic schedule of the article's first edition.
func misprint(T int) (*diffusion.Schedule, error) {
	const start, end = betaStart * betaStart, betaEnd * betaEnd
	return diffusion.FromBetas(spread(T, func(part float64) float64 {
		return math.Pow(start+(end-start)*part, 2)
	}))
}

// spread is f at T points evenly in [0, 1]. T > 1.
func spread(T int, f func(part float64) float64) []float64 {
	out := make([]float64, T)
	for i := range out {
		out[i] = f(float64(i) / float64(T-1))
	}
	return out
}
