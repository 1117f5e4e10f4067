package scoreblog

import (
	"math"

	"unnoise/model/sde"
)

// leap is a step from time t to an earlier time s of a linear SDE, through the data that
// the score makes out, x̂_0 = (x + std²·score)/scale: x' = ofX·x + ofScore·score + stdDev·z.
//
// With noise it draws from q(x_s|x_t, x̂_0), for VP the step of Ho et al. 2020
// (arXiv:2006.11239), eq. 7; without, it is the ODE's step by Song et al. 2021
// (arXiv:2010.02502), eq. 12 with σ = 0. It is exact for the SDE wherever x̂_0 is right, so
// that few steps suffice.
func leap(l sde.SDE, t, s float64, noise bool) (ofX, ofScore, stdDev float64) {
	scale, std := l.Marginal(t)
	below, belowStd := l.Marginal(s)
	if s == 0 {
		below, belowStd = 1, 0
	}
	ofX0, keep := below-belowStd*scale/std, belowStd/std // x̂_0 and x_t of the ODE's step
	if noise {
		step := scale / below
		added := max(0, std*std-step*step*belowStd*belowStd) // Var(x_t|x_s)
		ofX0, keep = below*added/(std*std), step*belowStd*belowStd/(std*std)
		stdDev = belowStd * math.Sqrt(added) / std
	}
	return keep + ofX0/scale, ofX0 * std * std / scale, stdDev
}
